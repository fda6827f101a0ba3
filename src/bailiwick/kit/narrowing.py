"""Containers of anything: what `isinstance` finds, with members that the type checker knows of."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Tell whether a value is a mapping."""
    return isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[object]]:
    """Tell whether a value is a list or the like; text and bytes are not."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray))


def is_set(value: object) -> TypeGuard[AbstractSet[object]]:
    """Tell whether a value is a set."""
    return isinstance(value, AbstractSet)
