"""Changing the customer database, inside the transaction that settles the effect.

Whatever is overwritten or removed leaves a before-image: an activity of kind `crm.change` on the
contact or deal, which the receipt names.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import Boolean, RowMapping, Table, literal, select, update

from bailiwick.domain.action import Action
from bailiwick.domain.ids import PREFIX, ContactId, OpportunityId, RunId
from bailiwick.domain.plan import payload_hash
from bailiwick.domain.proposed_fact import facts_from_args
from bailiwick.domain.reading import Concern, Intent
from bailiwick.domain.receipt import Outcome, Receipt
from bailiwick.kit.hashing import Canonical, canonical_bytes
from bailiwick.kit.text import folded
from bailiwick.policy.permit import Permit
from bailiwick.store.facts import keep
from bailiwick.store.mail_codec import reading_from_json
from bailiwick.store.repositories.contacts import contact_row
from bailiwick.store.scope import Value, key, own
from bailiwick.store.suppression import leave_alone
from bailiwick.store.tables.crm import (
    ACCOUNTS,
    ACTIVITIES,
    CONTACTS,
    OPPORTUNITIES,
    STAGE_CHANGES,
    TASKS,
)
from bailiwick.store.tables.mail import MESSAGES
from bailiwick.store.unit import SqlUnit

FIELDS: Final = frozenset(
    {
        "first_name", "last_name", "title", "phone", "country", "city", "timezone", "language",
        "lifecycle", "owner_email",
    }
)  # fmt: skip
"""What `update_field` and `bulk_update` may write: neither flags, addresses nor accounts."""
RECORDS_COUNT_MAX: Final = 500  # ours: one approval covers no more rows than a person can look over
FACTS_COUNT_MAX: Final = 50  # ours: more than any reader finds in one message or file
CHANGE: Final = "crm.change"
ESCALATION: Final = "Please look at this conversation"
_ENRICHES: Final = "contact_enrich"
"""The capability whose facts date a contact's enrichment; facts read in a mail do not."""
_SUBJECTS: Final[Mapping[str, Table]] = {
    PREFIX["contact"]: CONTACTS,
    PREFIX["account"]: ACCOUNTS,
    PREFIX["opportunity"]: OPPORTUNITIES,
}
_OPPORTUNITY: Final = select(OPPORTUNITIES).where(own(OPPORTUNITIES), OPPORTUNITIES.c.id == key())
_TASK: Final = select(TASKS.c.id).where(own(TASKS), TASKS.c.effect_key == key())
_READING: Final = select(MESSAGES.c.reading).where(own(MESSAGES), MESSAGES.c.id == key())
CONCERN_WORDS: Final[Mapping[Concern, str]] = {
    Concern.PRIVACY: "a request about personal data, such as its erasure",
    Concern.LEGAL: "legal steps are mentioned",
    Concern.COMPLAINT: "a complaint",
    Concern.THIRD_PARTY_OPT_OUT: "an opt-out on behalf of somebody else",
    Concern.CONFIDENTIAL: "a question about confidential matters",
    Concern.INJECTION: "signs of hidden instructions",
    Concern.PRICING: "prices are asked for",
}
PARTNERSHIP_WORDS: Final = "a partnership is proposed"
"""What a task says of the message it is about; the message's own words are never part of it."""
Args: TypeAlias = Mapping[str, Canonical]


class _UnableToApply(Exception):
    """Nothing was changed and trying again would not help; `str()` says why."""


