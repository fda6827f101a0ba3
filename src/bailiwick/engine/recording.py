"""Writes down what a run read, and answers the same again when the run is replayed.

Everything a graph may know comes through `CrmReader`, so its calls and answers, together with the
recorded model replies and the fixed clock of the frame, is all that a replay needs.
Messages are immutable rows and are kept by id; everything else is kept as it was read.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from typing import Final, TypeVar

from pydantic import TypeAdapter

from bailiwick.domain.campaign.brief import Brief
from bailiwick.domain.crm import Account, Contact, Opportunity, Task, Workspace
from bailiwick.domain.fact import Fact
from bailiwick.domain.fault import UnableToReplay
from bailiwick.domain.ids import AccountId, ContactId, MessageId, RunId
from bailiwick.domain.message import Message
from bailiwick.kit.hashing import Canonical
from bailiwick.ports.crm import CrmReader, History, Safety, Statement
from bailiwick.ports.unit import Units

T = TypeVar("T")

READS_COUNT_MAX: Final = 200  # ours: a run reads a few dozen times; more is a loop


class RecordingCrm:
    """Reads through to the store and keeps every answer."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._snapshot = ExitStack()
        self._crm: CrmReader | None = None
        self.reads: list[Canonical] = []

    def workspace(self) -> Workspace:
        """Return the workspace itself."""
        return self._keep("workspace", "", self._ask(lambda crm: crm.workspace()), WORKSPACE)

    def contact(self, contact_id: ContactId) -> Contact | None:
        """Return a contact that has not been deleted."""
        return self._keep(
            "contact", contact_id, self._ask(lambda crm: crm.contact(contact_id)), CONTACT
        )

    def account(self, account_id: AccountId) -> Account | None:
        """Return an account."""
        return self._keep(
            "account", account_id, self._ask(lambda crm: crm.account(account_id)), ACCOUNT
        )

    def colleagues(self, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
        """Return contacts of an account, oldest first."""
        found = tuple(self._ask(lambda crm: crm.colleagues(account_id, count_max=count_max)))
        return self._keep("colleagues", account_id, found, CONTACTS)

    def namesakes(self, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
        """Return other contacts whose folded name is the same."""
        found = tuple(self._ask(lambda crm: crm.namesakes(contact_id, count_max=count_max)))
        return self._keep("namesakes", contact_id, found, CONTACTS)

    def opportunities(self, contact_id: ContactId, *, count_max: int) -> Sequence[Opportunity]:
        """Return open deals of the contact or of the contact's account."""
        found = tuple(self._ask(lambda crm: crm.opportunities(contact_id, count_max=count_max)))
        return self._keep("opportunities", contact_id, found, OPPORTUNITIES)

    def facts(self, subject: str, *, at: datetime, count_max: int) -> Sequence[Fact]:
        """Return facts valid at an instant, the surest first."""
        found = tuple(self._ask(lambda crm: crm.facts(subject, at=at, count_max=count_max)))
        return self._keep("facts", subject, found, FACTS)

    def history(self, contact_id: ContactId, *, each_max: int) -> History:
        """Return the latest mail of each direction."""
        found = self._ask(lambda crm: crm.history(contact_id, each_max=each_max))
        self.note("history", contact_id, _history_to_canonical(found))
        return found

    def message(self, message_id: MessageId) -> Message | None:
        """Return one stored message."""
        found = self._ask(lambda crm: crm.message(message_id))
        self.note("message", message_id, None if found is None else found.message_id)
        return found

    def safety(self, contact_id: ContactId) -> Safety:
        """Return the flags and suppression of any of the contact's addresses."""
        return self._keep(
            "safety", contact_id, self._ask(lambda crm: crm.safety(contact_id)), SAFETY
        )

    def open_tasks(self, contact_id: ContactId, *, count_max: int) -> Sequence[Task]:
        """Return tasks that nobody has finished."""
        found = tuple(self._ask(lambda crm: crm.open_tasks(contact_id, count_max=count_max)))
        return self._keep("open_tasks", contact_id, found, TASKS)

    def statements(self, *, language: str, count_max: int) -> Sequence[Statement]:
        """Return what we may say to anybody."""
        found = tuple(self._ask(lambda crm: crm.statements(language=language, count_max=count_max)))
        return self._keep("statements", language, found, STATEMENTS)

    def brief(self, run_id: RunId) -> Brief | None:
        """Return which touch of which series a run drafts; None when it drafts none."""
        return self._keep("brief", run_id, self._ask(lambda crm: crm.brief(run_id)), BRIEF)

    def enriched_at(self, contact_id: ContactId) -> datetime | None:
        """Return when the contact was last enriched."""
        return self._keep(
            "enriched_at", contact_id, self._ask(lambda crm: crm.enriched_at(contact_id)), INSTANT
        )

    def finished(self) -> list[Canonical]:
        """Let go of the store and return everything that was read."""
        self.rest()
        return self.reads

    def rest(self) -> None:
        """Let go of the store; the next read sees it as it is then. Safe to repeat."""
        if self._crm is None:
            return
        snapshot, self._crm = self._snapshot, None
        self._snapshot = ExitStack()
        snapshot.close()

    def _ask(self, question: Callable[[CrmReader], T]) -> T:
        # One snapshot for the reads of one stretch; none is open while a model thinks.
        if self._crm is None:
            self._crm = self._snapshot.enter_context(self._units.read()).crm
        try:
            return question(self._crm)
        except BaseException as error:
            # The unit is told, so that a fault of the driver becomes one of ours.
            snapshot, self._snapshot, self._crm = self._snapshot, ExitStack(), None
            snapshot.__exit__(type(error), error, error.__traceback__)
            raise

    def _keep(self, name: str, key: str, value: T, adapter: "TypeAdapter[T]") -> T:
        self.note(name, key, adapter.dump_python(value, mode="json"))
        return value

    def note(self, name: str, key: str, answer: Canonical) -> None:
        """Keep one answer, of the store or of another source that a run reads."""
        assert len(self.reads) < READS_COUNT_MAX, "a run reads a bounded number of times"
        self.reads.append([name, key, answer])


class ReplayedCrm:
    """Answers from what a run read, in the same order. Anything else raises UnableToReplay."""

    def __init__(
        self, reads: Sequence[Canonical], message: Callable[[MessageId], Message | None]
    ) -> None:
        self._reads = list(reads)
        self._message = message

    def workspace(self) -> Workspace:
        """Return the workspace as it was."""
        return self._answer("workspace", "", WORKSPACE)

    def contact(self, contact_id: ContactId) -> Contact | None:
        """Return the contact as it was."""
        return self._answer("contact", contact_id, CONTACT)

    def account(self, account_id: AccountId) -> Account | None:
        """Return the account as it was."""
        return self._answer("account", account_id, ACCOUNT)

    def colleagues(self, account_id: AccountId, *, count_max: int) -> Sequence[Contact]:
        """Return the colleagues as they were."""
        return self._answer("colleagues", account_id, CONTACTS)[:count_max]

    def namesakes(self, contact_id: ContactId, *, count_max: int) -> Sequence[Contact]:
        """Return the namesakes as they were."""
        return self._answer("namesakes", contact_id, CONTACTS)[:count_max]

    def opportunities(self, contact_id: ContactId, *, count_max: int) -> Sequence[Opportunity]:
        """Return the deals as they were."""
        return self._answer("opportunities", contact_id, OPPORTUNITIES)[:count_max]

    def facts(self, subject: str, *, at: datetime, count_max: int) -> Sequence[Fact]:
        """Return the facts as they were."""
        del at  # the recorded answer was read at the frame's instant
        return self._answer("facts", subject, FACTS)[:count_max]

    def history(self, contact_id: ContactId, *, each_max: int) -> History:
        """Return the mail as it was."""
        del each_max  # the recorded answer was cut already
        return _history_from_canonical(self.next("history", contact_id), self._stored)

    def message(self, message_id: MessageId) -> Message | None:
        """Return the message as it was."""
        found = self.next("message", message_id)
        return None if found is None else self._stored(str(found))

    def safety(self, contact_id: ContactId) -> Safety:
        """Return the flags as they were."""
        return self._answer("safety", contact_id, SAFETY)

    def open_tasks(self, contact_id: ContactId, *, count_max: int) -> Sequence[Task]:
        """Return the tasks as they were."""
        return self._answer("open_tasks", contact_id, TASKS)[:count_max]

    def statements(self, *, language: str, count_max: int) -> Sequence[Statement]:
        """Return the statements as they were."""
        return self._answer("statements", language, STATEMENTS)[:count_max]

    def brief(self, run_id: RunId) -> Brief | None:
        """Return the touch as it was."""
        return self._answer("brief", run_id, BRIEF)

    def enriched_at(self, contact_id: ContactId) -> datetime | None:
        """Return the instant as it was."""
        return self._answer("enriched_at", contact_id, INSTANT)

    def _stored(self, message_id: str) -> Message:
        found = self._message(MessageId(message_id))
        if found is None:
            message = f"message {message_id!r} that the run read is no longer stored"
            raise UnableToReplay(message)
        return found

    def _answer(self, name: str, key: str, adapter: "TypeAdapter[T]") -> T:
        return adapter.validate_python(self.next(name, key))

    def reads_next(self, name: str) -> bool:
        """Tell whether the recorded run now read something of this name."""
        return bool(self._reads) and isinstance(self._reads[0], list) and self._reads[0][0] == name

    def next(self, name: str, key: str) -> Canonical:
        """Return the next answer. Raises UnableToReplay when something else was read."""
        if not self._reads:
            message = f"the replay reads {name} {key!r}, the recorded run had ended reading"
            raise UnableToReplay(message)
        read = self._reads.pop(0)
        if not isinstance(read, list) or read[:2] != [name, key]:
            message = f"the replay reads {name} {key!r}, the recorded run read {read!r:.80}"
            raise UnableToReplay(message)
        return read[2]


WORKSPACE: Final = TypeAdapter(Workspace)
CONTACT: Final[TypeAdapter[Contact | None]] = TypeAdapter(Contact | None)
CONTACTS: Final[TypeAdapter[tuple[Contact, ...]]] = TypeAdapter(tuple[Contact, ...])
ACCOUNT: Final[TypeAdapter[Account | None]] = TypeAdapter(Account | None)
OPPORTUNITIES: Final[TypeAdapter[tuple[Opportunity, ...]]] = TypeAdapter(tuple[Opportunity, ...])
FACTS: Final[TypeAdapter[tuple[Fact, ...]]] = TypeAdapter(tuple[Fact, ...])
SAFETY: Final = TypeAdapter(Safety)
TASKS: Final[TypeAdapter[tuple[Task, ...]]] = TypeAdapter(tuple[Task, ...])
STATEMENTS: Final[TypeAdapter[tuple[Statement, ...]]] = TypeAdapter(tuple[Statement, ...])
BRIEF: Final[TypeAdapter[Brief | None]] = TypeAdapter(Brief | None)
INSTANT: Final[TypeAdapter[datetime | None]] = TypeAdapter(datetime | None)


def _history_to_canonical(history: History) -> Canonical:
    return {
        "sent": [m.message_id for m in history.sent],
        "received": [m.message_id for m in history.received],
        "sent_count": history.sent_count,
        "received_count": history.received_count,
        "unanswered": history.unanswered.message_id if history.unanswered else None,
        "thread_ours": history.thread_ours,
    }


def _history_from_canonical(value: Canonical, stored: Callable[[str], Message]) -> History:
    if not isinstance(value, Mapping):
        message = "the recorded history is damaged"
        raise UnableToReplay(message)
    unanswered = value["unanswered"]
    return History(
        sent=_messages(value["sent"], stored),
        received=_messages(value["received"], stored),
        sent_count=_count(value["sent_count"]),
        received_count=_count(value["received_count"]),
        unanswered=stored(str(unanswered)) if unanswered is not None else None,
        thread_ours=value["thread_ours"] is True,
    )


def _messages(value: Canonical, stored: Callable[[str], Message]) -> tuple[Message, ...]:
    return tuple(stored(str(i)) for i in value) if isinstance(value, list) else ()


def _count(value: Canonical) -> int:
    return value if isinstance(value, int) else 0
