"""Figures of the core: import, queries, the law."""
