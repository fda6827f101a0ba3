"""The conversation about runs: waited for, cancelled, failed, and without a thread."""

from typing import TYPE_CHECKING

from tests.e2e.compat.talk_catalogue import NOBODY, assistant_id

if TYPE_CHECKING:
    from langgraph_sdk import LangGraphClient
    from tests.e2e.compat.transcript import Transcript


async def talk_runs(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Start runs, look at them, join them and delete one."""
    call, runs = transcript.call, client.runs
    thread_id = (await call("runs.thread", client.threads.create())).text("thread_id")
    await call("runs.wait", runs.wait(thread_id, "probe_echo", input={"text": "hello"}))
    made = await call(
        "runs.create",
        runs.create(
            thread_id,
            assistant_id("probe_echo"),
            input={"text": "again"},
            metadata={"purpose": "conversation"},
        ),
    )
    run_id = made.text("run_id")
    await call("runs.join", runs.join(thread_id, run_id))
    await call("runs.get", runs.get(thread_id, run_id))
    await call("runs.list", runs.list(thread_id))
    await call("runs.list.status", runs.list(thread_id, status="success", limit=1))
    await call("runs.list.pending", runs.list(thread_id, status="pending"))
    await call("runs.get.missing", runs.get(thread_id, NOBODY))
    await call("runs.get.no_uuid", runs.get(thread_id, "not-a-uuid"))
    await call("runs.join.missing", runs.join(thread_id, NOBODY))
    await call("runs.delete", runs.delete(thread_id, run_id))
    await call("runs.get.deleted", runs.get(thread_id, run_id))
    await call("runs.wrong_assistant", runs.create(thread_id, NOBODY, input={}))
    await call("runs.wrong_graph", runs.create(thread_id, "no_such_graph", input={}))
    await call("runs.wrong_thread", runs.create(NOBODY, "probe_echo", input={"text": "x"}))
    await call(
        "runs.if_not_exists",
        runs.wait(
            assistant_id(thread_id), "probe_echo", input={"text": "x"}, if_not_exists="create"
        ),
    )


async def talk_failure(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Let a graph raise."""
    call, runs = transcript.call, client.runs
    thread_id = (await call("failure.thread", client.threads.create())).text("thread_id")
    failing = runs.wait(thread_id, "probe_echo", input={"text": "fail"}, raise_error=False)
    await call("failure.wait", failing)
    await call("failure.thread.after", client.threads.get(thread_id))
    await call("failure.runs", runs.list(thread_id))
    parts = runs.stream(thread_id, "probe_echo", input={"text": "fail"})
    await transcript.listen("failure.stream", parts)
    await call("failure.then_well", runs.wait(thread_id, "probe_echo", input={"text": "well"}))
    await call("failure.thread.well", client.threads.get(thread_id))


async def talk_busy(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Start a run on a busy thread, and cancel runs."""
    call, runs = transcript.call, client.runs
    thread_id = (await call("busy.thread", client.threads.create())).text("thread_id")
    slow = await call("busy.slow", runs.create(thread_id, "probe_echo", input={"text": "slow"}))
    refused = runs.create(
        thread_id, "probe_echo", input={"text": "no"}, multitask_strategy="reject"
    )
    await call("busy.reject", refused)
    await call("busy.enqueue", runs.create(thread_id, "probe_echo", input={"text": "later"}))
    await call("busy.cancel", runs.cancel(thread_id, slow.text("run_id"), wait=True))
    await call("busy.cancelled", runs.get(thread_id, slow.text("run_id")))
    later = transcript.answers["busy.enqueue"].text("run_id")
    await call("busy.later", runs.join(thread_id, later))
    await call("busy.thread.after", client.threads.get(thread_id))
    await call("busy.cancel.missing", runs.cancel(thread_id, NOBODY))
    first = await call("busy.first", runs.create(thread_id, "probe_echo", input={"text": "slow"}))
    second = runs.wait(
        thread_id, "probe_echo", input={"text": "now"}, multitask_strategy="interrupt"
    )
    await call("busy.interrupting", second)
    await call("busy.interrupted", runs.get(thread_id, first.text("run_id")))


async def talk_stateless(client: "LangGraphClient", transcript: "Transcript") -> None:
    """Run without a thread."""
    call, runs = transcript.call, client.runs
    await call("stateless.wait", runs.wait(None, "probe_nine", input={"count": 1}))
    await transcript.listen(
        "stateless.stream", runs.stream(None, "probe_echo", input={"text": "bare"})
    )
    await call("stateless.create", runs.create(None, "probe_echo", input={"text": "bare"}))
    await call("stateless.wrong_graph", runs.wait(None, "no_such_graph", input={}))
