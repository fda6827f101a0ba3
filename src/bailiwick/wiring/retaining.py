"""Retention from its parts: how long each kind is kept, by settings over defaults."""

import re
from typing import TYPE_CHECKING, Final

from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.record import RecordKind
from bailiwick.store.care.retention import KINDS, Retention

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bailiwick.ports.care import Progress, Pruned
    from bailiwick.wiring.application import Application


_DAYS: Final = re.compile(r"[0-9]{1,5}")  # ours: centuries; more is before the first year


class UnableToKeepSo(SettingsFault):
    """[care] keep_days names an unknown kind or no number of days."""


def plan_retention(application: "Application") -> "Sequence[Pruned]":
    """Count what a run would remove. Raises SettingsFault."""
    return _retention(application).plan()


def run_retention(application: "Application", progress: "Progress") -> "Sequence[Pruned]":
    """Remove what its time is over for, and record how much. Raises SettingsFault."""
    pruned = _retention(application).run(progress)
    counts = {p.kind: p.count for p in pruned if p.count}
    if counts:
        with application.units.write() as unit:
            at = application.clock.now()
            unit.records.append(RecordKind.PRUNED, subject="retention", payload=counts, at=at)
            unit.commit()
    return pruned


def _retention(application: "Application") -> Retention:
    return Retention(
        application.database,
        application.workspace.workspace_id,
        ids=application.ids,
        clock=application.clock,
        days=_days(application.settings.care.keep_days),
    )


def _days(wanted: "Mapping[str, str]") -> dict[str, int]:
    for kind, days in wanted.items():
        if kind not in KINDS or not _DAYS.fullmatch(days):
            known = ", ".join(sorted(KINDS))
            message = (
                f"[care] keep_days: {kind} = {days!r}; kinds are {known}, days whole numbers of at"
                " most 5 digits"
            )
            raise UnableToKeepSo(message)
    return {kind: int(days) for kind, days in wanted.items()}
