"""What `init` was told is corrected on the command line, by an admin and on record."""

from tests.cli.house import MAILBOX, House

from bailiwick.cli.exits import Exit


class TestTheWorkspace:
    def test_is_shown_and_corrected(self, house: House) -> None:
        """Only what is given changes; drafts and `doctor` know it from then on."""
        where = "2 Mill Road, York"
        done = house.run("workspace", "set", "--postal-address", where, "--json")
        assert done.code == Exit.OK, done.err
        shown = house.run("workspace", "show", "--json").json()
        assert (shown["postal_address"], shown["company"]) == (where, "Ours")
        assert where in house.run("workspace", "show").out
        assert "workspace" in house.run("audit", "export").out

    def test_takes_nothing_that_cannot_be(self, house: House) -> None:
        """An unknown zone, an empty company, and nothing at all are named."""
        for words in (("--timezone", "Mars/Base"), ("--company", " "), ()):
            assert house.run("workspace", "set", *words).code == Exit.INPUT, words

    def test_is_not_a_reps_to_correct(self, house: House) -> None:
        """It stands under every advertisement."""
        house.run("people", "add", "rep@ours.example", "--role", "rep", "--as", MAILBOX)
        ran = house.run("workspace", "set", "--company", "Mine", "--as", "rep@ours.example")
        assert ran.code == Exit.INPUT, ran.out
        assert "takes an admin" in ran.err


class TestACampaign:
    def test_does_not_start_without_a_postal_address(self, house: House) -> None:
        """It says what to do, and does when that was done."""
        house.contact()
        house.run("workspace", "set", "--postal-address", "")
        house.run("filter", "save", "all", "--where", "created_at known")
        house.run("campaign", "new", "Spring")
        house.run("campaign", "enrol", "Spring", "--filter", "all")
        ran = house.run("campaign", "start", "Spring")
        assert (ran.code, "workspace set --postal-address" in ran.err) == (Exit.INPUT, True)
        house.run("workspace", "set", "--postal-address", "2 Mill Road, York")
        assert house.run("campaign", "start", "Spring").code == Exit.OK