class SqlCrmWriter:
    """Writes within one unit; the unit's owner commits."""

    def __init__(self, unit: SqlUnit) -> None:
        self._unit = unit
        self._scope = unit.scope

    def apply(
        self,
        action: Action,
        args: Mapping[str, Canonical],
        *,
        run_id: RunId,
        at: datetime,
        permit: Permit,
    ) -> Receipt:
        """Apply facts, suppression, task, field, stage, bulk update or delete.

        The payload must hash to the permit's payload hash (assertion). Rows that are gone or a
        field that may not be written give `Outcome.NOT_DONE_FINAL` with the reason.
        """
        hashed = payload_hash(action, args)
        assert hashed == permit.payload_hash, "the payload is not the one that was permitted"
        outcome, reference, reason = Outcome.DONE, "", ""
        try:
            reference = self._change(action, args, run_id=run_id, at=at, effect=permit.effect_key)
        except _UnableToApply as failure:
            outcome, reason = Outcome.NOT_DONE_FINAL, str(failure)
        return Receipt(
            outcome=outcome,
            effect_key=permit.effect_key,
            payload_hash=hashed,
            at=at,
            provider_ref=reference,
            reason=reason,
        )

    def _change(
        self, action: Action, args: Args, *, run_id: RunId, at: datetime, effect: str
    ) -> str:
        """Carry the action out and return the id of what was written. Checks come first."""
        reference = ""
        match action:
            case Action.RECORD_FACTS:
                self._record_facts(args, run_id=run_id, at=at)
            case Action.SUPPRESS_CONTACT:
                reference = self._suppress(args, at=at)
            case Action.CREATE_TASK:
                title = _text(args, "title")
                reference = self._add_task(args, title=title, run_id=run_id, at=at, effect=effect)
            case Action.ESCALATE_TO_PERSON:
                title = self._question(args)
                reference = self._add_task(args, title=title, run_id=run_id, at=at, effect=effect)
            case Action.UPDATE_FIELD:
                reference = self._update_fields((_text(args, "contact_id"),), args, at=at)
            case Action.BULK_UPDATE:
                reference = self._update_fields(_records(args), args, at=at)
            case Action.CHANGE_STAGE:
                reference = self._change_stage(args, at=at)
            case Action.DELETE_RECORD:
                reference = self._delete(_records(args), at=at)
            case Action.DO_NOTHING:
                pass
            case _:
                message = f"{action.value} is not carried out in the customer database"
                raise _UnableToApply(message)
        return reference

    def _record_facts(self, args: Args, *, run_id: RunId, at: datetime) -> None:
        try:
            findings = facts_from_args(args)
        except (ValueError, TypeError) as error:
            raise _UnableToApply(str(error)) from error
        for finding in findings:
            self._require_subject(finding.subject)
        run = self._unit.runs.get(run_id)
        enriches = run is not None and run.capability == _ENRICHES
        for finding in findings:
            keep(self._scope, finding, run_id=run_id, at=at)
            if enriches and finding.subject.startswith(PREFIX["contact"]):
                self._set_contact(finding.subject, enriched_at=at)

    def _require_subject(self, subject: str) -> None:
        table = _SUBJECTS.get(subject.partition("_")[0])
        if table is None:
            message = "facts are about a contact, an account or an opportunity"
            raise _UnableToApply(message)
        alive = table.c.deleted_at.is_(None) if table is CONTACTS else literal(True, Boolean)  # noqa: FBT003 - SQL's own TRUE
        statement = select(table.c.id).where(own(table), table.c.id == subject, alive)
        if self._scope.row(statement) is None:
            message = f"{subject} is gone"
            raise _UnableToApply(message)

    def _suppress(self, args: Args, *, at: datetime) -> str:
        contact_id = ContactId(_text(args, "contact_id"))
        message_id = args.get("message_id")
        evidence = message_id if isinstance(message_id, str) else ""
        self._contact(contact_id)
        leave_alone(
            self._scope,
            self._unit.ledger,
            contact_id,
            source="suppress_contact",
            evidence=evidence,
            at=at,
        )
        return contact_id

    def _question(self, args: Args) -> str:
        """Name in closed words what the message raises, so that a person sees what is asked."""
        message_id = args.get("message_id")
        row = self._scope.row(_READING, key=message_id) if isinstance(message_id, str) else None
        if row is None or row["reading"] is None:
            return ESCALATION
        reading = reading_from_json(row["reading"])
        words = [said for concern, said in CONCERN_WORDS.items() if concern in reading.concerns]
        words += [PARTNERSHIP_WORDS] if reading.intent is Intent.PARTNERSHIP else []
        raised = ", ".join(words)
        return f"{ESCALATION}: {raised}" if raised else ESCALATION

    def _add_task(self, args: Args, *, title: str, run_id: RunId, at: datetime, effect: str) -> str:
        contact_id = ContactId(_text(args, "contact_id"))
        self._contact(contact_id)
        message_id = args.get("message_id")
        self._scope.insert_new(
            TASKS,
            {
                "id": self._scope.ids.new(PREFIX["task"]),
                "title": title,
                "reason": "",
                "contact_id": contact_id,
                "run_id": run_id,
                "effect_key": effect,
                "evidence": f"message:{message_id}" if isinstance(message_id, str) else "",
                "created_at": at,
            },
            unique=("effect_key",),
        )
        row = self._scope.row(_TASK, key=effect)
        assert row is not None, "it was just stored"
        return str(row["id"])

    def _update_fields(self, contact_ids: tuple[str, ...], args: Args, *, at: datetime) -> str:
        field, value = _text(args, "field"), _text(args, "value")
        if field not in FIELDS:
            message = f"this field may not be written; those are {', '.join(sorted(FIELDS))}"
            raise _UnableToApply(message)
        before = [self._contact(ContactId(contact_id)) for contact_id in contact_ids]
        reference = ""
        for row in before:
            if row[field] == value:
                continue
            reference = self._remember(row["id"], {field: row[field]}, at=at)
            values: dict[str, Value] = {field: value, "updated_at": at}
            if field in {"first_name", "last_name"}:
                names = {"first_name": row["first_name"], "last_name": row["last_name"]}
                names[field] = value
                values["name_folded"] = folded(" ".join(names.values()))
            self._set_contact(row["id"], **values)
        return reference

    def _change_stage(self, args: Args, *, at: datetime) -> str:
        opportunity_id = OpportunityId(_text(args, "opportunity_id"))
        stage = _text(args, "stage")
        row = self._scope.row(_OPPORTUNITY, key=opportunity_id)
        if row is None:
            message = f"{opportunity_id} is gone"
            raise _UnableToApply(message)
        if row["closed"]:
            message = f"{opportunity_id} is closed"
            raise _UnableToApply(message)
        if row["stage"] == stage:
            return ""
        change_id = self._scope.ids.new(PREFIX["stage_change"])
        self._scope.change(
            update(OPPORTUNITIES)
            .where(own(OPPORTUNITIES), OPPORTUNITIES.c.id == opportunity_id)
            .values(stage=stage, updated_at=at, row_version=OPPORTUNITIES.c.row_version + 1)
        )
        self._scope.insert(
            STAGE_CHANGES,
            {
                "id": change_id,
                "opportunity_id": opportunity_id,
                "stage_from": row["stage"],
                "stage_to": stage,
                "changed_at": at,
                "created_at": at,
            },
        )
        return change_id

    def _delete(self, contact_ids: tuple[str, ...], *, at: datetime) -> str:
        before = [self._contact(ContactId(contact_id)) for contact_id in contact_ids]
        reference = ""
        for row in before:
            reference = self._remember(row["id"], {"deleted_at": None}, at=at)
            self._set_contact(row["id"], deleted_at=at, due_at=None)
            self._unit.ledger.stop_ready_mail(row["id"], reason="the contact was deleted", at=at)
        return reference

    def _contact(self, contact_id: ContactId) -> RowMapping:
        if not contact_id.startswith(PREFIX["contact"] + "_"):
            message = "this can be done to contacts only"
            raise _UnableToApply(message)
        row = contact_row(self._scope, contact_id)
        if row is None:
            message = f"{contact_id} is gone"
            raise _UnableToApply(message)
        return row

    def _set_contact(self, contact_id: str, **values: Value) -> None:
        self._scope.change(
            update(CONTACTS)
            .where(own(CONTACTS), CONTACTS.c.id == contact_id)
            .values(**values, row_version=CONTACTS.c.row_version + 1)
        )

    def _remember(self, contact_id: str, before: Args, *, at: datetime) -> str:
        activity_id = self._scope.ids.new(PREFIX["activity"])
        self._scope.insert(
            ACTIVITIES,
            {
                "id": activity_id,
                "kind": CHANGE,
                "subject": ", ".join(before),
                "note": canonical_bytes({"before": before}).decode("utf-8", "replace"),
                "contact_id": contact_id,
                "at": at,
                "created_at": at,
            },
        )
        return activity_id


def _text(args: Args, name: str) -> str:
    value = args.get(name)
    if not isinstance(value, str) or (not value and name != "value"):
        message = f"`{name}` is missing"
        raise _UnableToApply(message)
    return value


def _records(args: Args) -> tuple[str, ...]:
    stored = args.get("records")
    if not isinstance(stored, list) or not 0 < len(stored) <= RECORDS_COUNT_MAX:
        message = f"`records` is not a list of 1 to {RECORDS_COUNT_MAX} ids"
        raise _UnableToApply(message)
    return tuple(dict.fromkeys(str(record) for record in stored))
