"""The conversation by streams: modes, ids, and taking one up again."""

from typing import TYPE_CHECKING

from tests.e2e.compat.talk_catalogue import NOBODY

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript


async def talk_streams(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Listen in every mode that a graph without a model has."""
    call, runs = transcript.call, client.runs
    thread_id = (await call("streams.thread", client.threads.create())).text("thread_id")
    given = {"count": 0}
    await transcript.listen("streams.values", runs.stream(thread_id, "probe_nine", input=given))
    await transcript.listen(
        "streams.updates",
        runs.stream(thread_id, "probe_nine", input=given, stream_mode="updates"),
    )
    await transcript.listen(
        "streams.both",
        runs.stream(thread_id, "probe_nine", input=given, stream_mode=["values", "updates"]),
    )
    await transcript.listen(
        "streams.tasks", runs.stream(thread_id, "probe_nine", input=given, stream_mode="tasks")
    )
    await transcript.listen(
        "streams.checkpoints",
        runs.stream(thread_id, "probe_nine", input=given, stream_mode="checkpoints"),
    )
    await transcript.listen(
        "streams.custom", runs.stream(thread_id, "probe_nine", input=given, stream_mode="custom")
    )


async def talk_again(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Take a resumable stream up from the start and from its middle."""
    call, runs = transcript.call, client.runs
    thread_id = (await call("again.thread", client.threads.create())).text("thread_id")
    made = await call(
        "again.run",
        runs.create(
            thread_id,
            "probe_echo",
            input={"text": "slow"},
            stream_mode=["values", "updates"],
            stream_resumable=True,
        ),
    )
    run_id = made.text("run_id")
    heard = await transcript.listen("again.join", runs.join_stream(thread_id, run_id))
    assert all(part.id for part in heard if part.event != "end"), "resumable frames have ids"
    replayed = await transcript.listen(
        "again.replay", runs.join_stream(thread_id, run_id, last_event_id="-1")
    )
    assert [p.id for p in replayed] == [p.id for p in heard], "the same frames again"
    await call("again.thread.after", client.threads.get(thread_id))
    await transcript.listen("again.missing", runs.join_stream(thread_id, NOBODY))
