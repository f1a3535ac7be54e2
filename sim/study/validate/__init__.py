"""Validation: published figures beside what the model expects, one by one, and scored together."""
