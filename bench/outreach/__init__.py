"""Benches of campaigns: what waits, what is simulated, what is read, and what tests notice."""
