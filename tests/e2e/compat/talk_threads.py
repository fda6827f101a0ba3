"""The conversation about threads that have not run, and their state."""

import uuid
from typing import TYPE_CHECKING

from tests.e2e.compat.talk_catalogue import NOBODY

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript


async def talk_threads(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Make, find, change and delete threads."""
    call, threads = transcript.call, client.threads
    made = await call("threads.create", threads.create(metadata={"purpose": "conversation"}))
    thread_id = made.text("thread_id")
    own = str(uuid.uuid5(uuid.UUID(thread_id), "own"))
    await call("threads.create.own_id", threads.create(thread_id=own))
    await call("threads.create.again", threads.create(thread_id=own))
    await call("threads.create.do_nothing", threads.create(thread_id=own, if_exists="do_nothing"))
    await call("threads.get", threads.get(thread_id))
    await call("threads.get.missing", threads.get(NOBODY))
    await call("threads.get.no_uuid", threads.get("not-a-uuid"))
    await call("threads.update", threads.update(thread_id, metadata={"stage": "two"}))
    by_metadata = await call(
        "threads.search", threads.search(metadata={"purpose": "conversation"}, limit=3)
    )
    assert thread_id in str(by_metadata.value)
    await call("threads.search.ids", threads.search(ids=[own]))
    await call("threads.search.status", threads.search(status="idle", limit=1))
    await call("threads.search.select", threads.search(ids=[own], select=["thread_id", "status"]))
    await call("threads.count", threads.count(metadata={"purpose": "conversation"}))
    await call("threads.state.fresh", threads.get_state(thread_id))
    await call("threads.state.missing", threads.get_state(NOBODY))
    await call("threads.history.fresh", threads.get_history(thread_id))
    await call("threads.copy", threads.copy(own))
    await call("threads.delete", threads.delete(own))
    await call("threads.delete.again", threads.delete(own))
    await call("threads.get.deleted", threads.get(own))


async def talk_state(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Run a graph of nine nodes, look at each state it went through, and write one."""
    call, threads = transcript.call, client.threads
    thread_id = (await call("state.thread", threads.create())).text("thread_id")
    await call("state.run", client.runs.wait(thread_id, "probe_nine", input={"count": 0}))
    await call("state.thread.after", threads.get(thread_id))
    state = await call("state.get", threads.get_state(thread_id))
    checkpoint = state.text("checkpoint", "checkpoint_id")
    await call("state.get.checkpoint_id", threads.get_state(thread_id, checkpoint_id=checkpoint))
    await call(
        "state.get.checkpoint",
        threads.get_state(
            thread_id,
            checkpoint={
                "thread_id": thread_id,
                "checkpoint_ns": "",
                "checkpoint_id": checkpoint,
            },
        ),
    )
    await call("state.get.subgraphs", threads.get_state(thread_id, subgraphs=True))
    before = {"configurable": {"checkpoint_id": checkpoint}}
    await call("state.history", threads.get_history(thread_id, limit=3))
    await call("state.history.before", threads.get_history(thread_id, before=before, limit=1))
    await call("state.update", threads.update_state(thread_id, {"count": 100}))
    await call(
        "state.update.as_node", threads.update_state(thread_id, {"count": 7}, as_node="node_3")
    )
    after = await call("state.get.updated", threads.get_state(thread_id))
    assert after.at("values", "count") == 7
