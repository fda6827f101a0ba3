"""Saves filters over contacts and accounts under names, each change on record."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.filter.filter import NAME_LENGTH_MAX, Condition, Filter, FilterId
from bailiwick.domain.filter.filter_text import condition_text
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units

FILTERS_COUNT_MAX: Final = 500  # ours: a list that people look through


class UnableToFilter(InputFault):
    """The filter cannot be changed like this; the message says why and what would work."""


class UnableToFindFilter(UnableToFilter):
    """There is no filter of this name or id."""


class UnableToChangeStaleFilter(UnableToFilter):
    """Somebody changed it after it was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """Changes the saved filters of one workspace."""

    units: Units
    clock: Clock
    ids: Ids

    def put(
        self, name: str, conditions: Sequence[Condition], *, by: PersonId, seen: int | None = None
    ) -> Filter:
        """Save conditions under a name, in the place of those of that name.

        Raises UnableToFilter, UnableToChangeStaleFilter.
        """
        shown = one_line(name)
        if not 1 <= len(shown) <= NAME_LENGTH_MAX:
            message = f"a filter has a name of 1 to {NAME_LENGTH_MAX} characters"
            raise UnableToFilter(message)
        with self.units.write() as unit:
            require_role(unit, by, Role.REP, what="save filters", fault=UnableToFilter)
            before = unit.filters.by_name(shown)
            made = self._made(shown, conditions, before, by=by)
            if before is None:
                if unit.filters.count() >= FILTERS_COUNT_MAX:
                    message = f"a workspace has at most {FILTERS_COUNT_MAX} filters; remove one"
                    raise UnableToFilter(message)
                unit.filters.add(made)
            else:
                _require_seen(before, seen)
                unit.filters.save(made)
                made = replace(made, row_version=before.row_version + 1)
            self._record(unit, made, "saved", by=by)
            unit.commit()
        return made

    def remove(self, which: str, *, by: PersonId, seen: int | None = None) -> Filter:
        """Forget a filter; who was enrolled by it stays. Raises as `put`."""
        with self.units.write() as unit:
            require_role(unit, by, Role.REP, what="remove filters", fault=UnableToFilter)
            found = found_filter(unit, which)
            _require_seen(found, seen)
            unit.filters.remove(found)
            self._record(unit, found, "removed", by=by)
            unit.commit()
        return found

    def _made(
        self, name: str, conditions: Sequence[Condition], before: Filter | None, *, by: PersonId
    ) -> Filter:
        try:
            if before is not None:
                return replace(before, conditions=tuple(conditions), made_by=by)
            return Filter(
                filter_id=FilterId(self.ids.new(PREFIX["filter"])),
                name=name,
                conditions=tuple(conditions),
                made_by=by,
                created_at=self.clock.now(),
            )
        except ValueError as error:
            raise UnableToFilter(str(error)) from error

    def _record(self, unit: Unit, found: Filter, event: str, *, by: PersonId) -> None:
        unit.records.append(
            RecordKind.FILTER,
            subject=found.filter_id,
            payload={
                "event": event,
                "by": by,
                "name": found.name,
                "conditions": [condition_text(one) for one in found.conditions],
            },
            at=self.clock.now(),
        )


def found_filter(unit: Unit, which: str) -> Filter:
    """Return the filter of this id or name. Raises UnableToFindFilter."""
    found = unit.filters.get(FilterId(which)) or unit.filters.by_name(one_line(which))
    if found is None:
        message = f"there is no filter {which!r}; `bailiwick filter list` shows them"
        raise UnableToFindFilter(message)
    return found


def _require_seen(found: Filter, seen: int | None) -> None:
    if seen is not None and seen != found.row_version:
        message = (
            f"{found.name!r} was changed meanwhile (row version {found.row_version}, not {seen}); "
            "look at it again"
        )
        raise UnableToChangeStaleFilter(message)
