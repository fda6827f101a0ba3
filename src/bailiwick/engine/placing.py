"""Puts what happens to a run later, in another process, under that run's place in its trace."""

from collections.abc import Generator
from contextlib import contextmanager

from bailiwick.domain.approval import Approval
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.fault import PortFault
from bailiwick.domain.ids import RunId
from bailiwick.ports.threads import ThreadRunRow
from bailiwick.ports.trace import (
    UNTRACED,
    Attribute,
    Attributes,
    CallShape,
    Identity,
    Span,
    SpanName,
    TraceContext,
    Tracer,
    Value,
    read_traceparent,
)
from bailiwick.ports.unit import Unit, Units


@contextmanager
def delivering(tracer: Tracer, units: Units, row: EffectRow) -> Generator[Span]:
    """Open the span of one delivery."""
    if not tracer.on:
        with UNTRACED.span(SpanName.DELIVER) as span:
            yield span
        return
    about: dict[Attribute, Value] = {
        Identity.RUN: row.run_id,
        Identity.STEP: row.step_id,
        Identity.EFFECT: row.effect_id,
        Identity.CAPABILITY: row.capability,
        CallShape.ACTION: row.action.value,
        CallShape.ATTEMPTS: row.attempt,
    }
    if row.approval_id is not None:
        about[Identity.APPROVAL] = row.approval_id
    with tracer.span(SpanName.DELIVER, about, parent=_place(units, row.run_id)) as span:
        yield span


@contextmanager
def deciding(tracer: Tracer, unit: Unit, card: Approval, decision: str) -> Generator[None]:
    """Open the span of a person's decision."""
    if not tracer.on:
        yield
        return
    about: dict[Attribute, Value] = {
        Identity.RUN: card.run_id,
        Identity.STEP: card.step_id,
        Identity.APPROVAL: card.approval_id,
        Identity.CAPABILITY: card.capability,
        CallShape.ACTION: card.action.value,
        CallShape.VERDICT: decision,
    }
    place = read_traceparent(unit.runs.traceparent(card.run_id))
    with tracer.span(SpanName.DECISION, about, parent=place):
        yield


@contextmanager
def resuming(tracer: Tracer, units: Units, run: ThreadRunRow, traceparent: str) -> Generator[None]:
    """Open the span of carrying a run on a thread: under the run it goes on with, or its caller."""
    if not tracer.on:
        yield
        return
    root = run.root_run_id or run.run_id
    about: Attributes = {
        Identity.THREAD: run.thread_id,
        Identity.RUN: root,
        CallShape.ATTEMPTS: run.attempt,
    }
    parent = _place(units, root) or read_traceparent(traceparent)
    with tracer.span(SpanName.JOB, about, parent=parent):
        yield


def _place(units: Units, run_id: RunId) -> TraceContext | None:
    """Return where a run stands in its trace; a store that is away costs the span its parent."""
    try:
        with units.read() as unit:
            return read_traceparent(unit.runs.traceparent(run_id))
    except PortFault:
        return None
