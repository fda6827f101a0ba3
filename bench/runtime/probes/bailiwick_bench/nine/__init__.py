"""A probe of the runtime benches."""
