"""What every model of ours stands in: prompts, the store, clock, ids, chance and the halt."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bailiwick.models.prompts import PromptLibrary
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.model_calls import ModelCallSink
from bailiwick.ports.trace import UNTRACED, Tracer


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Given by wiring; tests give others."""

    prompts: PromptLibrary
    sink: ModelCallSink
    clock: Clock
    ids: Ids
    halted: Callable[[str], bool]
    """Asked for a capability before and during each attempt: a halt ends the call."""
    bits: Callable[[int], int] = secrets.randbits
    """So many random bits, for nonces and jitter."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    tracer: Tracer = UNTRACED
