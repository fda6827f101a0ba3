"""Saved filters as stored."""

from typing import Final

from sqlalchemy import Integer, RowMapping, bindparam, delete, func, select, update

from bailiwick.domain.fault import IntegrityFault
from bailiwick.domain.filter.filter import Filter, FilterId
from bailiwick.domain.filter.filter_text import (
    UnableToReadCondition,
    condition_args,
    conditions_from,
)
from bailiwick.domain.ids import PersonId
from bailiwick.kit.paging import PAGE_SIZE_MAX, Page, page_of
from bailiwick.store.scope import Scope, key, own
from bailiwick.store.tables.filters import CONTACT_FILTERS

_ONE: Final = select(CONTACT_FILTERS).where(own(CONTACT_FILTERS), CONTACT_FILTERS.c.id == key())
_BY_NAME: Final = select(CONTACT_FILTERS).where(
    own(CONTACT_FILTERS), CONTACT_FILTERS.c.name == key()
)
_LIST: Final = (
    select(CONTACT_FILTERS)
    .where(own(CONTACT_FILTERS), CONTACT_FILTERS.c.id > key())
    .order_by(CONTACT_FILTERS.c.id)
    .limit(bindparam("size", type_=Integer))
)
_COUNT: Final = select(func.count()).select_from(CONTACT_FILTERS).where(own(CONTACT_FILTERS))


class SqlFilters:
    """Filters of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def add(self, found: Filter) -> bool:
        """Store a filter; False when the name is taken."""
        return self._scope.insert_new(
            CONTACT_FILTERS,
            {
                "id": found.filter_id,
                "created_at": found.created_at,
                "name": found.name,
                "conditions": list(map(condition_args, found.conditions)),
                "made_by": found.made_by,
            },
            unique=("name",),
        )

    def get(self, filter_id: FilterId) -> Filter | None:
        """Return a filter. Raises IntegrityFault when it cannot be read back."""
        row = self._scope.row(_ONE, key=filter_id)
        return None if row is None else _filter(row)

    def by_name(self, name: str) -> Filter | None:
        """Return the filter of this name. Raises IntegrityFault when it cannot be read back."""
        row = self._scope.row(_BY_NAME, key=name)
        return None if row is None else _filter(row)

    def list(self, *, cursor: str | None, size: int) -> Page[Filter]:
        """Return filters, oldest first. Raises IntegrityFault when one cannot be read back."""
        size = min(size, PAGE_SIZE_MAX)
        found = [_filter(row) for row in self._scope.rows(_LIST, key=cursor or "", size=size + 1)]
        return page_of(found, size=size, key=lambda one: one.filter_id)

    def count(self) -> int:
        """Count the filters."""
        return self._scope.count(_COUNT)

    def save(self, found: Filter) -> bool:
        """Change conditions if the row version is still that; False when it is not."""
        changed = self._scope.change(
            update(CONTACT_FILTERS)
            .where(
                own(CONTACT_FILTERS),
                CONTACT_FILTERS.c.id == found.filter_id,
                CONTACT_FILTERS.c.row_version == found.row_version,
            )
            .values(
                conditions=list(map(condition_args, found.conditions)),
                made_by=found.made_by,
                row_version=CONTACT_FILTERS.c.row_version + 1,
            )
        )
        return changed == 1

    def remove(self, found: Filter) -> bool:
        """Forget a filter if the row version is still that; False when it is not."""
        gone = self._scope.change(
            delete(CONTACT_FILTERS).where(
                own(CONTACT_FILTERS),
                CONTACT_FILTERS.c.id == found.filter_id,
                CONTACT_FILTERS.c.row_version == found.row_version,
            )
        )
        return gone == 1


def _filter(row: RowMapping) -> Filter:
    try:
        conditions = conditions_from(row["conditions"])
    except UnableToReadCondition as fault:
        message = f"the filter {row['id']} cannot be read back: {fault}"
        raise IntegrityFault(message) from fault
    return Filter(
        filter_id=FilterId(row["id"]),
        name=row["name"],
        conditions=conditions,
        made_by=PersonId(row["made_by"]),
        created_at=row["created_at"],
        row_version=row["row_version"],
    )
