import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from bailiwick.api.reply import encoded
from bailiwick.kit.plain import UnableToShow


@dataclass(frozen=True)
class Row:
    at: datetime
    words: frozenset[str]
    value: object


class TestAReply:
    @pytest.mark.parametrize("value", ["fine", "\ud800", 2**70, {"a": ["\udfff", 2**64]}])
    def test_is_written_whatever_a_row_holds(self, value: object) -> None:
        """A lone surrogate or a huge number is written like anything else."""
        row = Row(datetime(2026, 11, 20, tzinfo=UTC), frozenset({"b", "a"}), value)
        read = json.loads(encoded({"row": row}))["row"]
        assert read == {"at": "2026-11-20T00:00:00+00:00", "words": ["a", "b"], "value": value}

    def test_refuses_what_is_no_json(self) -> None:
        """An object that nobody thought of is a bug, not an empty answer."""
        with pytest.raises(UnableToShow):
            encoded(object())
