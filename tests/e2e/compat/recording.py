"""What the oracle answered, as recorded shapes, and which differences from it are ours by decision.

`bench/compat_oracle.py` records anew from a live oracle. The recordings hold shapes only.
"""

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import orjson
from tests.e2e.compat.shapes import Shape, differences, shape

from bailiwick.kit.json_value import Json

_FOLDER: Final = Path(__file__).parent / "recorded"

ALLOWED: Final[Mapping[str, str]] = {
    "*.langsmith*: missing": "its own tracing service (api-compat 10.1)",
    "*.langgraph_*: missing": "its own versions and authentication, in metadata of states",
    "system.ok.services: missing": "its own services",
    "*.metadata.created_by: missing": "its own bookkeeping",
    "*.metadata.user_id: missing": "its own authentication",
    "*.metadata.run_attempt: missing": "a run's attempt is told by its stream",
    "*.config.configurable: missing": "a config is given back as it was sent",
    "*thread*.error: extra": "a thread that never ran has no error, and says so",
    "*thread*.interrupts: extra": "a thread that never ran waits for nothing, and says so",
    "threads.*.values: extra": "as above",
    "again.missing.*": "a run that is not there is 404 (api-compat 8)",
    "runs.join.missing.*": "a run that is not there is 404 (api-compat 8)",
    "assistants.schemas.state_schema.*": "the schema of the output is that of the state",
    "*.checkpoint.checkpoint_ns: extra": "a checkpoint is always named in full",
    "crons.*.payload.enabled: extra": "the payload always tells it",
    "store.put.period.body: <text> became *": "errors are always JSON (api-compat 8)",
    "state.get.updated.metadata.graph_id: missing": "a state written by hand names no graph",
    "stateless.create.metadata.graph_id: extra": "a run always tells its graph",
    "two.wait.*: extra": "a run that waits tells its values, too",
}
"""Differences that hold everywhere, as `path: what` patterns, with the reason of each."""


def recorded(client: str) -> dict[str, Shape]:
    """Return what the oracle answered to the conversation of a client, `python` or `js`."""
    found: dict[str, Shape] = json.loads((_FOLDER / f"{client}.json").read_bytes())
    return found


def record(client: str, facts: Mapping[str, Shape]) -> None:
    """Keep what the oracle answered, one call a line."""
    lines = [f"{json.dumps(name)}: {json.dumps(facts[name])}" for name in sorted(facts)]
    text = "{\n" + ",\n".join(lines) + "\n}\n"
    (_FOLDER / f"{client}.json").write_text(text, encoding="utf-8")


def js_facts(output: bytes) -> dict[str, Shape]:
    """Return the shapes of what the JavaScript conversation printed."""
    answers: dict[str, dict[str, Json]] = orjson.loads(output)
    return {name: _js_fact(answer) for name, answer in answers.items()}


def _js_fact(answer: Mapping[str, Json]) -> Shape:
    if "refused" in answer:
        return {"refused": str(answer["refused"])}
    events = answer.get("events")
    if isinstance(events, list):
        return {"events": [shape(event) for event in events]}
    return shape(answer.get("value"))


def breaches(
    oracle: Mapping[str, Shape], ours: Mapping[str, Shape], allowed: Mapping[str, str]
) -> Iterator[str]:
    """Yield every difference from the oracle that nobody decided."""
    for name in sorted(oracle.keys() | ours.keys()):
        if name not in ours or name not in oracle:
            yield f"{name}: only one of the two made this call"
            continue
        for found in differences(oracle[name], ours[name], path=name):
            if not any(fnmatchcase(found, pattern) for pattern in allowed):
                yield found
