"""One conversation of the official Python SDK with a server, the same for the oracle and for us."""

from langgraph_sdk import get_client
from tests.e2e.compat.talk_catalogue import talk_assistants, talk_system
from tests.e2e.compat.talk_interrupts import talk_interrupts, talk_two
from tests.e2e.compat.talk_runs import talk_busy, talk_failure, talk_runs, talk_stateless
from tests.e2e.compat.talk_streams import talk_again, talk_streams
from tests.e2e.compat.talk_threads import talk_state, talk_threads
from tests.e2e.compat.talk_upkeep import talk_crons, talk_store
from tests.e2e.compat.transcript import Transcript

TALKS = (
    talk_system,
    talk_assistants,
    talk_threads,
    talk_state,
    talk_runs,
    talk_failure,
    talk_busy,
    talk_stateless,
    talk_streams,
    talk_again,
    talk_interrupts,
    talk_two,
    talk_crons,
    talk_store,
)


async def converse(url: str, *, api_key: str | None = None) -> Transcript:
    """Hold the whole conversation with the server at a URL."""
    transcript = Transcript()
    async with get_client(url=url, api_key=api_key) as client:
        for talk in TALKS:
            await talk(client, transcript)
    return transcript
