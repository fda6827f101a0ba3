"""What tools take, with limits; each bad value is answered by naming it."""

from typing import Annotated, Final

from pydantic import Field

from bailiwick.kit.paging import PAGE_SIZE_MAX

PAGE_SIZE: Final = 25  # ours: what an agent reads at a time
ID_LENGTH_MAX: Final = 80  # as in the HTTP API
WORDS_LENGTH_MAX: Final = 320  # the longest mail address (RFC 5321)
SUBJECT_LENGTH_MAX: Final = 998  # RFC 5322: one line
TEXT_LENGTH_MAX: Final = 100_000  # as in the HTTP API
REASON_LENGTH_MAX: Final = 500  # as of requests for runs
CURSOR_LENGTH_MAX: Final = 512  # as in the HTTP API

Id = Annotated[str, Field(min_length=1, max_length=ID_LENGTH_MAX)]
Whom = Annotated[
    str,
    Field(
        min_length=1, max_length=WORDS_LENGTH_MAX, description="Id or mail address of a contact."
    ),
]
MaybeWhom = Annotated[
    str,
    Field(max_length=WORDS_LENGTH_MAX, description="Id or mail address of a contact, or empty."),
]
Begins = Annotated[
    str,
    Field(
        max_length=WORDS_LENGTH_MAX,
        description="The beginning of a name, or a whole mail address; empty for everybody.",
    ),
]
Cursor = Annotated[
    str | None,
    Field(
        max_length=CURSOR_LENGTH_MAX,
        description="Continue after the page that ended with this; leave it out to begin.",
    ),
]
Size = Annotated[int, Field(ge=1, le=PAGE_SIZE_MAX, description="Rows a page.")]
Reason = Annotated[
    str,
    Field(
        min_length=1,
        max_length=REASON_LENGTH_MAX,
        description="Why, for the person who decides and for the record.",
    ),
]
