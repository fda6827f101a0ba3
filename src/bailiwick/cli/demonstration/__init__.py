"""The acts of `bailiwick demo`: each does a part of a day with real parts and keeps its word."""
