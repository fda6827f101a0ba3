"""Bailiwick: agents propose, policy judges, the engine delivers, everything is recorded."""
