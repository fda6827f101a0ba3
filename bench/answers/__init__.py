"""Benches of questions in words."""
