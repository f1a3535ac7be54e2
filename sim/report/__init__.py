"""What a reader sees: sentences, tables, figures, one self-contained page."""
