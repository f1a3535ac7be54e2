"""Sharing a home between authorities: what each group would pay by itself, and which splits hold together."""
