"""Scores of leads: what is learned from, what is found out, and what is told."""
