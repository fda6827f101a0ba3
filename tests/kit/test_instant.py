"""Instants as whole numbers, both ways."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.kit.instant import instant, microseconds


class TestInstant:
    @given(st.datetimes(timezones=st.just(UTC)))
    def test_comes_back_as_it_was(self, at: datetime) -> None:
        """No microsecond is lost on the way there and back."""
        assert instant(microseconds(at)) == at

    def test_is_the_same_in_every_zone(self) -> None:
        """One instant is one number, wherever its clock hangs."""
        there = datetime(1970, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
        assert microseconds(there) == 0

    def test_refuses_a_time_without_a_zone(self) -> None:
        """A naive time is no instant."""
        with pytest.raises(AssertionError):
            microseconds(datetime(1970, 1, 1))  # noqa: DTZ001 - what must not pass
