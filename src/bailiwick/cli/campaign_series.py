"""What a campaign sends, as people type it: gaps, a window, stops, or a file with all of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cyclopts import Parameter

from bailiwick.domain.fault import InputFault

if TYPE_CHECKING:
    from bailiwick.domain.campaign.series import Series
    from bailiwick.kit.hashing import Canonical

DIGITS_MAX: Final = 3  # ours: a gap of days has no more


class UnableToReadOption(InputFault):
    """What was typed cannot be used; the message says what fits."""


@Parameter(name="*")
@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What of a series is typed; what is left out stays as it is, or as it comes."""

    gaps: str = ""
    """Working days before each touch, such as 0,3,5; as many numbers as touches."""
    window: str = ""
    """Such as "mon-fri 08:00-18:00", by the recipient's clock."""
    stops: str = ""
    """What ends it beside a no: replied,meeting,deal_moved,owner_changed,account_replied."""
    topic: str = ""
    """What it is about, by a name of `bailiwick topics list`."""
    series: Path | None = None
    """A JSON file of fields as `campaign show --json` has them."""


AS_IT_IS: Final = Typed()


def series_changed(base: "Series", typed: Typed) -> "Series":
    """Return a series with what was typed.

    Raises UnableToReadOption, UnableToReadSeries.
    """
    from bailiwick.domain.campaign.series_text import series_with
    from bailiwick.domain.campaign.window_text import window_of

    changes: dict[str, Canonical] = {} if typed.series is None else _of_file(typed.series)
    if typed.gaps:
        changes["touches"] = [{"gap_days": days} for days in _numbers(typed.gaps)]
    if typed.window:
        blocks = window_of(typed.window).blocks
        changes["window"] = {
            "name": typed.window, "blocks": [[b.weekday, b.start, b.end] for b in blocks]
        }  # fmt: skip
    if typed.stops:
        changes["stops"] = [one.strip() for one in typed.stops.split(",") if one.strip()]
    if typed.topic:
        changes["topic"] = typed.topic
    return series_with(base, changes)


def _numbers(text: str) -> list[int]:
    parts = [part.strip() for part in text.split(",")]
    if all(part.isascii() and part.isdecimal() and len(part) <= DIGITS_MAX for part in parts):
        return [int(part) for part in parts]
    message = f"--gaps takes numbers of days with commas between, such as 0,3,5, not {text!r}"
    raise UnableToReadOption(message)


def _of_file(path: Path) -> "dict[str, Canonical]":
    """Return the fields of a series in a file. Raises UnableToReadOption."""
    import json

    try:
        found: Canonical = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        message = f"--series {path} cannot be read: {error}"
        raise UnableToReadOption(message) from error
    fields = found.get("series", found) if isinstance(found, Mapping) else None
    if not isinstance(fields, Mapping):
        message = f"--series {path} holds no object with the fields of a series"
        raise UnableToReadOption(message)
    return dict(fields)  # each is checked where it is read
