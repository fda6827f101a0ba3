"""Measures the runtime, each figure beside its peer in the same run."""
