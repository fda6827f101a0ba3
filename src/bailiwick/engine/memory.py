"""Memory: what clients of the API keep, find and forget, apart from customers' rows.

Nothing in it carries authority: no rule reads it and no step acts on it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from bailiwick.domain.fault import InputFault
from bailiwick.domain.memo import (
    KEY_LENGTH_MAX,
    LABEL_LENGTH_MAX,
    LABELS_COUNT_MAX,
    SEPARATOR,
    Memo,
)
from bailiwick.kit.json_value import Json, json_text
from bailiwick.ports.clock import Clock
from bailiwick.ports.memos import MEMOS_COUNT_MAX
from bailiwick.ports.unit import Units

VALUE_CHARACTERS_MAX: Final = 262_144  # ours: as for the request of a run
KEEP_MINUTES_MAX: Final = 60 * 24 * 366  # ours: a year; what stays longer has no end
ANY_LABEL: Final = "*"


class UnableToKeep(InputFault):
    """What was to be kept or found cannot be; says what, which and how to fix."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceQuery:
    """Which paths a caller wants to see; `*` stands for any one label."""

    prefix: tuple[str, ...] = ()
    suffix: tuple[str, ...] = ()
    depth_max: int | None = None
    limit: int = 100
    offset: int = 0


class Memory:
    """Keeps memos in one workspace."""

    def __init__(self, *, units: Units, clock: Clock) -> None:
        self._units = units
        self._clock = clock

    def put(
        self,
        namespace: Sequence[str],
        key: str,
        value: Mapping[str, Json],
        *,
        keep_minutes: int | None = None,
    ) -> None:
        """Keep a value, in the place of the one before. Raises UnableToKeep."""
        _require_place(namespace, key)
        _require_value(value)
        if keep_minutes is not None and not 1 <= keep_minutes <= KEEP_MINUTES_MAX:
            message = f"ttl is 1 to {KEEP_MINUTES_MAX} minutes, not {keep_minutes}"
            raise UnableToKeep(message)
        at = self._clock.now()
        memo = Memo(
            namespace=tuple(namespace),
            key=key,
            value=value,
            created_at=at,
            updated_at=at,
            keep_minutes=keep_minutes,
            expires_at=at + timedelta(minutes=keep_minutes) if keep_minutes else None,
        )
        with self._units.write(records=False) as unit:
            unit.memos.purge(at=at)
            if unit.memos.put(memo) and unit.memos.count() > MEMOS_COUNT_MAX:
                message = f"the store is full: it holds {MEMOS_COUNT_MAX} items; delete some"
                raise UnableToKeep(message)
            unit.commit()

    def get(self, namespace: Sequence[str], key: str, *, renew: bool = False) -> Memo | None:
        """Return what is kept; with `renew` its time begins anew."""
        at = self._clock.now()
        with self._units.read() as unit:
            found = unit.memos.get(namespace, key, at=at)
        if found is None or not renew or found.keep_minutes is None:
            return found
        until = at + timedelta(minutes=found.keep_minutes)
        with self._units.write(records=False) as unit:
            # Its time only: what somebody has put there since the look stays.
            unit.memos.renew(namespace, key, expires_at=until, at=at)
            unit.commit()
        return replace(found, expires_at=until)

    def delete(self, namespace: Sequence[str], key: str) -> bool:
        """Forget a memo; False when there is none."""
        with self._units.write(records=False) as unit:
            found = unit.memos.delete(namespace, key)
            unit.commit()
        return found

    def search(
        self,
        prefix: Sequence[str],
        *,
        like: Mapping[str, Json],
        words: str = "",
        limit: int = 10,
        offset: int = 0,
    ) -> Sequence[Memo]:
        """Return memos below a path whose values fit, by path and key. Raises UnableToKeep.

        `like` names keys of the value and what they must be, plainly or as `{"$gt": 3}`; `words`
        must all occur in the value's text.
        """
        with self._units.read() as unit:
            found = unit.memos.below(prefix, at=self._clock.now())
        wanted = words.casefold().split()
        fitting = [memo for memo in found if _fits(memo.value, like) and _holds(memo, wanted)]
        return fitting[offset : offset + limit]

    def namespaces(self, query: NamespaceQuery) -> Sequence[tuple[str, ...]]:
        """Return the paths that hold memos."""
        with self._units.read() as unit:
            found = unit.memos.namespaces(at=self._clock.now())
        matching = [
            path[: query.depth_max]
            for path in found
            if _begins(path, query.prefix) and _begins(path[::-1], query.suffix[::-1])
        ]
        distinct = list(dict.fromkeys(matching))
        return distinct[query.offset : query.offset + query.limit]


def _require_place(namespace: Sequence[str], key: str) -> None:
    if not 1 <= len(namespace) <= LABELS_COUNT_MAX:
        message = f"a namespace has 1 to {LABELS_COUNT_MAX} labels, not {len(namespace)}"
        raise UnableToKeep(message)
    for label in namespace:
        if not label or len(label) > LABEL_LENGTH_MAX or SEPARATOR in label:
            message = (
                f"a label has 1 to {LABEL_LENGTH_MAX} characters and no period, not {label[:40]!r}"
            )
            raise UnableToKeep(message)
    if not 1 <= len(key) <= KEY_LENGTH_MAX:
        message = f"a key has 1 to {KEY_LENGTH_MAX} characters, not {len(key)}"
        raise UnableToKeep(message)


def _require_value(value: Mapping[str, Json]) -> None:
    try:
        size = len(json_text(value))
    except (ValueError, RecursionError) as error:
        message = f"the value is not JSON that can be kept: {type(error).__name__}"
        raise UnableToKeep(message) from error
    if size > VALUE_CHARACTERS_MAX:
        message = f"the value is {size} characters of JSON; at most {VALUE_CHARACTERS_MAX} are kept"
        raise UnableToKeep(message)


def _fits(value: Mapping[str, Json], like: Mapping[str, Json]) -> bool:
    return all(_compares(value.get(name), wanted) for name, wanted in like.items())


def _compares(value: Json, wanted: Json) -> bool:
    if not isinstance(wanted, Mapping) or not any(name.startswith("$") for name in wanted):
        return value == wanted
    return all(_compared(value, name, other) for name, other in wanted.items())


def _compared(value: Json, name: str, other: Json) -> bool:
    if name == "$eq":
        return value == other
    if name == "$ne":
        return value != other
    if name not in {"$gt", "$gte", "$lt", "$lte"}:
        message = f"a filter knows $eq, $ne, $gt, $gte, $lt and $lte, not {name[:20]!r}"
        raise UnableToKeep(message)
    if not isinstance(value, (int, float)) or not isinstance(other, (int, float)):
        return False
    above, level = value > other, value == other
    if name.endswith("e") and level:
        return True
    return above if name.startswith("$gt") else not above and not level


def _holds(memo: Memo, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = " ".join(_texts(memo.value)).casefold()
    return all(word in text for word in words)


def _texts(value: Json) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, Sequence):
        return [text for inner in value for text in _texts(inner)]
    return [] if value is None else [str(value)]


def _begins(path: Sequence[str], wanted: Sequence[str]) -> bool:
    if len(path) < len(wanted):
        return False
    return all(w in {ANY_LABEL, label} for label, w in zip(path, wanted, strict=False))
