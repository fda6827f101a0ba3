"""Benches of scores: outcomes told beside the plain baselines, silence, and speed."""
