"""Data returns: what homes and authorities can send, checked before anything else reads it."""
