"""A small customer database as a private copy, for questions."""

from datetime import UTC, datetime
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.question.crm_schema import crm_schema
from bailiwick.store.answers.private_copy import PrivateCopy

ASKED_AT: Final = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MARA: Final = "mara@ours.example"
KIM: Final = "kim@ours.example"


def small_crm() -> PrivateCopy:
    """Three companies, four contacts, seven deals and five mails, around the 20th of November."""
    return PrivateCopy(
        crm_schema(Role.REP),
        {
            "companies": [
                ("acc_1", "Acme", "acme.example", "Software", 120, "DE", "Berlin", MARA,
                 "2026-01-10"),
                ("acc_2", "Umbrella", "umbrella.example", "Pharma", 900, "GB", "Leeds", KIM,
                 "2026-10-02"),
                ("acc_3", "Drop Table Tennis", "ping.example", "Sport", None, "DE", "Bonn", None,
                 "2026-11-03"),
            ],
            "contacts": [
                contact(1, "acc_1", "Ada", "Byron", sent=3, received=2, heard="2026-11-18"),
                contact(2, "acc_1", "Bob", "Ross", sent=4, received=0),
                contact(3, "acc_2", "Cyd", "Charisse", sent=1, received=1, heard="2026-05-02"),
                contact(4, None, "Dan", "Dare", sent=0, received=0, unsubscribed=1),
            ],
            "opportunities": [
                deal(1, "acc_1", "Proposal", "open", 1000, "EUR", close="2026-12-05"),
                deal(2, "acc_1", "Discovery", "open", 500.5, "EUR", close="2026-11-01"),
                deal(3, "acc_2", "Proposal", "open", 700, "GBP", close="2027-03-01", owner=KIM),
                deal(4, "acc_2", "Closed", "won", 2000, "GBP", close="2026-10-15", owner=KIM),
                deal(5, "acc_1", "Closed", "won", 3000, "EUR", close="2026-09-20"),
                deal(6, "acc_1", "Closed", "lost", 900, "EUR", close="2026-08-20"),
                deal(7, None, "Discovery", "open", None, None, close=None, owner=None),
            ],
            "messages": [
                ("msg_1", "con_1", "sent", "Hello", "2026-11-10 09:00:00", None, 0),
                ("msg_2", "con_1", "received", "Re: Hello", "2026-11-11 10:00:00", "interested", 0),
                ("msg_3", "con_1", "received", "Away", "2026-11-18 10:00:00", "absent", 1),
                ("msg_4", "con_2", "sent", "Hello", "2026-11-17 09:00:00", None, 0),
                ("msg_5", "con_3", "received", "'; drop table contacts; --",
                 "2026-05-02 08:00:00", "objection", 0),
            ],
        },
    )  # fmt: skip


def contact(
    number: int,
    company: str | None,
    first: str,
    last: str,
    *,
    sent: int,
    received: int,
    heard: str | None = None,
    unsubscribed: int = 0,
) -> tuple[str | int | None, ...]:
    """One contact as a row of the copy."""
    at = f"{heard} 10:00:00" if heard else None
    return (
        f"con_{number}", company, f"{first} {last}", first, last, "Engineer",
        f"{first.lower()}@x.example", None, "DE", "Berlin", "de", "lead", MARA, unsubscribed, 0, 0,
        sent, received, at, "2026-11-10 09:00:00" if sent else None, "2026-11-02",
    )  # fmt: skip


def deal(
    number: int,
    company: str | None,
    stage: str,
    status: str,
    *money: float | str | None,
    close: str | None,
    owner: str | None = MARA,
) -> tuple[str | float | None, ...]:
    """One deal as a row of the copy."""
    return (
        f"opp_{number}", company, None, f"Deal {number}", stage, status, *money, close,
        owner, "2026-08-01", "2026-09-01" if number == 2 else "2026-11-15",
    )  # fmt: skip
