"""Prompts of follow-up, one file each."""
