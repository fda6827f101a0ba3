"""A probe."""
