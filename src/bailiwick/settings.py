"""Frozen settings, one class per concern; the only reader of the environment."""
