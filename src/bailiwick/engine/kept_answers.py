"""One execution for one key: the first answer is kept, sealed, and given to every repetition."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.domain.kept_answer import Claim, KeptAnswer, KeptRow
from bailiwick.kit.envelope import Envelope, UnableToOpenSeal
from bailiwick.kit.hashing import digest
from bailiwick.ports.care import Holding
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

KEPT: Final = timedelta(hours=24)  # reliability 5: at least 24 h
KEY_LENGTH_MAX: Final = 255  # reliability 5
PAGE_COUNT: Final = 100  # ours: answers looked through at a time
BODY_BYTES_MAX: Final = 1_000_000  # ours: what is kept of one answer; who keeps says what then


class KeptAnswers:
    """Keeps first answers in one workspace. A key belongs to whoever used it first."""

    def __init__(
        self, *, units: Units, clock: Clock, workspace_id: WorkspaceId, envelope: Envelope
    ) -> None:
        self._units = units
        self._clock = clock
        self._workspace_id = workspace_id
        self._envelope = envelope

    def claim(self, key: str, request_hash: str, *, by: PersonId) -> KeptAnswer | Claim:
        """Begin an execution, or say why not: answered before, under way, another request.

        The claim is committed when this returns. Raises PortFault.
        """
        at = self._clock.now()
        row = KeptRow(
            key_hash=_name(key, by),
            request_hash=request_hash,
            status=0,
            headers="",
            body=b"",
            expires_at=at + KEPT,
        )
        with self._units.write(records=False) as unit:
            found = unit.kept.claim(row, at=at)
            if found is None:
                unit.commit()
                return Claim.FRESH
        return self._told(found, request_hash)

    def look(self, key: str, request_hash: str, *, by: PersonId) -> KeptAnswer | Claim:
        """Say how a claimed execution stands now."""
        with self._units.read() as unit:
            found = unit.kept.get(_name(key, by))
        return Claim.FRESH if found is None else self._told(found, request_hash)

    def keep(self, key: str, answer: KeptAnswer, *, by: PersonId) -> None:
        """Keep how a claimed execution was answered, errors too. Raises PortFault."""
        name = _name(key, by)
        assert len(answer.body) <= BODY_BYTES_MAX, "half an answer is none"
        sealed = self._envelope.seal(answer.body, self._workspace_id, name)
        with self._units.write(records=False) as unit:
            found = unit.kept.get(name)
            if found is not None:
                unit.kept.complete(
                    replace(found, status=answer.status, headers=answer.headers, body=sealed)
                )
                unit.commit()

    def release(self, key: str, *, by: PersonId) -> None:
        """Forget a claim whose execution never began. Raises PortFault."""
        with self._units.write(records=False) as unit:
            unit.kept.release(_name(key, by))
            unit.commit()

    def forget(self, unit: Unit, holding: Holding) -> Mapping[str, int]:
        """Forget every answer in which a person is named."""
        forgotten = 0
        after = ""
        while rows := unit.kept.page(after=after, size=PAGE_COUNT):  # ends with the rows
            after = rows[-1].key_hash
            for row in rows:
                if row.status and self._may_name(row, holding):
                    unit.kept.remove(row.key_hash)
                    forgotten += 1
        return {"kept_answers": forgotten} if forgotten else {}

    def _may_name(self, row: KeptRow, holding: Holding) -> bool:
        """Tell whether an answer names a person; one that does not open answers nobody anyway."""
        try:
            return names(self._opened(row), row.headers, holding=holding)
        except UnableToOpenSeal:
            return True

    def _opened(self, row: KeptRow) -> bytes:
        return self._envelope.open(row.body, self._workspace_id, row.key_hash)

    def _told(self, row: KeptRow, request_hash: str) -> KeptAnswer | Claim:
        if row.request_hash != request_hash:
            return Claim.OTHER
        if row.status == 0:
            return Claim.IN_FLIGHT
        return KeptAnswer(status=row.status, headers=row.headers, body=self._opened(row))


def names(body: bytes, headers: str, *, holding: Holding) -> bool:
    """Tell whether an answer names a person."""
    said = f"{body.decode('utf-8', 'replace')}\n{headers}".lower()
    return any(term.lower() in said for term in holding.terms)


def _name(key: str, by: PersonId) -> str:
    """Name a key of one caller; another's same key is another."""
    return digest({"by": by, "key": key})
