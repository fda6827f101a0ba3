"""Conditions as people write them: what is read, what is refused and how it is said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.filter.filter import (
    ALONE,
    CONDITIONS_COUNT_MAX,
    DAYS,
    DAYS_MAX,
    OPERATORS,
    SEVERAL,
    VALUES_COUNT_MAX,
    Condition,
    Field,
    Filter,
    FilterId,
    Given,
    Operator,
    Sort,
)
from bailiwick.domain.filter.filter_text import (
    UnableToReadCondition,
    condition_args,
    condition_of,
    condition_text,
    conditions_from,
)
from bailiwick.domain.ids import PersonId

NOW = datetime(2026, 11, 20, tzinfo=UTC)


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    """Draw any condition that can be asked."""
    field = draw(st.sampled_from(Field))
    operator = draw(st.sampled_from(sorted(OPERATORS[field.sort])))
    if operator in ALONE:
        return Condition(field=field, operator=operator)
    values: st.SearchStrategy[Given] = st.text(
        st.characters(codec="ascii", exclude_characters=",", exclude_categories=("Cc", "Zs")),
        min_size=1,
    )
    if operator in DAYS:
        values = st.integers(0, DAYS_MAX)
    elif field.sort is Sort.NUMBER:
        values = st.integers(0, 10**12)
    elif field.sort is Sort.INSTANT:
        values = st.datetimes(min_value=datetime(2000, 1, 1)).map(  # noqa: DTZ001 - made aware
            lambda one: one.replace(tzinfo=UTC)
        )
    most = 3 if operator in SEVERAL else 1
    given_values = draw(st.lists(values, min_size=1, max_size=most))
    return Condition(field=field, operator=operator, values=tuple(given_values))


class TestAnyCondition:
    @given(conditions())
    def test_is_read_back_from_its_text_and_from_its_stored_form(self, one: Condition) -> None:
        """What is written and what is stored mean the same as before."""
        assert condition_of(condition_text(one)) == one
        assert conditions_from([condition_args(one)]) == (one,)


class TestWhatIsNone:
    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("", "cannot be asked"),
            ("shoe_size is 43", "cannot be asked; fields are account.city"),
            ("country like DE", "operators at_least"),
            ("country at_least 3", "takes begins, contains, is, is_not, known, unknown"),
            ("country is", "takes 1 to 200 values, not 0"),
            ("country known DE", "takes 0 values, not 1"),
            ("sent_count at_least 1, 2", "takes 1 value, not 2"),
            ("sent_count at_least many", "takes a whole number, not 'many'"),
            ("sent_count at_least -1", "takes a whole number, not '-1'"),
            ("created_at before yesterday", "a date such as 2026-09-01"),
            ("created_at within_days 99999", "out of range"),
            (f"title is {'x' * 201}", "1 to 200 characters"),
        ],
    )
    def test_is_refused_with_what_would_fit(self, text: str, said: str) -> None:
        """The message names the field and what it takes."""
        with pytest.raises(UnableToReadCondition, match=said):
            condition_of(text)

    @pytest.mark.parametrize(
        ("args", "said"),
        [
            ({"field": "country"}, "conditions are a list"),
            (["country is DE"], "an object with field, operator, values"),
            ([{"field": "country", "operator": "is", "value": "DE"}], "an object with"),
            ([{"field": "country", "operator": "is", "values": "DE"}], "are a list"),
            ([{"field": "country", "operator": "is", "values": [True]}], "text or a whole number"),
            ([{"field": "country", "operator": "is", "values": [7]}], "takes text, not 7"),
        ],
    )
    def test_is_refused_as_json_too(self, args: object, said: str) -> None:
        """The shape is said before the meaning."""
        with pytest.raises(UnableToReadCondition, match=said):
            conditions_from(args)  # pyright: ignore[reportArgumentType] - what callers send

    def test_has_bounds(self) -> None:
        """Neither a condition nor a filter grows without end, and none is empty."""
        many = ", ".join(["DE"] * (VALUES_COUNT_MAX + 1))
        with pytest.raises(UnableToReadCondition, match="not 201"):
            condition_of(f"country is {many}")
        one = Condition(field=Field.COUNTRY, operator=Operator.KNOWN)
        for count in (0, CONDITIONS_COUNT_MAX + 1):
            with pytest.raises(ValueError, match="1 to 20"):
                Filter(
                    filter_id=FilterId("flt_1"),
                    name="all",
                    conditions=(one,) * count,
                    made_by=PersonId("per_1"),
                    created_at=NOW,
                )

    def test_knows_no_instant_without_a_zone(self) -> None:
        """A bare date is midnight in UTC, as the text says; a value of ours names its zone."""
        assert condition_of("created_at since 2026-09-01").values == (
            datetime(2026, 9, 1, tzinfo=UTC),
        )
        with pytest.raises(ValueError, match="needs a time zone"):
            Condition(
                field=Field.CREATED,
                operator=Operator.SINCE,
                values=(datetime(2026, 9, 1),),  # noqa: DTZ001 - the case under test
            )
