"""What published endpoints want beyond the protocol, as data: `habits.json`, matched by address.

It fills in only what the settings leave open, so that a base URL, a key and two model names are
enough. A vendor is a row there, never a branch in code.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, ValidationError

from bailiwick.domain.fault import SettingsFault
from bailiwick.kit.hashing import Canonical
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.prices import Prices

STALE_AFTER: Final = timedelta(days=60)  # models, "Not known": older readings deserve a look


class Habit(BaseModel):
    """One row."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    hosts: tuple[str, ...]
    path_holds: str = ""
    headers: Mapping[str, str]
    thinking_on: Mapping[str, Mapping[str, str]]
    thinking_off: Mapping[str, Mapping[str, str]]
    tenant_field: str
    retired: Mapping[str, date]
    """Model names that are served no more, and since when."""
    source: str
    read_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """One thing about an endpoint to look at before it is asked."""

    found: str
    fix: str
    fails: bool = False
    """Every call fails until it is mended."""


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    rows: tuple[Habit, ...]


def published_habits() -> Sequence[Habit]:
    """Return the rows of `habits.json`. Raises SettingsFault when the file cannot be used."""
    return read_habits(files("bailiwick").joinpath("models", "habits.json").read_bytes())


def read_habits(content: bytes) -> Sequence[Habit]:
    """Read rows. Raises SettingsFault."""
    try:
        return _File.model_validate_json(content).rows
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        message = f"endpoint habits cannot be used at {place or 'their start'}: {first['msg']}"
        raise SettingsFault(message) from error


def with_habits(settings: EndpointSettings, habits: Sequence[Habit]) -> EndpointSettings:
    """Fill in what the settings leave open; what they say stands."""
    for habit in _matching(settings, habits):
        own = {name.lower() for name in settings.headers}
        added = {name: value for name, value in habit.headers.items() if name.lower() not in own}
        settings = replace(
            settings,
            headers={**settings.headers, **added},
            thinking_on=settings.thinking_on or _canonical(habit.thinking_on),
            thinking_off=settings.thinking_off or _canonical(habit.thinking_off),
            tenant_field=settings.tenant_field or habit.tenant_field,
        )
    return settings


def doubts(
    settings: EndpointSettings, habits: Sequence[Habit], prices: Prices, *, today: date
) -> Iterator[Doubt]:
    """Yield what `doctor` should tell about an endpoint's models."""
    for model in sorted({settings.quick, settings.deep}):
        for habit in _matching(settings, habits):
            if model in habit.retired and habit.retired[model] <= today:
                yield Doubt(
                    found=f"model {model!r} is served no more since {habit.retired[model]}",
                    fix="name a model that is served today",
                    fails=True,
                )
        read_on = prices.read_on(model)
        if read_on is None:
            yield Doubt(
                found=f"no price row names model {model!r}; its calls count at the dearest row",
                fix="nothing breaks; budgets run out sooner than they would",
            )
        elif today - read_on > STALE_AFTER:
            yield Doubt(
                found=f"the price of model {model!r} was read on {read_on}",
                fix="compare models/prices.json with the vendor's page, or update bailiwick",
            )


def _matching(settings: EndpointSettings, habits: Sequence[Habit]) -> Sequence[Habit]:
    parts = urlsplit(settings.base_url)
    return [h for h in habits if parts.hostname in h.hosts and h.path_holds in parts.path]


def _canonical(fragment: Mapping[str, Mapping[str, str]]) -> Mapping[str, Canonical]:
    return {key: dict(inner) for key, inner in fragment.items()}
