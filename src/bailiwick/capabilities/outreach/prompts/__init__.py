"""Prompts of outreach, one file each."""
