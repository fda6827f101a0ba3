"""Erases a person, and gives a person what is held on them: who may, when, and what is recorded.

The record says that somebody was erased, by whom and how much; it never says who it was beyond the
pseudonym that older records carry already (decision 0029).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, ContactId, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.engine.whom import found_contact
from bailiwick.ports.care import Erasure, Holding, Persons, SealedCopies
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units

REASON_LENGTH_MAX: Final = 200  # ours: a request's number or date; not a place for a story
_WORD_LENGTH_MIN: Final = 3  # ours: shorter parts of a name are in too many other words


class UnableToErase(InputFault):
    """The person cannot be erased like this; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasurePlan:
    """What an erasure would do."""

    holding: Holding
    under_way: tuple[str, ...]
    """Effects that must be settled before."""
    mentions: tuple[tuple[str, str], ...]
    """Rows of others that name the person: table and id. They stay, for a person to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure did."""

    erasure: Erasure
    counts: Mapping[str, int]
    mentions: tuple[tuple[str, str], ...]


class Erasing:
    """Erases persons of one workspace."""

    def __init__(
        self,
        *,
        units: Units,
        persons: Persons,
        clock: Clock,
        copies: Sequence[SealedCopies] = (),
    ) -> None:
        self._units = units
        self._persons = persons
        self._clock = clock
        self._copies = copies

    def whom(self, words: str) -> ContactId:
        """Return whom an id or address means; an id may be of somebody erased before.

        Raises UnableToFindContact.
        """
        if words.startswith(f"{PREFIX['contact']}_"):
            return ContactId(words)
        with self._units.read() as unit:
            return found_contact(unit, words)

    def plan(self, contact_id: ContactId, *, person_id: PersonId) -> ErasurePlan:
        """Count what would go and change nothing. Raises UnableToErase."""
        with self._units.read() as unit:
            _require_admin(unit, person_id)
            holding = _held(self._persons.held_on(unit, contact_id), contact_id)
            return ErasurePlan(
                holding=holding,
                under_way=tuple(self._persons.under_way(unit, contact_id)),
                mentions=tuple(self._persons.mentions(unit, holding)),
            )

    def erase(self, contact_id: ContactId, *, person_id: PersonId, reason: str) -> Erased:
        """Delete the person's rows and shred the person's key, in one transaction.

        Of somebody erased before it returns that erasure, so that what came after it and was cut
        short can be done again. Raises UnableToErase, also while a mail to the person is being sent
        or in doubt.
        """
        with self._units.write() as unit:
            _require_admin(unit, person_id)
            found = self._persons.held_on(unit, contact_id)
            past = None if found is not None else self._persons.past(unit, contact_id)
            if past is not None:
                return Erased(erasure=past, counts={}, mentions=())
            holding = _held(found, contact_id)
            _require_reason(reason, holding)
            _require_settled(self._persons.under_way(unit, contact_id))
            erased = self.erase_within(unit, holding, by=person_id, reason=reason.strip())
            unit.commit()
        return erased

    def erase_within(self, unit: Unit, holding: Holding, *, by: str, reason: str) -> Erased:
        """Erase in a transaction that somebody else commits."""
        at = self._clock.now()
        found = [copies.forget(unit, holding) for copies in self._copies]
        counts = dict(self._persons.erase(unit, holding, at=at))
        for name, count in (item for forgotten in found for item in forgotten.items()):
            counts[name] = counts.get(name, 0) + count
        mentions = tuple(self._persons.mentions(unit, holding))
        erasure = self._persons.note(
            unit, holding, erased_by=by, reason=reason, at=at, counts=counts
        )
        unit.records.append(
            RecordKind.ERASED,
            subject=erasure.erasure_id,
            payload={"contact": holding.contact_id, "by": by, "rows": sum(counts.values())},
            at=at,
        )
        return Erased(erasure=erasure, counts=counts, mentions=mentions)


def record_export(unit: Unit, contact_id: ContactId, *, by: PersonId, clock: Clock) -> None:
    """Record that everything held on a person was given out. Raises UnableToErase."""
    _require_admin(unit, by)
    unit.records.append(RecordKind.EXPORTED, subject=contact_id, payload={"by": by}, at=clock.now())


def _held(found: Holding | None, contact_id: ContactId) -> Holding:
    if found is None:
        message = f"nothing is held on {contact_id!r}"
        raise UnableToErase(message)
    return found


def _require_admin(unit: Unit, person_id: PersonId) -> None:
    what = "erase or export a person"
    require_role(unit, person_id, Role.ADMIN, what=what, fault=UnableToErase)


def _require_reason(reason: str, holding: Holding) -> None:
    if not reason.strip() or len(reason) > REASON_LENGTH_MAX:
        message = f"a reason of 1 to {REASON_LENGTH_MAX} characters is needed: it is kept"
        raise UnableToErase(message)
    words = (*holding.addresses, *(word for name in holding.names for word in name.split()))
    if any(len(word) >= _WORD_LENGTH_MIN and word.lower() in reason.lower() for word in words):
        message = "the reason names the person, and it is kept: write the request's number instead"
        raise UnableToErase(message)


def _require_settled(under_way: Sequence[str]) -> None:
    if under_way:
        message = (
            f"{len(under_way)} mail(s) to this person are being sent or in doubt "
            f"({', '.join(under_way[:3])}): settle them first, see `bailiwick worker doubt`"
        )
        raise UnableToErase(message)
