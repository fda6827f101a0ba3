"""Taking requests for runs on threads: checked, stored and rung for in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast

from bailiwick.control.load import UnableToLoadCapability
from bailiwick.control.spec import Intake, Spec
from bailiwick.domain.approval import ApprovalStatus
from bailiwick.domain.ids import PREFIX, ContactId, MessageId, PersonId, RunId
from bailiwick.domain.thread import (
    ENDED,
    Answer,
    CancelAction,
    GraphThreadId,
    Multitask,
    NewRun,
    Pause,
    ThreadRun,
    ThreadRunStatus,
    ThreadStatus,
    Verb,
)
from bailiwick.engine.card import UnableToDecide
from bailiwick.engine.thread.carry import Carrier
from bailiwick.engine.thread.lookup import found_run, found_thread
from bailiwick.engine.thread.parts import ThreadParts, enqueue, withdraw_cards
from bailiwick.engine.thread.rows import marks, new_run
from bailiwick.engine.thread.walk import ends
from bailiwick.engine.thread_desk import open_cards
from bailiwick.engine.thread_faults import UnableToTakeThread, UnableToUseThread
from bailiwick.ports.queue import Full
from bailiwick.ports.threads import ThreadRow, ThreadRunRow
from bailiwick.ports.unit import Unit

_DROPPED = "dropped without a reason"
_GIVES_WAY = frozenset({Multitask.INTERRUPT, Multitask.ROLLBACK})


class Asking:
    """Stores runs on threads."""

    def __init__(self, parts: ThreadParts, carrier: Carrier) -> None:
        self._parts = parts
        self._carrier = carrier

    def start(self, thread_id: GraphThreadId, asked: NewRun) -> ThreadRun | Full:
        """Store a run and ring for it. Raises what `Threads.start` says."""
        spec = self._spec(asked.capability)
        with self._parts.units.write() as unit:
            thread = found_thread(unit, thread_id)
            contact_id = _contact(unit, spec, asked)
            self._require_resumable(thread, asked, spec)
            thread = self._make_room(unit, thread, asked)
            run = self._run(thread, asked)
            unit.threads.add_run(run)
            thread = self._marked(thread, asked)
            if run.root_run_id == run.run_id:
                thread = replace(
                    thread, root_run_id=run.run_id, contact_id=contact_id or thread.contact_id
                )
            unit.threads.save(thread)
            full = enqueue(self._parts, unit, run)
            if full is not None:
                return full
            unit.commit()
        return self._parts.shelf.run(run)

    def answer(
        self, thread_id: GraphThreadId, answers: Sequence[Answer], asked: NewRun, *, by: PersonId
    ) -> ThreadRun | Full:
        """Decide cards and go on with the thread. Raises what `Threads.answer` says."""
        with self._parts.units.write(records=False) as unit:
            thread = found_thread(unit, thread_id)
            pauses = self._named(thread, answers)
            run = replace(self._run(thread, asked), attempt=-1, root_run_id=thread.root_run_id)
            unit.threads.add_run(run)
            unit.commit()
        try:
            for answer in answers:
                self._decide(pauses[answer.interrupt_id], answer, by)
        except BaseException:
            self._forget_aside(run.run_id)
            raise
        with self._parts.units.write(records=False) as unit:
            stored = unit.threads.run(run.run_id)
            assert stored is not None, "nobody takes away a run that is set aside"
            if stored.attempt < 0:
                stored = replace(stored, attempt=0)
                unit.threads.save_run(stored)
            enqueue(self._parts, unit, stored)
            unit.threads.save(self._marked(found_thread(unit, thread_id), asked))
            unit.commit()
        return self._parts.shelf.run(stored)

    def cancel(self, thread_id: GraphThreadId, run_id: RunId, action: CancelAction) -> None:
        """Ask a run to end; one that waits ends at once. Raises UnableToFindThread."""
        at = self._parts.clock.now()
        with self._parts.units.write() as unit:
            run = found_run(unit, thread_id, run_id)
            if _is_untouched(run):
                self._end_pending(unit, run, action, at=at)
            elif run.status not in ENDED:
                unit.threads.ask_cancel(run_id, action.value, at=at)
            unit.commit()
        task = self._carrier.going.get(run_id)
        if task is not None:
            task.get_loop().call_soon_threadsafe(task.cancel)

    def _end_pending(
        self, unit: Unit, run: ThreadRunRow, action: CancelAction, *, at: datetime
    ) -> None:
        thread = found_thread(unit, run.thread_id)
        if action is CancelAction.ROLLBACK:
            unit.threads.delete_run(run.run_id)
        else:
            unit.threads.save_run(replace(run, status=ThreadRunStatus.INTERRUPTED, updated_at=at))
        if not _open_runs(unit, thread.thread_id):
            pauses = self._parts.shelf.opened_face(thread).pauses
            status = ThreadStatus.INTERRUPTED if pauses else ThreadStatus.IDLE
            unit.threads.save(replace(thread, status=status, updated_at=at))

    def _make_room(self, unit: Unit, thread: ThreadRow, asked: NewRun) -> ThreadRow:
        """Apply the multitask strategy to runs and cards that are in the way."""
        at = self._parts.clock.now()
        before = _open_runs(unit, thread.thread_id)
        if before and asked.multitask is Multitask.REJECT:
            message = (
                "Thread is already running a task. Wait for it to finish or choose another"
                " multitask strategy."
            )
            raise UnableToTakeThread(message)
        if before and asked.multitask in _GIVES_WAY:
            action = CancelAction(asked.multitask.value)
            for run in before:
                if _is_untouched(run):
                    self._end_pending(unit, run, action, at=at)
                else:
                    unit.threads.ask_cancel(run.run_id, action.value, at=at)
        if not _is_hand_on_state(asked) or thread.root_run_id is None:
            return thread
        cards = open_cards(unit, thread.root_run_id)
        if cards and asked.input is not None and asked.multitask not in _GIVES_WAY:
            message = (
                f"a card of this thread waits for a person ({cards[0].approval_id}): decide it, or "
                "choose multitask strategy interrupt or rollback, which withdraws it"
            )
            raise UnableToTakeThread(message)
        root, thread = thread.root_run_id, replace(thread, root_run_id=None)
        unit.threads.save(thread)
        ended = asked.command is not None and ends(asked.command)
        reason = "its thread was ended" if ended else "its thread was started anew"
        withdraw_cards(unit, root, reason=reason, at=at, rejected=ended)
        return thread

    def _require_resumable(self, thread: ThreadRow, asked: NewRun, spec: Spec) -> None:
        command = asked.command
        if command is None or not command.has_resume:
            return
        if spec.intake is not Intake.STATE:
            message = "a card is decided, not resumed: answer it with a decision on its interrupt"
            raise UnableToUseThread(message)
        if asked.checkpoint_id is not None:
            return  # what waits there is known when it is opened
        pauses = self._parts.shelf.opened_face(thread).pauses
        names = tuple(pause.interrupt_id for pause in pauses)
        resume = command.resume
        mapped = isinstance(resume, Mapping) and resume and set(resume) <= set(names)
        if len(names) > 1 and not mapped:
            message = (
                f"{len(names)} interrupts wait, so the answer must name one:"
                f" {{<interrupt id>: <value>}}, of {', '.join(names)}"
            )
            raise UnableToTakeThread(message, interrupt_ids=names)

    def _named(self, thread: ThreadRow, answers: Sequence[Answer]) -> Mapping[str, Pause]:
        pauses = {p.interrupt_id: p for p in self._parts.shelf.opened_face(thread).pauses}
        for answer in answers:
            pause = pauses.get(answer.interrupt_id)
            if pause is None or pause.approval_id is None:
                message = f"no card waits under interrupt {answer.interrupt_id!r}"
                raise UnableToTakeThread(message, interrupt_ids=tuple(pauses))
            shown = _shown(pause)
            if answer.payload_sha256 and answer.payload_sha256 != shown:
                message = f"interrupt {answer.interrupt_id!r} shows payload {shown[:12]}, not yours"
                raise UnableToTakeThread(message, interrupt_ids=tuple(pauses))
        if not answers:
            message = "an answer names at least one interrupt"
            raise UnableToUseThread(message)
        return pauses

    def _decide(self, pause: Pause, answer: Answer, by: PersonId) -> None:
        inbox = self._parts.inbox
        assert pause.approval_id is not None, "checked before"
        card = inbox.get(pause.approval_id)
        if card.status is not ApprovalStatus.PENDING:
            message = f"card {card.approval_id} is {card.status.value}: {card.closed_reason}"
            raise UnableToTakeThread(message)
        if answer.verb is Verb.APPROVE:
            inbox.approve(
                card.approval_id, person_id=by, shown_hash=_shown(pause), note=answer.message
            )
        elif answer.verb is Verb.EDIT:
            edited = inbox.edit(
                card.approval_id, person_id=by, changes=answer.changes, note=answer.message
            ).approval
            try:
                inbox.approve(
                    edited.approval_id, person_id=by, shown_hash=edited.payload_hash, note=""
                )
            except UnableToDecide:
                return  # the edit stands; its card waits for somebody who may sign it
        else:
            inbox.reject(card.approval_id, person_id=by, reason=answer.message.strip() or _DROPPED)

    def _forget_aside(self, run_id: RunId) -> None:
        with self._parts.units.write(records=False) as unit:
            stored = unit.threads.run(run_id)
            if stored is not None and stored.attempt < 0:
                unit.threads.delete_run(run_id)
            unit.commit()

    def _run(self, thread: ThreadRow, asked: NewRun) -> ThreadRunRow:
        run_id = RunId(self._parts.ids.new(PREFIX["run"]))
        run = new_run(
            self._parts.shelf, thread.thread_id, run_id, asked, at=self._parts.clock.now()
        )
        goes_on = asked.command is not None or asked.input is None
        if goes_on and thread.root_run_id:
            return replace(run, root_run_id=thread.root_run_id)
        return run

    def _marked(self, thread: ThreadRow, asked: NewRun) -> ThreadRow:
        """Return the thread with what clients filter by, and busy."""
        face = self._parts.shelf.opened_face(thread)
        face = replace(face, metadata={**face.metadata, **marks(asked)}, error=None)
        return replace(
            thread,
            status=ThreadStatus.BUSY,
            capability=asked.capability,
            updated_at=self._parts.clock.now(),
            face=self._parts.shelf.face(thread.thread_id, face),
        )

    def _spec(self, capability: str) -> Spec:
        try:
            spec = self._parts.graphs.spec(capability)
        except UnableToLoadCapability as fault:
            raise UnableToUseThread(str(fault)) from None
        if spec.intake is Intake.STEP:
            message = f"{capability!r} carries out steps of plans; it cannot be started on a thread"
            raise UnableToUseThread(message)
        return spec


def _is_untouched(run: ThreadRunRow) -> bool:
    """Tell whether nobody works on a run: one set aside is being decided at this moment."""
    return run.status is ThreadRunStatus.PENDING and run.attempt >= 0


def _is_hand_on_state(asked: NewRun) -> bool:
    """Tell whether a run changes what a card was made from, rather than going on with it."""
    if asked.input is not None or asked.checkpoint_id is not None:
        return True
    command = asked.command
    return command is not None and (command.update is not None or bool(command.goto))


def _open_runs(unit: Unit, thread_id: GraphThreadId) -> list[ThreadRunRow]:
    return [run for run in unit.threads.runs(thread_id, status=None) if run.status not in ENDED]


def _contact(unit: Unit, spec: Spec, asked: NewRun) -> ContactId | None:
    """Return whom a plan would be about. Raises UnableToUseThread when the input names nobody."""
    if spec.intake is not Intake.CONTACT or asked.command is not None or asked.input is None:
        return None
    contact, message_id = asked.input.get("contact_id"), asked.input.get("message_id")
    if isinstance(contact, str) and unit.crm.contact(ContactId(contact)) is not None:
        return ContactId(contact)
    if isinstance(message_id, str) and contact is None:
        mail = unit.crm.message(MessageId(message_id))
        if mail is not None and mail.contact_id is not None:
            return mail.contact_id
    message = 'the input names a contact or a mail of one: {"contact_id": "con_…"}'
    raise UnableToUseThread(message)


def _shown(pause: Pause) -> str:
    value = cast("Mapping[str, Mapping[str, str]]", pause.value)
    return str(value["bailiwick"]["payload_sha256"])
