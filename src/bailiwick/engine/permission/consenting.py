"""Takes down what people said about being written to: checked, stored for good, on record."""

from dataclasses import dataclass, replace
from datetime import datetime

from bailiwick.domain.consent import (
    AHEAD,
    EVIDENCE_CHARS_MAX,
    SOURCE_CHARS_MAX,
    Basis,
    Consent,
    ConsentPurpose,
    ConsentState,
)
from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.instant import EARLIEST, LATEST
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.unit import Unit, Units


class UnableToConsent(InputFault):
    """The statement cannot be taken down; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consenting:
    """Adds to the consent ledger of one workspace."""

    units: Units
    clock: Clock

    def state(self, consent: Consent, *, by: PersonId) -> Consent:
        """Store a statement, which a rep may take down. Raises UnableToConsent."""
        if consent.state is ConsentState.DENIED:
            consent = replace(consent, lawful_basis=Basis.NONE)
        with self.units.write() as unit:
            require_role(unit, by, Role.REP, what="record consent", fault=UnableToConsent)
            if unit.crm.contact(consent.contact_id) is None:
                message = f"there is no contact {consent.contact_id!r}"
                raise UnableToConsent(message)
            if consent.purpose is ConsentPurpose.CONTACT:
                message = "whether a message asked to stop is answered by `bailiwick tasks doubt`"
                raise UnableToConsent(message)
            stored = take_down(unit, consent, by=by, at=self.clock.now())
            unit.commit()
        return stored


def take_down(unit: Unit, consent: Consent, *, by: str, at: datetime) -> Consent:
    """Store a statement of a contact who is there, on record. Raises UnableToConsent."""
    clean = replace(consent, source=one_line(consent.source), evidence=one_line(consent.evidence))
    _require(clean, at=at)
    stored = unit.consents.add(clean)
    unit.records.append(
        RecordKind.CONSENT,
        subject=stored.consent_id,
        payload={
            "purpose": stored.purpose.value,
            "channel": stored.channel.value,
            "state": stored.state.value,
            "lawful_basis": stored.lawful_basis.value,
            "by": by,
        },
        at=at,
        contact_id=stored.contact_id,
    )
    return stored


def _require(consent: Consent, *, at: datetime) -> None:
    if not 1 <= len(consent.source) <= SOURCE_CHARS_MAX:
        message = f"say in 1 to {SOURCE_CHARS_MAX} characters where it was said (the source)"
        raise UnableToConsent(message)
    if len(consent.evidence) > EVIDENCE_CHARS_MAX:
        message = f"the evidence is a reference of at most {EVIDENCE_CHARS_MAX} characters"
        raise UnableToConsent(message)
    if not EARLIEST <= consent.valid_from <= at + AHEAD:
        message = "it was not said then; give the past instant at which it was said"
        raise UnableToConsent(message)
    if consent.valid_to is not None and not consent.valid_from < consent.valid_to < LATEST:
        message = "it ends before it begins, or never; leave the end out where there is none"
        raise UnableToConsent(message)
    if consent.state is ConsentState.GRANTED:
        _require_ground(consent)


def _require_ground(consent: Consent) -> None:
    if consent.lawful_basis is Basis.NONE:
        grounds = ", ".join(basis.value for basis in Basis if basis)
        message = f"a grant rests on a legal ground; choose among {grounds}"
        raise UnableToConsent(message)
    if not consent.evidence:
        message = "a grant needs evidence: the form's entry, a file, or message:<id>"
        raise UnableToConsent(message)
