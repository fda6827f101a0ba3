"""What people said about being written to is taken down and shown on the command line."""

from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit

GRANT = ("--source", "web form", "--evidence", "entry 17", "--ground", "consent")


class TestConsent:
    def test_is_taken_down_and_holds(self, house: House) -> None:
        """What was said last holds; what was said before stays on the list."""
        contact_id = house.contact()
        added = house.run("consent", "add", ADA, "granted", *GRANT, "--json")
        assert added.code == Exit.OK, added.err
        assert added.json()["contact_id"] == contact_id
        denied = house.run("consent", "add", ADA, "denied", "--source", "phone call")
        assert denied.code == Exit.OK, denied.err
        (holds,) = house.run("consent", "show", ADA, "--json").items()
        assert (holds["state"], holds["lawful_basis"]) == ("denied", "")
        listed = house.run("consent", "list", "--contact", ADA, "--json").items()
        assert [one["state"] for one in listed] == ["granted", "denied"]
        assert "web form" in house.run("consent", "list").out

    def test_of_a_time_without_a_zone_is_utc(self, house: House) -> None:
        """A bare instant means the same wherever the command runs."""
        house.contact()
        since = ("--since", "2026-01-02T09:00:00")
        added = house.run("consent", "add", ADA, "granted", *GRANT, *since, "--json")
        assert added.json()["valid_from"] == "2026-01-02T09:00:00+00:00"

    def test_that_proves_nothing_is_refused(self, house: House) -> None:
        """The message says what is missing."""
        house.contact()
        ran = house.run("consent", "add", ADA, "granted", "--source", "web form")
        assert (ran.code, "legal ground" in ran.err) == (Exit.INPUT, True)
        assert "Nothing was said" in house.run("consent", "show", ADA).out
