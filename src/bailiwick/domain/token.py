"""The text of a key or session: it names its workspace and row, so that a look-up stays within one.

`bwk_live_<workspace><row>_<secret>` is an API key, `bws_<workspace><row>_<secret>` a session; the
workspace and the row are the 26 characters of their ids.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bailiwick.domain.ids import PREFIX, WorkspaceId

_ID: Final = "[0-9a-z]{26}"
_KEY: Final = re.compile(rf"bwk_(live|test)_({_ID})({_ID})_([a-z2-7]{{52}})")
_SESSION: Final = re.compile(rf"bws_(s)_({_ID})({_ID})_([a-z2-7]{{52}})")


class Environment(StrEnum):
    """What a key is for; a label that keeps a test's key from being taken for a live one."""

    LIVE = "live"
    TEST = "test"


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A key or session as presented."""

    workspace_id: WorkspaceId
    row_id: str
    secret: str


def key_text(environment: Environment, workspace_id: str, key_id: str, secret: str) -> str:
    """Return an API key as it is shown, once."""
    return f"bwk_{environment}_{_bare(workspace_id)}{_bare(key_id)}_{secret}"


def key_hint(environment: Environment, key_id: str) -> str:
    """Return what may be shown of a key: its kind and the end of its id."""
    return f"bwk_{environment}_…{key_id[-6:]}"


def session_text(workspace_id: str, session_id: str, secret: str) -> str:
    """Return a session's token as the cookie holds it."""
    return f"bws_s_{_bare(workspace_id)}{_bare(session_id)}_{secret}"


def key_token(text: str) -> Token | None:
    """Read an API key; None for anything else, such as another product's key."""
    return _token(_KEY, text, "key")


def session_token(text: str) -> Token | None:
    """Read a session's token; None for anything else."""
    return _token(_SESSION, text, "session")


def _token(form: re.Pattern[str], text: str, kind: str) -> Token | None:
    found = form.fullmatch(text)
    if found is None:
        return None
    return Token(
        workspace_id=WorkspaceId(f"{PREFIX['workspace']}_{found[2]}"),
        row_id=f"{PREFIX[kind]}_{found[3]}",
        secret=found[4],
    )


def _bare(row_id: str) -> str:
    return row_id.partition("_")[2]
