"""Prompts of the second reading, one file each."""
