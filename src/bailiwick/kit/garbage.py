"""Keeps the garbage collector away from what a long-lived process loads at its start.

Nothing of it ever becomes garbage, and a look at it takes longer than a request (measured: a
quarter of a million objects, 60 to 150 ms; half a dozen looks while it is loaded).
"""

import gc
from collections.abc import Generator
from contextlib import contextmanager


@contextmanager
def loading() -> Generator[None]:
    """Let everything that is loaded inside stay out of the collector's sight for good."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
