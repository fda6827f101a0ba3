"""Walks a graph once for one run on a thread: what goes in, what is told, how it ended."""

import asyncio
import dataclasses
import logging
import traceback
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from langgraph.types import Command as GraphCommand
from langgraph.types import Interrupt, Send

from bailiwick.control.spec import Intake
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.fault import BailiwickFault
from bailiwick.domain.ids import ContactId, MessageId, RunId, SignalId
from bailiwick.domain.provenance import Trust
from bailiwick.domain.signal import Signal, SignalKind
from bailiwick.domain.thread import (
    END_NODE,
    Pause,
    StreamMode,
    ThreadRun,
    ThreadRunStatus,
)
from bailiwick.engine.desk import UnableToOpenRun
from bailiwick.engine.runner import Prepared
from bailiwick.engine.thread_faults import LostThread, UnableToUseThread
from bailiwick.engine.thread_graph import Opened, pause_of, values_of
from bailiwick.engine.thread_parts import ThreadParts
from bailiwick.kit.json_value import Json
from bailiwick.kit.plain import plain
from bailiwick.ports.threads import ThreadRow

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

    async def go(self) -> Walked:
        """Walk until the graph ends or waits. Never raises for what a graph does.

        Raises LostThread when another process has the thread, PortFault when the store is away.
        """
        prepared = self._prepared()
        try:
            return await self._bounded(prepared)
        finally:
            prepared.crm.rest()

    async def _bounded(self, prepared: Prepared) -> Walked:
        spec = self.opened.spec
        try:
            async with asyncio.timeout(spec.seconds_max):
                await self._children()
                await self._stream(prepared)
        except LostThread:
            raise
        except TimeoutError:
            reason = f"{spec.name} took longer than {spec.seconds_max} s"
            self._close(prepared, f"timeout: {reason}")
            return self._failed("TimeoutError", reason, ThreadRunStatus.TIMEOUT)
        except BailiwickFault as fault:
            self._close(prepared, f"{type(fault).__name__}: {fault}")
            return self._failed(type(fault).__name__, str(fault))
        except Exception as error:  # noqa: BLE001 - the pool boundary: a bug ends its own run only
            # Frames only: the message of an exception may hold a customer's words.
            frames = "".join(traceback.format_tb(error.__traceback__))
            _LOG.error("bug in run %s: %s\n%s", self.run.run_id, type(error).__name__, frames)
            self._close(prepared, f"bug: {type(error).__name__} in {spec.name}")
            said = f"bug in {spec.name}" if self.opened.gated else str(error)
            return self._failed(type(error).__name__, said)
        return await self._ended(prepared)

    async def _stream(self, prepared: Prepared) -> None:
        asked = self.run.asked
        modes = [mode.value for mode in asked.stream_modes] or [StreamMode.VALUES.value]
        async for ns, mode, chunk in self.opened.graph.astream(
            await self._input(),
            self._config(),
            context=prepared.context,
            stream_mode=modes,
            subgraphs=True,
            durability="sync",
            interrupt_before=asked.interrupt_before,
            interrupt_after=asked.interrupt_after,
        ):
            if asked.stream_modes and (not ns or asked.stream_subgraphs):
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
        state = self.parts.graphs.threaded(self.opened.spec.name).state_schema()
        assert dataclasses.is_dataclass(state), "a capability that plans has a dataclass as state"
        return {f.name: getattr(state, f.name) for f in dataclasses.fields(state)}

    async def _has_begun(self) -> bool:
        where = {"configurable": {"thread_id": self.thread.thread_id}}
        snapshot = await self.opened.graph.aget_state(where)
        return (snapshot.metadata or {}).get("run_id") == self.run.run_id

    async def _command(self) -> object:
        command = self.run.asked.command
        assert command is not None, "asked before"
        if self.opened.gated and command.has_resume:
            return GraphCommand(resume=self._decided(await self._pauses()))
        told: dict[str, Any] = {}
        if command.has_resume:
            if not await self._pauses():
                message = "nothing waits on this thread, so there is nothing to resume"
                raise UnableToUseThread(message)
            told["resume"] = command.resume
        if command.update is not None:
            told["update"] = dict(command.update)
        goto = [g.node if g.payload is None else Send(g.node, g.payload) for g in command.goto]
        return GraphCommand(**told, goto=[one for one in goto if one != END_NODE])

    async def _pauses(self) -> tuple[Pause, ...]:
        where = {"configurable": {"thread_id": self.thread.thread_id}}
        snapshot = await self.opened.graph.aget_state(where)
        gated = self.opened.gated
        return tuple(
            pause_of(one, task.id, gated=gated)
            for task in snapshot.tasks
            for one in task.interrupts
        )

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
        if not found:
            message = "no card of this thread has been decided, so it waits on"
            raise StillWaiting(message)
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
        await self.opened.saver.flush()
        where = {"configurable": {"thread_id": self.thread.thread_id}}
        snapshot = await self.opened.graph.aget_state(where)
        gated = self.opened.gated
        pauses = tuple(
            pause_of(one, task.id, gated=gated)
            for task in snapshot.tasks
            for one in task.interrupts
        )
        if not snapshot.next and gated and not prepared.desk.closed:
            outcome = snapshot.values.get("outcome", {})
            reason = str(outcome.get("skip_reason") or "")
            if self.root_run_id == self.run.run_id:
                self._finish(prepared, "skipped", reason, outcome)
        return Walked(
            status=ThreadRunStatus.SUCCESS,
            values=values_of(snapshot.values),
            pauses=pauses,
            waits=bool(snapshot.next),
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


def interrupt_frame(pause: Pause) -> Mapping[str, Json]:
    """Return an interrupt as streams and waits show it."""
    return {
        "value": pause.value,
        "id": pause.interrupt_id,
        "response_schema": pause.response_schema,
    }
