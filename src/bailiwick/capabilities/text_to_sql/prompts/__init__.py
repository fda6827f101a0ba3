"""Prompts of questions in words, one file each."""
