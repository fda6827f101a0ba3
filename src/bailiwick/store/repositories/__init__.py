"""Reads and writes of one aggregate each, inside a unit of one workspace."""
