"""The context of graphs that need none."""

from typing_extensions import TypedDict


class Nothing(TypedDict):
    """No context."""
