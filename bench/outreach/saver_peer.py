"""The peer of `bench.outreach.waiting`: one LangGraph thread for each recipient, in its own saver.

In the peers' environment: `python saver_peer.py sqlite:///FILE|postgresql://… COUNT`. Each thread
stops at an `interrupt` that says when it is to be woken, as a campaign on LangGraph would; who is
due is found by reading every thread's state, since a saver selects by nothing that is in it.
"""

import json
import sys
import time
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any, TypedDict

from langgraph.types import interrupt

BEGIN = 1_772_442_000_000_000


class Recipient(TypedDict, total=False):
    """As much as an enrolment holds."""

    campaign_id: str
    contact_id: str
    version: int
    stage: str
    touches_count: int
    put_offs_count: int
    wake_at: int
    reason: str


def wait(state: Recipient) -> Recipient:
    """Wait for the time to come."""
    interrupt({"wake_at": state.get("wake_at", 0)})
    return {"stage": "touching"}


def anonymous() -> int:
    """Return what this process holds beside files, in bytes."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    (line,) = [line for line in lines if line.startswith("RssAnon:")]
    return 1024 * int(line.split()[1])


@contextmanager
def saver_of(url: str) -> Any:  # noqa: ANN401 - a package of the peers' environment only
    """Open the saver that LangGraph ships for this database."""
    sqlite = url.startswith("sqlite")
    name = "langgraph.checkpoint.sqlite" if sqlite else "langgraph.checkpoint.postgres"
    library: Any = import_module(name)
    maker: Any = library.SqliteSaver if sqlite else library.PostgresSaver
    place = url.removeprefix("sqlite:///") if sqlite else url
    with maker.from_conn_string(place) as saver:
        saver.setup()
        yield saver


def main() -> None:
    """Let so many wait, then look for who is due."""
    url, number = sys.argv[1:]
    count = int(number)
    with saver_of(url) as saver:
        library: Any = import_module("langgraph.graph")
        builder: Any = library.StateGraph(Recipient)
        builder.add_node("wait", wait)
        builder.add_edge(library.START, "wait")
        builder.add_edge("wait", library.END)
        graph: Any = builder.compile(checkpointer=saver)
        held, cpu, began = anonymous(), time.process_time(), time.perf_counter()
        for n in range(count):
            contact = f"con_{n:026d}"
            given: Recipient = {
                "campaign_id": "cmp_01m7w2y7m072b4gxh0v8ew3z80",
                "contact_id": contact,
                "version": 1,
                "stage": "waiting",
                "touches_count": 2,
                "put_offs_count": 0,
                "wake_at": BEGIN + n,
                "reason": "",
            }
            name = f"campaign-{given['campaign_id']}-{contact}"
            graph.invoke(given, {"configurable": {"thread_id": name}})
        filled, filling = time.perf_counter() - began, time.process_time() - cpu
        grown = anonymous() - held
        cpu, began = time.process_time(), time.perf_counter()
        seen: set[str] = set()
        due = 0
        for found in saver.list(None):
            thread = found.config["configurable"]["thread_id"]
            if thread in seen:
                continue  # an older checkpoint of a thread whose newest was seen
            seen.add(thread)
            due += found.checkpoint["channel_values"].get("wake_at", 0) < BEGIN + count // 100
        told = {
            "threads": len(seen),
            "due": due,
            "fill_seconds": filled,
            "fill_cpu_seconds": filling,
            "memory_bytes_grown": grown,
            "select_ms": 1000 * (time.perf_counter() - began),
            "select_cpu_ms": 1000 * (time.process_time() - cpu),
        }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
