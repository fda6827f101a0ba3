"""Prompts of a campaign's touch, one file each."""
