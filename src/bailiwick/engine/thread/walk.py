"""Walks a graph once for one run on a thread: what goes in, what is told, how it ended."""

import asyncio
import dataclasses
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from langgraph.graph import START
from langgraph.types import Command as GraphCommand
from langgraph.types import Interrupt, Send

from bailiwick.control.spec import Intake
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.fault import BailiwickFault, PortFault
from bailiwick.domain.ids import ContactId, MessageId, RunId, SignalId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.domain.thread import (
    END_NODE,
    Command,
    Pause,
    StreamMode,
    ThreadRun,
    ThreadRunStatus,
)
from bailiwick.engine.desk import UnableToOpenRun
from bailiwick.engine.runner import Prepared
from bailiwick.engine.thread.graph import Opened, pause_of, standing, state_of
from bailiwick.engine.thread.parts import ThreadParts
from bailiwick.engine.thread_faults import LostThread, UnableToUseThread
from bailiwick.kit.json_value import Json
from bailiwick.kit.plain import UnableToShow, plain
from bailiwick.ports.threads import ThreadRow
from bailiwick.ports.trace import Attributes, CallShape, Identity, Span, SpanName, running

_LOG: Final = logging.getLogger(__name__)
Tell = Callable[[str, Json], Awaitable[None]]
"""Stores one frame of the run's stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """How a walk ended."""

    status: ThreadRunStatus
    values: Mapping[str, Json] | None = None
    pauses: tuple[Pause, ...] = ()
    waits: bool = False
    """Whether the graph stands before a node, with or without an interrupt."""
    error: Mapping[str, Json] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One run on a thread that is about to go."""

    parts: ThreadParts
    thread: ThreadRow
    run: ThreadRun
    root_run_id: RunId
    opened: Opened
    tell: Tell
    adopted: bool = False
    """Whether what waits was stored by an older shape of the graph: it asks again first."""
    durability: str = "sync"
    """When checkpoints are stored, in LangGraph's words: with each step, or at its `exit`."""

    async def go(self) -> Walked:
        """Walk until the graph ends or waits. Never raises for what a graph does.

        Raises LostThread when another process has the thread, PortFault when the store is away.
        """
        with running(self.root_run_id), self._span() as span:
            prepared = self._prepared()
            try:
                walked = await self._bounded(prepared)
            finally:
                prepared.crm.rest()
            span.set({CallShape.STATUS: walked.status.value})
            return walked if walked.error is None else await self._reached(walked)

    def _span(self) -> AbstractContextManager[Span]:
        about: Attributes = {
            CallShape.OPERATION: "invoke_agent",
            Identity.CAPABILITY: self.opened.spec.name,
            Identity.CAPABILITY_VERSION: self.opened.spec.version,
            Identity.RUN: self.root_run_id,
            Identity.THREAD: self.thread.thread_id,
        }
        return self.parts.runner.parts.tracer.span(SpanName.RUN, about)

    async def _reached(self, walked: Walked) -> Walked:
        """Add to a failure what the walk has reached; without it, what stood before stands."""
        try:
            found = await standing(self.opened, self.thread.thread_id)
        except (LostThread, PortFault):
            raise
        except (BailiwickFault, UnableToShow):
            return walked
        return replace(walked, values=found.values, pauses=found.pauses, waits=bool(found.next))

    async def _bounded(self, prepared: Prepared) -> Walked:
        spec = self.opened.spec
        try:
            async with asyncio.timeout(spec.seconds_max):
                await self._children()
                await self._steps(prepared)
                return await self._ended(prepared)
        except LostThread:
            raise
        except TimeoutError:
            reason = f"{spec.name} took longer than {spec.seconds_max} s"
            self._close(prepared, f"timeout: {reason}")
            return self._failed("TimeoutError", reason, ThreadRunStatus.TIMEOUT)
        except BailiwickFault as fault:
            self._close(prepared, f"{type(fault).__name__}: {fault}")
            return failed(fault)
        except Exception as error:  # noqa: BLE001 - the pool boundary: a bug ends its own run only
            # Frames only: the message of an exception may hold a customer's words.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("bug in run %s: %s\n%s", self.run.run_id, type(error).__name__, frames)
            self._close(prepared, f"bug: {type(error).__name__} in {spec.name}")
            said = f"bug in {spec.name}" if self.opened.gated else str(error)
            return self._failed(type(error).__name__, said)

    async def _steps(self, prepared: Prepared) -> None:
        command = self.run.asked.command
        if command is not None and ends(command):
            await self._end(command)
            return
        if self.adopted and command is not None and command.has_resume:
            await self._stream(prepared, None)
        await self._stream(prepared, await self._input())

    async def _end(self, command: Command) -> None:
        """Write what the command writes and let go of all that waits."""
        graph, where = self.opened.graph, self._config()
        if command.update is not None:
            found = await graph.aget_state(where)
            nodes = [*found.next, *(name for name in graph.nodes if name != START)]
            where = await graph.aupdate_state(where, dict(command.update), as_node=nodes[0])
        await graph.aupdate_state({**self._config(), **where}, None, as_node=END_NODE)

    async def _stream(self, prepared: Prepared, given: object) -> None:
        asked = self.run.asked
        async for ns, mode, chunk in self.opened.graph.astream(
            given,
            self._config(),
            context=prepared.context,
            stream_mode=[mode.value for mode in asked.stream_modes],
            subgraphs=bool(asked.stream_modes),  # who follows nothing pays for no following
            durability=self.durability,
            interrupt_before=asked.interrupt_before,
            interrupt_after=asked.interrupt_after,
        ):
            if not ns or asked.stream_subgraphs:
                name = "|".join((mode, *ns))
                await self.tell(name, self._frame(mode, chunk))

    def _frame(self, mode: str, chunk: object) -> Json:
        told = chunk
        if mode in {StreamMode.VALUES.value, StreamMode.UPDATES.value} and isinstance(
            chunk, Mapping
        ):
            told = {**cast("Mapping[str, object]", chunk)}
            found = told.get("__interrupt__")
            if isinstance(found, tuple):
                gated = self.opened.gated
                told["__interrupt__"] = [
                    interrupt_frame(pause_of(one, "", gated=gated))
                    for one in cast("tuple[Interrupt[Any], ...]", found)
                ]
        return plain(told)

    def _config(self) -> Mapping[str, Any]:
        asked, spec = self.run.asked, self.opened.spec
        wished = asked.config.get("recursion_limit")
        steps = min(wished, spec.steps_max) if isinstance(wished, int) else spec.steps_max
        where: dict[str, Any] = {"thread_id": self.thread.thread_id, "checkpoint_ns": ""}
        if asked.checkpoint_id is not None and self.run.attempt <= 1:
            where["checkpoint_id"] = asked.checkpoint_id
        return {
            "configurable": where,
            "recursion_limit": max(1, steps),
            "metadata": {
                "run_id": self.run.run_id,
                "graph_id": spec.name,
                "assistant_id": asked.assistant_id,
            },
        }

    async def _input(self) -> object:
        """Return what goes into the graph; None goes on where a crash or a break left it."""
        asked = self.run.asked
        if self.run.attempt > 1 and await self._has_begun():
            return None
        if asked.command is not None:
            return await self._command()
        if asked.input is None:
            return None
        if not self.opened.gated:
            return dict(asked.input)
        return self._fresh()

    def _fresh(self) -> dict[str, object]:
        """Return a whole new state, so that nothing of an earlier plan is taken over."""
        state = self.parts.graphs.thread_form(self.opened.spec.name).builder.state_schema()
        assert dataclasses.is_dataclass(state), "a capability that plans has a dataclass as state"
        return {f.name: getattr(state, f.name) for f in dataclasses.fields(state)}

    async def _has_begun(self) -> bool:
        snapshot = await self.opened.graph.aget_state(self._where())
        return (snapshot.metadata or {}).get("run_id") == self.run.run_id

    async def _command(self) -> object:
        command = self.run.asked.command
        assert command is not None, "asked before"
        pauses = await self._pauses()
        told: dict[str, Any] = {}
        if self.opened.gated:
            told["resume"] = self._decided(pauses)
            if command.has_resume:
                if not told["resume"]:
                    message = "no card of this thread has been decided, so it waits on"
                    raise StillWaiting(message)
                return GraphCommand(**told)
            told = {name: one for name, one in told.items() if one}
        elif command.has_resume:
            told["resume"] = self._answer(command.resume, pauses)
        if command.update is not None:
            told["update"] = dict(command.update)
        return GraphCommand(**told, goto=self._goto(command))

    def _goto(self, command: Command) -> list[object]:
        nodes = [one for one in command.goto if one.node != END_NODE]
        for one in nodes:
            if one.node not in self.opened.graph.nodes:
                message = f"{self.opened.spec.name!r} has no node {one.node!r} to go to"
                raise UnableToUseThread(message)
        return [g.node if g.payload is None else Send(g.node, g.payload) for g in nodes]

    def _answer(self, resume: Json, pauses: tuple[Pause, ...]) -> Json:
        """Return a client's answer, by the ids of what waits. Raises UnableToUseThread."""
        if not pauses:
            message = "nothing waits on this thread, so there is nothing to resume"
            raise UnableToUseThread(message)
        names = {pause.interrupt_id for pause in pauses}
        if isinstance(resume, Mapping) and resume:
            if set(resume) <= names:
                return dict(resume)
            before = self.parts.shelf.opened_face(self.thread).pauses
            if self.adopted and set(resume) <= {pause.interrupt_id for pause in before}:
                if len(before) > 1:
                    message = "the graph was changed and asks anew: answer by the new ids"
                    raise UnableToUseThread(message)
                (resume,) = resume.values()
        if len(pauses) > 1:
            message = f"{len(pauses)} interrupts wait, so the answer must name one"
            raise UnableToUseThread(message)
        return {pause.interrupt_id: resume for pause in pauses}

    async def _pauses(self) -> tuple[Pause, ...]:
        """Return what waits. Raises UnableToUseThread for an older state: it was answered once."""
        snapshot = await self.opened.graph.aget_state(self._where())
        found = state_of(snapshot, gated=self.opened.gated)
        command, older = self.run.asked.command, self.run.asked.checkpoint_id
        if command is not None and command.has_resume and older not in {None, found.checkpoint_id}:
            message = (
                "an older state has its answer already: start a run from it without one, which asks"
                " again, and answer that"
            )
            raise UnableToUseThread(message)
        return found.pauses

    def _where(self) -> Mapping[str, Any]:
        return {"configurable": {"thread_id": self.thread.thread_id, "checkpoint_ns": ""}}

    def _decided(self, pauses: tuple[Pause, ...]) -> dict[str, object]:
        """Return, for each interrupt whose card no longer waits, how that card stands."""
        found: dict[str, object] = {}
        with self.parts.units.read() as unit:
            for pause in pauses:
                card = unit.approvals.get(pause.approval_id) if pause.approval_id else None
                status = card.status if card is not None else ApprovalStatus.STALE
                if status is not ApprovalStatus.PENDING:
                    found[pause.interrupt_id] = {
                        "approval_id": pause.approval_id,
                        "status": status.value,
                    }
        return found

    async def _children(self) -> None:
        """Run what a decision has delegated and nobody has begun yet."""
        if not self.opened.gated or self.run.asked.command is None:
            return
        with self.parts.units.read() as unit:
            signals = unit.runs.open_signals(count_max=_SIGNALS_COUNT_MAX)
        mine = f"pln_{self.root_run_id.partition('_')[2]}/"
        for signal in signals:
            if signal.dedupe_key.startswith(mine):
                await self.parts.runner.run(signal)

    async def _ended(self, prepared: Prepared) -> Walked:
        found = await standing(self.opened, self.thread.thread_id)
        if not found.next and self.opened.gated and not prepared.desk.closed:
            outcome = found.values.get("outcome")
            reason = outcome.get("skip_reason") if isinstance(outcome, Mapping) else None
            if self.root_run_id == self.run.run_id:
                self._finish(prepared, "skipped", str(reason or ""), outcome or {})
        return Walked(
            status=ThreadRunStatus.SUCCESS,
            values=found.values,
            pauses=found.pauses,
            waits=bool(found.next),
        )

    def _failed(
        self, name: str, said: str, status: ThreadRunStatus = ThreadRunStatus.ERROR
    ) -> Walked:
        return Walked(status=status, error={"error": name, "message": said})

    def _close(self, prepared: Prepared, reason: str) -> None:
        if self.opened.gated and self.root_run_id == self.run.run_id:
            self._finish(prepared, "failed", reason, {"status": "failed", "reason": reason})

    def _finish(self, prepared: Prepared, status: str, reason: str, outcome: Any) -> None:  # noqa: ANN401 - JSON
        if prepared.desk.closed:
            return
        try:
            prepared.desk.close(status=status, reason=reason, outcome=outcome)
        except UnableToOpenRun:
            _LOG.info("run %s was closed before", self.root_run_id)

    def _prepared(self) -> Prepared:
        asked = self.run.asked.input or {}
        contact, message = asked.get("contact_id"), asked.get("message_id")
        contact_id = ContactId(contact) if isinstance(contact, str) else self.thread.contact_id
        signal = Signal(
            signal_id=SignalId(f"sig_{self.root_run_id.partition('_')[2]}"),
            kind=SignalKind.MANUAL,
            contact_id=contact_id if self.opened.spec.intake is Intake.CONTACT else None,
            message_id=MessageId(message) if isinstance(message, str) else None,
            trust=Trust.HUMAN,
            received_at=self.parts.clock.now(),
            dedupe_key=f"thread/{self.root_run_id}",
        )
        return self.parts.runner.prepared(self.opened.spec.name, self.root_run_id, signal)


_SIGNALS_COUNT_MAX: Final = 1_000  # ours: of open signals looked through for a plan's own


class StillWaiting(BailiwickFault):
    """Nothing was decided: the thread goes on waiting, and the run ends without doing anything."""


def failed(fault: BailiwickFault) -> Walked:
    """Return the end of a run by a fault that says why."""
    error: Mapping[str, Json] = {"error": type(fault).__name__, "message": str(fault)}
    return Walked(status=ThreadRunStatus.ERROR, error=error)


def ends(command: Command) -> bool:
    """Tell whether a command says nothing but that the thread is to end."""
    if command.has_resume or not command.goto:
        return False
    return all(one.node == END_NODE for one in command.goto)


def interrupt_frame(pause: Pause) -> Mapping[str, Json]:
    """Return an interrupt as streams and waits show it."""
    return {
        "value": pause.value,
        "id": pause.interrupt_id,
        "response_schema": pause.response_schema,
    }
