"""What bodies of our own API look like: checked on the way in, documented on the way out.

Answers are written once, as bytes; these models are what the OpenAPI document says of them.
"""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field

ID_LENGTH_MAX: Final = 80  # as wide as the columns
REASON_LENGTH_MAX: Final = 2_000  # ours, as for grants: read by people
TEXT_LENGTH_MAX: Final = 100_000  # ours: the longest mail that a person edits
ID_FORM: Final = r"^[!-~]+$"
"""Visible ASCII: what we make, and what no database chokes on."""

Id = Annotated[str, Field(min_length=1, max_length=ID_LENGTH_MAX, pattern=ID_FORM)]
Reason = Annotated[str, Field(min_length=1, max_length=REASON_LENGTH_MAX)]


class Given(BaseModel):
    """A body that came in; what it does not know is refused, so that a typo is found."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """A body that goes out; it may gain fields."""

    model_config = ConfigDict(extra="allow")


class Reasoned(Given):
    """A change that is recorded with its reason."""

    reason: Reason


class Changed(Told):
    """What was changed, and how it stands."""

    result: str
