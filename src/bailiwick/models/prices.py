"""What tokens cost, by dated rows in `prices.json`; a price is never a constant in code.

Money is integer picodollars: US dollars per million tokens x 10^6 = picodollars per token. What is
not known is taken at its dearest: an unknown model, a year without holidays, a call across an edge.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from typing import Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.model_call import Usage
from bailiwick.domain.provenance import PERMILLE

_SATURDAY: Final = 5  # datetime.weekday()
_log: Final = logging.getLogger(__name__)


class Window(BaseModel):
    """Hours of the day in UTC, the first included, the last not."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    from_hour: int = Field(ge=0, le=23)
    to_hour: int = Field(ge=1, le=24)


class Calendar(BaseModel):
    """When an endpoint charges its peak price: in these windows on weekdays that are no holiday."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    windows: tuple[Window, ...]
    holidays: Mapping[int, frozenset[date]]
    """By year; a missing year has none, so its weekdays are all peak days."""

    def peak(self, at: datetime) -> bool:
        """Tell whether the peak price holds at this instant."""
        day = at.astimezone(UTC)
        if day.weekday() >= _SATURDAY or day.date() in self.holidays.get(day.year, frozenset()):
            return False
        return any(w.from_hour <= day.hour < w.to_hour for w in self.windows)


class PriceRow(BaseModel):
    """The price of one model from one instant on."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    model: str
    also: tuple[str, ...] = ()
    """Other names that the endpoint serves by the same model."""
    valid_from: AwareDatetime
    hit_picodollars: int = Field(ge=0)
    miss_picodollars: int = Field(ge=0)
    output_picodollars: int = Field(ge=0)
    peak_permille: int = Field(default=PERMILLE, ge=PERMILLE)
    peaks: str = ""
    """Name of the calendar, or empty for one price all day."""
    source: str
    read_on: date


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: tuple[PriceRow, ...] = Field(min_length=1)
    calendars: Mapping[str, Calendar] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A price that was worked out."""

    picodollars: int
    known: bool
    """False: no row names the model, so the dearest row was taken."""


class Prices:
    """The price table."""

    def __init__(self, rows: Iterable[PriceRow], calendars: Mapping[str, Calendar]) -> None:
        self._rows = tuple(rows)
        self._calendars = dict(calendars)
        self._warned: set[str] = set()
        missing = sorted({r.peaks for r in self._rows if r.peaks} - self._calendars.keys())
        if missing or not self._rows:
            message = f"price table is empty or names calendars it does not have: {missing}"
            raise SettingsFault(message)

    def with_row(self, row: PriceRow) -> "Prices":
        """Return a table in which a row of the settings stands first."""
        return Prices((row, *self._rows), self._calendars)

    def cost(self, model: str, usage: Usage, *, began: datetime, ended: datetime) -> Cost:
        """Work out one attempt; a call across an edge takes the dearer price."""
        row = self._row(model, began)
        if row is not None:
            return Cost(picodollars=self._price(row, usage, began, ended), known=True)
        self._warn(model)
        dearest = max(self._price(r, usage, began, ended) for r in self._rows)
        return Cost(picodollars=dearest, known=False)

    def ceiling(self, model: str, *, prompt_tokens: int, tokens_max: int, at: datetime) -> int:
        """Return the most that an attempt can cost: nothing cached, all output used, peak price."""
        row = self._row(model, at)
        usage = Usage(prompt_tokens=prompt_tokens, completion_tokens=tokens_max)
        rows = (row,) if row is not None else self._rows
        return max(_raw(r, usage) * r.peak_permille // PERMILLE for r in rows)

    def read_on(self, model: str) -> date | None:
        """Return the day on which a model's newest price was read; None when no row names it."""
        days = [r.read_on for r in self._rows if model == r.model or model in r.also]
        return max(days, default=None)

    def _row(self, model: str, at: datetime) -> PriceRow | None:
        named = [
            r for r in self._rows if (model == r.model or model in r.also) and r.valid_from <= at
        ]
        # `max` keeps the first of equals, so a row of the settings wins over one of the file.
        return max(named, key=_valid_from, default=None)

    def _price(self, row: PriceRow, usage: Usage, began: datetime, ended: datetime) -> int:
        calendar = self._calendars.get(row.peaks)
        peak = calendar is not None and (calendar.peak(began) or calendar.peak(ended))
        return _raw(row, usage) * (row.peak_permille if peak else PERMILLE) // PERMILLE

    def _warn(self, model: str) -> None:
        if model not in self._warned:
            self._warned.add(model)
            _log.warning("no price row names model %r: its calls count at the dearest row", model)


def published_prices() -> Prices:
    """Return the table of `prices.json`. Raises SettingsFault when the file cannot be used."""
    content = files("bailiwick").joinpath("models", "prices.json").read_bytes()
    return read_prices(content)


def read_prices(content: bytes) -> Prices:
    """Read a price table. Raises SettingsFault."""
    try:
        table = _File.model_validate_json(content)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = f"price table cannot be used at {place or 'its start'}: {first['msg']}"
        raise SettingsFault(message) from error
    return Prices(table.rows, table.calendars)


def _raw(row: PriceRow, usage: Usage) -> int:
    missed = usage.prompt_tokens - usage.cached_tokens
    return (
        usage.cached_tokens * row.hit_picodollars
        + missed * row.miss_picodollars
        + usage.completion_tokens * row.output_picodollars
    )


def _valid_from(row: PriceRow) -> datetime:
    return row.valid_from
