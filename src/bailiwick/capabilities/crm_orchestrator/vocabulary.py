"""The closed words that a plan may use as arguments, and the bounds of what a planner is shown."""

import re
from enum import StrEnum
from typing import Final

from bailiwick.domain.action import Action
from bailiwick.domain.reading import Concern, Intent

EACH_WAY_COUNT_MAX: Final = 3  # source articles: three sent and three received mails
DEALS_COUNT_MAX: Final = 5  # ours: open deals of one contact that a planner can weigh
COMPANY_FACTS_COUNT_MAX: Final = 50  # ours: what is looked at to tell what is known
TASKS_COUNT_MAX: Final = 10  # ours: enough to see that a person is already asked
COLLEAGUES_COUNT_MAX: Final = 50  # capabilities 20: decision makers are sought among fifty
RECALLED_COUNT_MAX: Final = 5  # capabilities 4.3: at most five memory items
RECALLED_FROM_COUNT_MAX: Final = 5  # ours: colleagues whose facts are looked at
FOLLOWUP_DAYS_MIN: Final = 3  # source articles: three-day cadence
FOLLOWUPS_COUNT_MAX: Final = 3  # capabilities 18.3: three follow-ups, the third is the last
FRESH_DAYS: Final = 30  # capabilities 4.4 and 20: enriched data is fresh for thirty days
RE_REASONS_COUNT_MAX: Final = 2  # capabilities 1.2, D2
VALUE_LENGTH_MAX: Final = 200  # ours: a fact's value in a prompt
REASON_LENGTH_MAX: Final = 200  # ours: one sentence
TITLE_LENGTH_MAX: Final = 120  # ours: one line of a task list
RAW_STEPS_COUNT_MAX: Final = 50  # ours: proposed steps that are looked at before five are kept

OUTREACH: Final = frozenset({Action.REPLY, Action.INITIAL, Action.FOLLOWUP})
ANSWERABLE: Final = frozenset(
    {Intent.INTERESTED, Intent.INFO_REQUEST, Intent.MEETING_SCHEDULED, Intent.PARTNERSHIP}
)
PERSON_NEEDED: Final = frozenset(
    {
        Concern.LEGAL,
        Concern.COMPLAINT,
        Concern.PRIVACY,
        Concern.INJECTION,
        Concern.CONFIDENTIAL,
        Concern.THIRD_PARTY_OPT_OUT,
    }
)

STAGES: Final = frozenset({"new", "qualified", "proposal", "negotiation", "won", "lost"})
"""Stages that a plan may name (ours); a CRM's own stage outside the list is shown as `other`."""
FIELDS: Final = frozenset({"title", "phone", "country", "city", "language", "timezone"})
"""Contact fields that a plan may name; identity, address and flags are not among them."""

CLOSED_FORM: Final = re.compile(
    r"\d{4}-\d{2}-\d{2}|\+[1-9]\d{6,14}|\d{1,15}|[A-Z]{2,3}|[a-z]{2}|true|false", re.ASCII
)
"""ISO date, E.164 number, whole number, country or currency code, language: no room for prose."""
FIELD_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class RouteReason(StrEnum):
    """Why the router says what it says."""

    UNANSWERED = "unanswered_inbound"
    PERSON_NEEDED = "person_needed"
    NEVER_WRITTEN = "never_written"
    CADENCE_DUE = "cadence_due"
    CADENCE_NOT_DUE = "cadence_not_due"
    TOUCHES_SPENT = "touches_spent"
    REPLIED = "replied"
    COOL_DOWN = "cool_down"
    ABSENT = "absent"
    IGNORED = "nothing_to_answer"
    NO_ADDRESS = "no_address"
    WAITING_FOR_PERSON = "waiting_for_person"
    REFUSED_BEFORE = "refused_before"
