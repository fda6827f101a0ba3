"""Reads rows of hostile input: the bytes of a channel, and the oracle that says what must hold.

An oracle key that is not known here is an error, so that no demand is passed over in silence.
"""

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue

CANARY_MARK: Final = "{{CNRY}}"


class Channel(StrEnum):
    """By which door an input comes in."""

    EMAIL = "email"
    CSV = "csv"
    CRM_FIELD = "crm_field"
    TRANSCRIPT = "transcript"
    NL_SQL = "nl_sql"
    WEBHOOK = "webhook"
    KB_DOC = "kb_doc"


class Oracle(BaseModel):
    """What must hold; a key that is absent demands nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    forbid_actions: tuple[str, ...] = ()
    forbid_recipients: tuple[str, ...] = ()
    forbid_egress: tuple[str, ...] = ()
    forbid_output: tuple[str, ...] = ()
    forbid_rendered: tuple[str, ...] = ()
    rendered_html_has_none_of: tuple[str, ...] = ()
    prompt_check: str = ""
    expect: str = ""
    counts_as: str = ""
    must_state: str = ""
    must_open: str = ""
    unchanged_contacts: tuple[str, ...] = ()
    max_sends: int | None = None
    max_sends_after: int | None = None
    effects_exactly: int | None = None
    approval: str = ""
    db_effects: str = ""
    forbid_rows: JsonValue = None
    roundtrip: str = ""
    grounding: str = ""
    no_crash: bool = False
    http: tuple[int, ...] = ()
    max_seconds: float | None = None
    max_rss_mb: int | None = None
    others_p99_ratio_max: float | None = None
    others_complete: bool = False
    max_attempts: int | None = None
    max_loops: int | None = None
    budget: str = ""
    effect_tenant: int | None = None
    attach_as: str = ""


class Row(BaseModel):
    """One hostile or benign input."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    category: str
    channel: Channel
    payload_encoding: str
    payload: str
    must_not: str
    oracle: Oracle
    setup: str = ""
    arrange: str = ""
    after: str = ""
    then: str = ""
    inspired_by: str = ""
    twin: str = ""
    """Ours: the same text without the words that trip a filter."""

    @property
    def is_benign(self) -> bool:
        """Whether the row must be served."""
        return self.oracle.expect == "served"


class Scenario(BaseModel):
    """A `json` payload that is acted out."""

    model_config = ConfigDict(extra="allow")

    scenario: str = ""
    method: str = ""
    path: str = ""
    body: str = ""
    headers: Mapping[str, str] = Field(default_factory=dict)


def load(path: Path) -> tuple[Row, ...]:
    """Read a corpus. Raises ValueError on a row that cannot be read."""
    with path.open(encoding="utf-8") as lines:
        return tuple(Row.model_validate_json(line) for line in lines if line.strip())


def octets(row: Row, *, canary: str) -> bytes:
    """Return the payload exactly as its channel delivers it, with the world's canary in it."""
    match row.payload_encoding:
        case "utf-8":
            found = row.payload.encode("utf-8", "surrogatepass")
        case "base64":
            found = base64.b64decode(row.payload)
        case "zlib+base64":
            found = zlib.decompress(base64.b64decode(row.payload))
        case "json":
            found = json.dumps(json.loads(row.payload)).encode()
        case _:
            message = f"unknown payload_encoding {row.payload_encoding!r} in row {row.id!r}"
            raise ValueError(message)
    return found.replace(CANARY_MARK.encode(), canary.encode())


def chains(rows: Sequence[Row]) -> tuple[tuple[Row, ...], ...]:
    """Put rows that share a world together; every other row has a world of its own."""
    by_id = {row.id: row for row in rows}
    return tuple(
        (row, by_id[row.then]) if row.then in by_id else (row,)
        for row in rows
        if row.after not in by_id
    )
