"""A mail's text before its footer, and what it rests on."""

from dataclasses import dataclass

from bailiwick.domain.outbound import Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Subject and text of one wording."""

    subject: str
    text: str
    static: str
    """The templates, which support their own words."""
    template: str
    fields: tuple[str, ...]
    claims: tuple[Claim, ...] = ()
    asks_colleague: bool = False
    topics: tuple[str, ...] = ()
