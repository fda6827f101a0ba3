import pytest

from bailiwick.domain.campaign.series import DEFAULT, Series, Touch
from bailiwick.domain.drafting.place import Angle, Place


def turns(of: int) -> list[Angle]:
    return [Place(number=number, of=of).turn for number in range(1, of + 1)]


def test_a_series_opens_varies_and_says_goodbye() -> None:
    """Six touches, the published number, are about six things and the last says so."""
    assert turns(6) == list(Angle)
    assert turns(len(DEFAULT.touches)) == turns(6)


@pytest.mark.parametrize("of", range(2, 9))
def test_only_the_last_of_several_is_the_last(of: int) -> None:
    """Whatever its length, a series begins once and ends once."""
    found = turns(of)
    assert found[0] is Angle.INTRODUCTION
    assert found[-1] is Angle.LAST
    assert Angle.LAST not in found[:-1]


def test_a_single_mail_announces_no_end() -> None:
    """One mail alone is an introduction."""
    assert turns(1) == [Angle.INTRODUCTION]


def test_an_angle_may_be_chosen_but_not_for_the_goodbye() -> None:
    """A chosen angle is taken, except that the last mail still says that it is the last."""
    assert Place(number=2, of=6, angle="timing").turn is Angle.TIMING
    assert Place(number=6, of=6, angle="timing").turn is Angle.LAST


def test_each_mail_is_shorter_than_the_one_before() -> None:
    """Follow-ups have 120, 100, and then 80 words."""
    assert [Place(number=n, of=6).words_max for n in range(1, 7)] == [100, 120, 100, 80, 80, 80]


@pytest.mark.parametrize(("number", "of"), [(0, 6), (7, 6), (1, 0)])
def test_a_place_outside_its_series_is_refused(number: int, of: int) -> None:
    """There is no touch 7 of 6."""
    with pytest.raises(ValueError, match=f"touch {number} of {of}"):
        Place(number=number, of=of)


def test_an_unknown_angle_is_refused_with_those_there_are() -> None:
    """The error names the closed list, where a series is read and where a mail is drafted."""
    with pytest.raises(ValueError, match="introduction, reminder"):
        Place(number=1, of=6, angle="hard sell")
    with pytest.raises(ValueError, match="introduction, reminder"):
        Touch(gap_days=3, angle="hard sell")


def test_a_series_says_goodbye_once() -> None:
    """No touch before the last may say that it is the last; the last may."""
    last, plain = Touch(gap_days=3, angle="last"), Touch(gap_days=3)
    with pytest.raises(ValueError, match="before the last"):
        Series(version=1, touches=(plain, last, plain))
    assert Series(version=1, touches=(plain, last)).touches[-1].angle == Angle.LAST
