"""A memo: one thing that a client of the API keeps by a path of labels and a key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bailiwick.kit.json_value import Json

LABELS_COUNT_MAX: Final = 10  # ours: deeper than anybody files things
LABEL_LENGTH_MAX: Final = 100  # ours: a label is a word or an id
KEY_LENGTH_MAX: Final = 300  # ours: a key may be an address or a URL
SEPARATOR: Final = "."  # api-compat 4: no label holds one, so labels join and part again


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What is kept."""

    namespace: tuple[str, ...]
    key: str
    value: Mapping[str, Json]
    created_at: datetime
    updated_at: datetime
    keep_minutes: int | None = None
    """How long it stays after it was last written, or read with a renewal; None is for good."""
    expires_at: datetime | None = None
