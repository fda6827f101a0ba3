"""Optimistic concurrency: a row's version as its ETag, and If-Match before a change.

A caller who read version 3 and sends `If-Match: "3"` changes nothing once the row is at 4.
"""

from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Header

from bailiwick.api.problem import refuse

IF_MATCH_LENGTH_MAX: Final = 200  # ours

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=IF_MATCH_LENGTH_MAX,
        description='The ETag that was read, such as `"3"`; a newer row answers 412.',
    ),
]


def etag(row_version: int) -> str:
    """Return the strong ETag of a row at this version."""
    return f'"{row_version}"'


def tagged(row_version: int) -> dict[str, str]:
    """Return the header that tells a row's version."""
    return {"etag": etag(row_version)}


def require_match(if_match: str | None, row_version: int) -> None:
    """Let a change go on if the caller saw this version, or did not say. Raises Refusal (412)."""
    if if_match is None or if_match.strip() == "*":
        return
    offered = {tag.strip() for tag in if_match.split(",")}
    if etag(row_version) not in offered:  # a weak tag never matches (RFC 9110, 13.1.1)
        detail = f"the row is at version {row_version} now; read it again and repeat the change"
        raise refuse(HTTPStatus.PRECONDITION_FAILED, detail, etag=etag(row_version))
