"""The steps of outreach; what all three drafting capabilities share is in `graph/letter.py`."""

from bailiwick.capabilities.outreach.asks import WRITE
from bailiwick.domain.drafting.request import Kind
from bailiwick.graph import letter
from bailiwick.graph.addressee import Unsafe, addressee, first_touch
from bailiwick.graph.letter import Gathered, LetterState, Written, begun
from bailiwick.ports.deps import Deps


async def gather(_: LetterState, deps: Deps) -> Gathered:
    """Find whom the first message may go to; a conversation that has begun is not begun again."""
    whom = addressee(deps)
    if isinstance(whom, Unsafe):
        return Gathered(skip_reason=whom)
    if whom.history.sent_count or whom.history.unanswered is not None:
        return Gathered(skip_reason="already_in_touch")
    return begun(first_touch(whom), None)


async def write(state: LetterState, deps: Deps) -> Written:
    """Ask for the words between greeting and closing."""
    return await letter.write(WRITE, state, deps, kind=Kind.INITIAL)
