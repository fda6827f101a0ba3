"""Audit chain, replay checks and findings; never stops a run."""
