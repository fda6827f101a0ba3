"""Prompts of the orchestrator, one file each."""
