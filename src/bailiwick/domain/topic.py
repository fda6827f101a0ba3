"""What campaigns are about, as recipients choose among it."""

import re
from dataclasses import dataclass
from typing import Final

NAME_CHARS_MAX: Final = 50  # ours: a word or two
TITLE_CHARS_MAX: Final = 100  # ours: one line of a page
TOPICS_COUNT_MAX: Final = 50  # ours: more is no choice for anybody
NAME_FORM: Final = rf"[a-z0-9][a-z0-9_-]{{0,{NAME_CHARS_MAX - 1}}}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One topic; recipients read its title, campaigns name it."""

    name: str
    title: str


def check_topic(name: str) -> None:
    """Refuse a name that is none; empty is no topic. Raises ValueError."""
    if name and not re.fullmatch(NAME_FORM, name, re.ASCII):
        message = (
            f"topic {name!r}: a name has up to {NAME_CHARS_MAX} letters a-z, digits, - and _; "
            "the title has the words"
        )
        raise ValueError(message)
