"""Prompts of reply drafting, one file each."""
