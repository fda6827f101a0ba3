"""The conversation with graphs that wait for a person."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript


async def talk_interrupts(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Answer one interrupt, and one of two."""
    call, runs, threads = transcript.call, client.runs, client.threads
    thread_id = (await call("held.thread", threads.create())).text("thread_id")
    await call("held.wait", runs.wait(thread_id, "probe_approval", input={"text": "hi"}))
    await call("held.thread.after", threads.get(thread_id))
    await call("held.state", threads.get_state(thread_id))
    await call("held.runs", runs.list(thread_id))
    await call("held.search", threads.search(status="interrupted", ids=[thread_id]))
    accept = {"resume": [{"type": "accept", "args": None}]}
    await call("held.resume", runs.wait(thread_id, "probe_approval", command=accept))
    await call("held.thread.resumed", threads.get(thread_id))
    stream_id = (await call("held.stream.thread", threads.create())).text("thread_id")
    parts = runs.stream(
        stream_id, "probe_approval", input={"text": "hi"}, stream_mode=["values", "updates"]
    )
    await transcript.listen("held.stream", parts)
    await call("held.ended", threads.update_state(stream_id, None, as_node="__end__"))
    await call("held.ended.thread", threads.get(stream_id))


async def talk_two(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Answer two interrupts that wait at once, by their ids."""
    call, runs, threads = transcript.call, client.runs, client.threads
    thread_id = (await call("two.thread", threads.create())).text("thread_id")
    held = await call("two.wait", runs.wait(thread_id, "probe_two", input={"text": "hi"}))
    interrupts = held.at("__interrupt__")
    assert isinstance(interrupts, list)
    first, second = (held.text("__interrupt__", place, "id") for place in range(2))
    accept = [{"type": "accept", "args": None}]
    one = {"resume": {first: accept}}
    await call("two.resume.one", runs.wait(thread_id, "probe_two", command=one))
    await call("two.thread.after_one", threads.get(thread_id))
    other = {"resume": {second: [{"type": "ignore", "args": None}]}}
    await call("two.resume.other", runs.wait(thread_id, "probe_two", command=other))
    await call("two.thread.after", threads.get(thread_id))
