"""The steps of follow-up; what all three drafting capabilities share is in `graph/letter.py`."""

from bailiwick.capabilities.followup.asks import WRITE
from bailiwick.domain.drafting.place import FOLLOWUPS_COUNT_MAX, Place
from bailiwick.domain.drafting.request import Kind
from bailiwick.graph import letter
from bailiwick.graph.addressee import Addressee, Unsafe, addressee, nth_touch
from bailiwick.graph.letter import Gathered, LetterState, Written, begun
from bailiwick.ports.deps import Deps


async def gather(_: LetterState, deps: Deps) -> Gathered:
    """Find our own message that nobody answered; a reply that came meanwhile ends the run."""
    whom = addressee(deps)
    if isinstance(whom, Unsafe):
        return Gathered(skip_reason=whom)
    if not whom.history.sent:
        return Gathered(skip_reason="never_written")
    waiting = whom.history.unanswered
    if waiting is not None and (waiting.reading is None or not waiting.reading.automatic):
        return Gathered(skip_reason="reply_came")
    number = _silent_count(whom)
    if number > FOLLOWUPS_COUNT_MAX:
        return Gathered(skip_reason="said_goodbye")
    last = whom.history.sent[0].mail.rfc_message_id
    place = Place(number=1 + number, of=1 + FOLLOWUPS_COUNT_MAX)
    return begun(nth_touch(whom, place, after=last), None)


def _silent_count(whom: Addressee) -> int:
    """Count our latest mails since a person on the other side wrote, the last one in any case."""
    heard = (
        message.received_at
        for message in whom.history.received
        if message.reading is None or not message.reading.automatic
    )
    since = max(heard, default=None)
    return max(sum(since is None or mail.received_at > since for mail in whom.history.sent), 1)


async def write(state: LetterState, deps: Deps) -> Written:
    """Ask for the words between greeting and closing."""
    return await letter.write(WRITE, state, deps, kind=Kind.FOLLOWUP)
