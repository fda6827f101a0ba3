"""Reads how a dispatched plan stands now, and which cards it and its delegated runs wait for."""

from collections.abc import (
    Mapping,
    Sequence,  # noqa: F401  # pyright: ignore[reportUnusedImport] - LangGraph resolves `Canonical` here
)
from dataclasses import dataclass
from typing import Annotated

from langgraph.types import Send

from bailiwick.domain.plan import PlanStatus
from bailiwick.graph.carried import Carried, Delta, Own
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.desk import Desk, Dispatched, WaitingDesk

HOLD_NODE = "hold"


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting(Carried):
    """The state of a graph that may wait: what is carried, and the cards it waits for."""

    cards: tuple[Mapping[str, Canonical], ...] = ()


class Looking(Delta):
    """How the plan stands."""

    plan_status: PlanStatus
    dispatched: Annotated[tuple[Dispatched, ...], Own]
    cards: Annotated[tuple[Mapping[str, Canonical], ...], Own]


async def look(state: Waiting, desk: Desk) -> Looking:
    """Read the stored plan; without one there is nothing to wait for."""
    status = state.plan_status or PlanStatus.DONE
    if state.plan is None or not isinstance(desk, WaitingDesk):
        return Looking(plan_status=status, dispatched=state.dispatched, cards=())
    status, dispatched, cards = await desk.look(state.plan)
    return Looking(plan_status=status, dispatched=dispatched, cards=cards)


async def after_look(state: Waiting) -> "list[Send] | str":
    """Hold once for each card, side by side; without cards go on."""
    if not state.cards:
        return "finalize"
    return [Send(HOLD_NODE, dict(card)) for card in state.cards]
