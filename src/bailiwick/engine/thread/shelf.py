"""Threads and their runs between their sealed rows and what the engine works with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.thread import (
    Command,
    Goto,
    GraphThreadId,
    Multitask,
    NewRun,
    Pause,
    StreamMode,
    Thread,
    ThreadEvent,
    ThreadRun,
)
from bailiwick.kit.envelope import UnableToOpenSeal
from bailiwick.kit.json_value import Json, json_text
from bailiwick.kit.keyring import Keyring
from bailiwick.kit.packing import UnableToUnpack, packed, unpacked
from bailiwick.kit.plain import plain
from bailiwick.ports.threads import ThreadEventRow, ThreadRow, ThreadRunRow


class UnableToOpenThread(IntegrityFault):
    """A stored part of a thread was changed, moved or never sealed; nothing of it is used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a thread shows beside its values."""

    metadata: Mapping[str, Any]
    config: Mapping[str, Any]
    pauses: tuple[Pause, ...] = ()
    error: Mapping[str, Any] | None = None


class Shelf:
    """Seals and opens the rows of one workspace."""

    def __init__(self, workspace_id: WorkspaceId, keyring: Keyring) -> None:
        self._workspace_id = workspace_id
        self._keyring = keyring

    def face(self, thread_id: GraphThreadId, face: Face) -> bytes:
        """Return the sealed face of a thread."""
        return self._seal(json_text(plain(face)).encode(), thread_id, "face")

    def opened_face(self, row: ThreadRow) -> Face:
        """Return the face of a thread. Raises UnableToOpenThread."""
        return _face(self._open(row.face, row.thread_id, "face"))

    def values(self, thread_id: GraphThreadId, values: Mapping[str, Json]) -> bytes:
        """Return the sealed values of a thread."""
        return self._seal(json_text(values).encode(), thread_id, "state")

    def opened_values(self, row: ThreadRow) -> Mapping[str, Json] | None:
        """Return the values of a thread. Raises UnableToOpenThread."""
        if row.state is None:
            return None
        return json.loads(self._open(row.state, row.thread_id, "state"))

    def asked(self, thread_id: GraphThreadId, run_id: RunId, asked: NewRun) -> bytes:
        """Return what was asked of a run, sealed."""
        return self._seal(json_text(plain(asked)).encode(), thread_id, "asked", run_id)

    def error(self, thread_id: GraphThreadId, run_id: RunId, error: Mapping[str, Json]) -> bytes:
        """Return why a run failed, sealed."""
        return self._seal(json_text(error).encode(), thread_id, "error", run_id)

    def event(
        self, thread_id: GraphThreadId, run_id: RunId, *, seq: int, event: str, data: Json
    ) -> ThreadEventRow:
        """Return one frame of a run's stream, sealed."""
        body = self._seal(json_text(data).encode(), thread_id, "event", run_id, str(seq), event)
        return ThreadEventRow(run_id=run_id, thread_id=thread_id, seq=seq, event=event, body=body)

    def opened_event(self, row: ThreadEventRow) -> ThreadEvent:
        """Return one frame of a run's stream. Raises UnableToOpenThread."""
        place = ("event", row.run_id, str(row.seq), row.event)
        data = json.loads(self._open(row.body, row.thread_id, *place))
        return ThreadEvent(seq=row.seq, event=row.event, data=data)

    def thread(self, row: ThreadRow) -> Thread:
        """Return a thread. Raises UnableToOpenThread."""
        face = self.opened_face(row)
        return Thread(
            thread_id=row.thread_id,
            created_at=row.created_at,
            updated_at=row.updated_at,
            state_updated_at=row.state_updated_at,
            status=row.status,
            metadata=face.metadata,
            config=face.config,
            values=self.opened_values(row),
            pauses=face.pauses,
            error=face.error,
            capability=row.capability,
            contact_id=row.contact_id,
            expires_at=row.expires_at,
        )

    def run(self, row: ThreadRunRow) -> ThreadRun:
        """Return a run. Raises UnableToOpenThread."""
        asked = NewRun(capability=row.capability, command=Command(has_resume=True))
        if row.asked:
            asked = _asked(self._open(row.asked, row.thread_id, "asked", row.run_id))
        error: Mapping[str, Json] | None = None
        if row.error is not None:
            error = json.loads(self._open(row.error, row.thread_id, "error", row.run_id))
        return ThreadRun(
            run_id=row.run_id,
            thread_id=row.thread_id,
            status=row.status,
            asked=asked,
            created_at=row.created_at,
            updated_at=row.updated_at,
            attempt=max(0, row.attempt),
            error=error,
        )

    def _seal(self, body: bytes, thread_id: GraphThreadId, *place: str) -> bytes:
        return self._keyring.seal(packed(body), thread_id, self._workspace_id, "thread", *place)

    def _open(self, body: bytes, thread_id: GraphThreadId, *place: str) -> bytes:
        try:
            return unpacked(
                self._keyring.open(body, thread_id, self._workspace_id, "thread", *place)
            )
        except (UnableToOpenSeal, UnableToUnpack) as fault:
            message = f"a stored part of thread {thread_id} cannot be opened: {fault}"
            raise UnableToOpenThread(message) from None


def _face(body: bytes) -> Face:
    told = json.loads(body)
    return Face(
        metadata=told["metadata"],
        config=told["config"],
        pauses=tuple(Pause(**pause) for pause in told["pauses"]),
        error=told["error"],
    )


def _asked(body: bytes) -> NewRun:
    told: dict[str, Any] = json.loads(body)
    command = told.pop("command")
    modes = tuple(StreamMode(mode) for mode in told.pop("stream_modes"))
    due_at = told.pop("due_at")
    multitask = Multitask(told.pop("multitask"))
    for name in ("interrupt_before", "interrupt_after"):
        told[name] = tuple(told[name])
    if command is not None:
        command["goto"] = tuple(Goto(**goto) for goto in command["goto"])
    return NewRun(
        **told,
        command=Command(**command) if command is not None else None,
        stream_modes=modes,
        due_at=datetime.fromisoformat(due_at) if due_at is not None else None,
        multitask=multitask,
    )
