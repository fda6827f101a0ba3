"""What people said about being written to: an append-only ledger, and what follows from it.

A statement is one purpose over one channel on one legal ground from one source at one time. What
holds is worked out from the statements whenever it is asked; none is ever changed. Decision 0036.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bailiwick.domain.ids import ContactId

SOURCE_CHARS_MAX: Final = 200  # ours: the name of a form, list or event
EVIDENCE_CHARS_MAX: Final = 500  # ours: a reference to where it can be looked up
AHEAD: Final = timedelta(minutes=5)  # ours: clocks of forms and ours differ


class ConsentPurpose(StrEnum):
    """What somebody may be written to for."""

    MARKETING = "marketing"
    SERVICE = "service"
    CONTACT = "contact"
    """That what a message asked no longer stops us; only a person's answer has this purpose.

    Without a ground it settles a doubt whether they asked; resting on consent it says that they
    did, and later asked to come back.
    """


class Channel(StrEnum):
    """How they are reached; the law asks for mail, which is all that is sent here."""

    MAIL = "mail"
    PHONE = "phone"
    POST = "post"


class ConsentState(StrEnum):
    """What was said."""

    GRANTED = "granted"
    DENIED = "denied"


class Basis(StrEnum):
    """The legal ground of a grant (GDPR art. 6; ePrivacy art. 13)."""

    NONE = ""
    """Of a denial, which needs none."""
    CONSENT = "consent"
    EXISTING_CUSTOMER = "existing_customer"
    """Bought something alike, and was told how to refuse: ePrivacy art. 13(2)."""
    CONTRACT = "contract"
    LEGITIMATE_INTEREST = "legitimate_interest"
    LEGAL_OBLIGATION = "legal_obligation"


class Bar(StrEnum):
    """What no wish of theirs lifts: a person has to say that it is lifted despite it."""

    BOUNCED = "bounced"
    """Mail to them was returned for good; it hurts whoever sends there again."""
    COMPLAINED = "complained"
    """They called mail of ours spam."""
    DO_NOT_CONTACT = "do_not_contact"
    """Our own customer database says so, whatever its reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """How it stands with somebody who may be left alone about everything."""

    closed: bool
    since: datetime | None = None
    """The latest opt-out of any of their addresses, where it is known."""
    bars: frozenset[Bar] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """One statement."""

    contact_id: ContactId
    purpose: ConsentPurpose
    state: ConsentState
    lawful_basis: Basis = Basis.CONSENT
    channel: Channel = Channel.MAIL
    source: str = ""
    """Where it was said: a form, a list, an event, a reply."""
    evidence: str = ""
    """What proves it, such as a form's entry or `message:<id>`."""
    valid_from: datetime
    """When it was said."""
    valid_to: datetime | None = None
    consent_id: str = ""
    """Made when it is stored."""
    recorded_at: datetime | None = None


def current(statements: Iterable[Consent], *, at: datetime) -> tuple[Consent, ...]:
    """Return what holds at an instant: the latest statement for each purpose and channel.

    Of two statements of one instant the denial holds, and an end leaves what was said before.
    """
    latest: dict[tuple[str, str], Consent] = {}
    for one in statements:
        if one.valid_from > at or (one.valid_to is not None and one.valid_to <= at):
            continue
        place = (one.purpose.value, one.channel.value)
        before = latest.get(place)
        if before is None or _rank(one) > _rank(before):
            latest[place] = one
    return tuple(latest[place] for place in sorted(latest))


def _rank(one: Consent) -> tuple[datetime, bool]:
    return one.valid_from, one.state is ConsentState.DENIED


def word(state: str, basis: str, *, purpose: str) -> str:
    """Return what the law is told: `granted`, `denied`, `implied` or `none`.

    Advertising by mail takes consent, or a customer of one's own (ePrivacy art. 13): a contract
    or a legitimate interest permits letters about service, and no advertising.
    """
    if state == ConsentState.DENIED:
        return "denied"
    if basis == Basis.EXISTING_CUSTOMER:
        return "implied"
    if basis == Basis.CONSENT or (basis and purpose != ConsentPurpose.MARKETING):
        return "granted"
    return "none"
