"""Extraction: what a signature, a title or a domain says, each value with its span."""
