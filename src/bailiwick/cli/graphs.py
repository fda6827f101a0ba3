"""`bailiwick graphs`: the registry in the form that LangGraph's own tools read."""

import json as plain_json
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json
from bailiwick.domain.fault import InputFault

Write = Annotated[
    Path | None, Parameter(name="--write", help="Write to this file instead of the screen.")
]


class UnableToWriteGraphs(InputFault):
    """The file cannot be written."""


def graphs(*, write: Write = None, json: Json = False) -> int:
    """Print langgraph.json, with which `langgraph dev` serves the same graphs."""
    from bailiwick.wiring.served_graphs import configuration

    found = configuration()
    text = plain_json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    output = Output(as_json=json)
    if write is None:
        output.answer(found)
        if not json:
            print(text, end="")  # noqa: T201 - a file's content, not a sentence for people
        return Exit.OK
    try:
        write.write_text(text, "utf-8")
    except OSError as error:
        message = f"{write} cannot be written: {error.strerror}; name another file with --write"
        raise UnableToWriteGraphs(message) from error
    output.answer({"written": str(write), **found})
    output.say(f"Wrote {write}; `langgraph dev --config {write}` serves these graphs.")
    return Exit.OK
