"""A series as stored text and back, with an error that names the field."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bailiwick.domain.campaign.enrolment import End
from bailiwick.domain.campaign.pace import Limit, Over
from bailiwick.domain.campaign.series import Gaps, Series, Touch
from bailiwick.domain.campaign.window import Block, Window
from bailiwick.domain.fault import InputFault
from bailiwick.kit.hashing import Canonical

_FIELDS: Final = frozenset({"version", "touches", "window", "limits", "stops", "tail_seconds"})
_MORE: Final[dict[str, Canonical]] = {"topic": "", "gaps": Gaps.LEARNED.value}
"""What may be left out, as older ones do, with what it then is."""


class UnableToReadSeries(InputFault):
    """What is given as a series is none; says which field and what fits."""


def series_args(series: Series) -> dict[str, Canonical]:
    """Return the canonical form of a series."""
    return {
        "version": series.version,
        "touches": [{"gap_days": t.gap_days, "angle": t.angle} for t in series.touches],
        "window": {
            "name": series.window.name,
            "blocks": [[b.weekday, b.start, b.end] for b in series.window.blocks],
        },
        "limits": [
            {"over": one.over.value, "count": one.count, "seconds": int(one.within.total_seconds())}
            for one in series.limits
        ],
        "stops": sorted(end.value for end in series.stops),
        "tail_seconds": int(series.tail.total_seconds()),
        "topic": series.topic,
        "gaps": series.gaps.value,
    }


def series_with(series: Series, changes: Mapping[str, Canonical]) -> Series:
    """Return a series with other fields, named as they are stored. Raises UnableToReadSeries."""
    return series_from({**series_args(series), **changes, "version": series.version})


def series_from(args: Canonical) -> Series:
    """Read a series back. Raises UnableToReadSeries."""
    fields = {**_MORE, **_object(args, "a series")}
    odd = ", ".join(sorted(fields.keys() ^ _FIELDS ^ _MORE.keys()))
    if odd:
        message = (
            f"a series has the fields {', '.join(sorted(_FIELDS | _MORE.keys()))}; look at {odd}"
        )
        raise UnableToReadSeries(message)
    try:
        return Series(
            version=_number(fields["version"], "version"),
            touches=tuple(_touch(one) for one in _items(fields["touches"], "touches")),
            window=_window(_object(fields["window"], "window")),
            limits=tuple(_limit(one) for one in _items(fields["limits"], "limits")),
            stops=frozenset(End(_text(one, "stops")) for one in _items(fields["stops"], "stops")),
            tail=timedelta(seconds=_number(fields["tail_seconds"], "tail_seconds")),
            topic=_text(fields["topic"], "topic"),
            gaps=Gaps(_text(fields["gaps"], "gaps")),
        )
    except (ValueError, OverflowError) as error:
        raise UnableToReadSeries(str(error)) from error


def _touch(value: Canonical) -> Touch:
    fields = _object(value, "a touch")
    return Touch(
        gap_days=_number(fields.get("gap_days"), "gap_days"),
        angle=_text(fields.get("angle", ""), "angle"),
    )


def _window(fields: Mapping[str, Canonical]) -> Window:
    blocks: list[Block] = []
    for one in _items(fields.get("blocks"), "blocks"):
        match _items(one, "a block"):
            case [weekday, start, end]:
                blocks.append(
                    Block(
                        weekday=_number(weekday, "weekday"),
                        start=_number(start, "start"),
                        end=_number(end, "end"),
                    )
                )
            case _:
                message = "a block is [weekday, first minute, last minute]"
                raise UnableToReadSeries(message)
    return Window(name=_text(fields.get("name"), "name"), blocks=tuple(blocks))


def _limit(value: Canonical) -> Limit:
    fields = _object(value, "a limit")
    return Limit(
        over=Over(_text(fields.get("over"), "over")),
        count=_number(fields.get("count"), "count"),
        within=timedelta(seconds=_number(fields.get("seconds"), "seconds")),
    )


def _object(value: Canonical, name: str) -> Mapping[str, Canonical]:
    if not isinstance(value, Mapping):
        message = f"{name} is an object with named fields"
        raise UnableToReadSeries(message)
    return value


def _items(value: Canonical, name: str) -> list[Canonical]:
    if not isinstance(value, list):
        message = f"{name} is a list"
        raise UnableToReadSeries(message)
    return value


def _number(value: Canonical, name: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        message = f"{name} is a whole number"
        raise UnableToReadSeries(message)
    return value


def _text(value: Canonical, name: str) -> str:
    if not isinstance(value, str):
        message = f"{name} is text"
        raise UnableToReadSeries(message)
    return value
