"""All that is known of a contact, on one page: who they are, what was said, what waits."""

from datetime import datetime
from typing import Final

from bailiwick.domain.crm import Contact
from bailiwick.domain.message import Direction
from bailiwick.ports.unit import Unit

FACTS_COUNT_MAX: Final = 50  # ours: a page
MAILS_COUNT_MAX: Final = 20  # ours: each way
DEALS_COUNT_MAX: Final = 50  # ours
TASKS_COUNT_MAX: Final = 50  # ours
RUNS_COUNT_MAX: Final = 20  # ours
UNTRUSTED: Final = "outside"
"""Marks words that somebody outside wrote: data, whatever they say."""


def contact_view(unit: Unit, contact: Contact, *, at: datetime) -> dict[str, object]:
    """Return a contact with account, deals, facts, mail, tasks, safety and runs."""
    subjects = [s for s in (contact.contact_id, contact.account_id) if s is not None]
    history = unit.crm.history(contact.contact_id, each_max=MAILS_COUNT_MAX)
    mails = sorted((*history.received, *history.sent), key=lambda m: m.received_at, reverse=True)
    return {
        "contact": contact,
        "account": unit.crm.account(contact.account_id) if contact.account_id else None,
        "opportunities": unit.crm.opportunities(contact.contact_id, count_max=DEALS_COUNT_MAX),
        "facts": [
            fact
            for subject in subjects
            for fact in unit.crm.facts(subject, at=at, count_max=FACTS_COUNT_MAX)
        ],
        "mail": [
            {
                "message_id": mail.message_id,
                "direction": mail.direction,
                "at": mail.received_at,
                "subject": mail.mail.subject,
                "text": mail.mail.own_text or mail.mail.text,
                "written_by": UNTRUSTED if mail.direction is Direction.INBOUND else "us",
            }
            for mail in mails
        ],
        "tasks": unit.crm.open_tasks(contact.contact_id, count_max=TASKS_COUNT_MAX),
        "safety": unit.crm.safety(contact.contact_id),
        "runs": unit.runs.list(
            status=None, contact_id=contact.contact_id, cursor=None, size=RUNS_COUNT_MAX
        ).items,
    }
