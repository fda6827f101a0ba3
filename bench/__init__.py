"""Worlds, harnesses and measurements: outside the package, never imported by it."""
