"""What the probes that wait ask of a person, in the dialect of agent-inbox."""

import operator
from typing import Annotated

from langgraph.runtime import Runtime
from langgraph.types import interrupt
from typing_extensions import TypedDict

from bailiwick_probes.nothing import Nothing


class Reviewed(TypedDict, total=False):
    """A text, and what people said about it."""

    text: str
    decided: Annotated[list[object], operator.add]


def ask(action: str) -> object:
    """Wait for a person's decision on an action and return it."""
    allows = ("allow_accept", "allow_edit", "allow_respond", "allow_ignore")
    return interrupt(
        {
            "action_request": {"action": action, "args": {"to": "ada@example.org", "count": 2}},
            "config": dict.fromkeys(allows, True),
            "description": "A probe asks.",
        }
    )


async def draft(state: Reviewed, runtime: Runtime[Nothing]) -> Reviewed:
    """Write what is to be reviewed."""
    del runtime
    return {"text": state.get("text", "")}
