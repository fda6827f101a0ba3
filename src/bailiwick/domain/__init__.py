"""Nouns and values of the business; no input or output."""
