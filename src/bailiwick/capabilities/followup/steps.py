"""The steps of follow-up; what all three drafting capabilities share is in `graph/letter.py`."""

from dataclasses import replace

from bailiwick.capabilities.followup.asks import WRITE
from bailiwick.domain.drafting.request import Kind
from bailiwick.graph import letter
from bailiwick.graph.addressee import Unsafe, addressee, first_touch, thread_ids
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
    last = whom.history.sent[0]
    in_reply_to, references = thread_ids(last)
    request = replace(
        first_touch(whom),
        kind=Kind.FOLLOWUP,
        thread_subject=last.mail.subject,
        thread_is_ours=whom.history.received_count == 0,
        in_reply_to=in_reply_to,
        references=references,
        sequence=whom.history.sent_count,
    )
    return begun(request, None)


async def write(state: LetterState, deps: Deps) -> Written:
    """Ask for the words between greeting and closing."""
    return await letter.write(WRITE, state, deps, kind=Kind.FOLLOWUP)
