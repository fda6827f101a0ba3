"""The one question of the second reading: which of the closed labels a reply carries."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict

from bailiwick.domain.reading import Intent
from bailiwick.ports.model import Ask, Foreign, Tier

RACE_SECONDS: Final = 15  # capabilities 18.5: then the classifier stands


class ReplyLabel(BaseModel):
    """The answer: one of ten words."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    label: Intent


@dataclass(frozen=True, slots=True, kw_only=True)
class UnsureReply:
    """What a model is shown of a reply: its own words behind a fence, and their language."""

    language: str
    subject: Foreign
    text: Foreign


def as_it_was(_: UnsureReply) -> ReplyLabel:
    """Return what the classifier said: it does not know."""
    return ReplyLabel(label=Intent.OTHER)


LABEL: Final[Ask[UnsureReply, ReplyLabel]] = Ask(
    prompt="second_reading/label",
    output=ReplyLabel,
    fallback=as_it_was,
    tier=Tier.QUICK,
    tokens_max=200,  # ours: the answer takes about ten
    wait_seconds_max=RACE_SECONDS,
    temperature_permille=0,  # source articles: classify at 0.0
)
