"""Campaigns and filters on the command line, from a draft to the table of what became of whom."""

import csv
from pathlib import Path

import pytest
from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit

BOB = "bob@elsewhere.example"


@pytest.fixture
def filled(house: House) -> House:
    """A house with two contacts, a filter that selects both, and a draft of two touches."""
    house.contact()
    house.contact(BOB, first_name="Bob")
    for words in (
        ("filter", "save", "all", "--where", "created_at known"),
        ("campaign", "new", "Spring", "--gaps", "0,3", "--window", "mon-fri 09:00-17:00"),
    ):
        ran = house.run(*words)
        assert ran.code == Exit.OK, ran.err
    return house


class TestAFilter:
    def test_is_saved_listed_shown_and_removed(self, filled: House) -> None:
        """Its conditions come back as they were typed, with whom they select."""
        (one,) = filled.run("filter", "list", "--json").items()
        assert one["conditions"] == ["created_at known"]
        assert {found["first_name"] for found in filled.run(
            "filter", "show", "all", "--json"
        ).items()} == {"Ada", "Bob"}  # fmt: skip
        assert "created_at known" in filled.run("filter", "show", "all").out
        assert filled.run("filter", "remove", "all").code == Exit.OK
        assert "Nothing here" in filled.run("filter", "list").out

    def test_that_cannot_be_asked_says_what_can(self, house: House) -> None:
        """The message names fields and operators."""
        ran = house.run("filter", "save", "odd", "--where", "shoe_size is 43")
        assert ran.code == Exit.INPUT
        assert "fields are account.city" in ran.err


class TestACampaign:
    def test_is_foretold_filled_started_and_counted(self, filled: House) -> None:
        """Preview and enrolment agree; the funnel adds up to the recipients."""
        told = filled.run("campaign", "preview", "Spring", "--filter", "all", "--json").json()
        reception = told["reception"]
        assert isinstance(reception, dict)
        assert (reception["matched_count"], reception["enrolled_count"]) == (2, 2)
        assert told["mails_count_max"] == 4
        done = filled.run("campaign", "enrol", "Spring", "--filter", "all", "--json").json()
        assert done == {"new_count": 2, "left_out": {}}
        assert filled.run("campaign", "start", "Spring").code == Exit.OK
        found = filled.run("campaign", "funnel", "Spring", "--json").json()
        assert found["recipients_count"] == 2
        assert '"queued": 2' in filled.run("campaign", "funnel", "Spring", "--json").out
        assert "together" in filled.run("campaign", "funnel", "Spring").out
        (shown,) = filled.run("campaign", "list", "--status", "running", "--json").items()
        assert shown["name"] == "Spring"
        assert "mon 09:00-17:00" in filled.run("campaign", "show", "Spring").out

    def test_goes_as_fast_as_the_mailbox_is_set(self, filled: House) -> None:
        """The warm-up of `[mail]` is that of the campaign's clock; what cannot be is refused."""
        filled.run("campaign", "new", "Quick", "--gaps", "0,1", "--window", "mon-fri 09:00-17:00")
        asked = ("campaign", "preview", "Quick", "--filter", "all", "--json")
        settings = filled.folder / "bailiwick.toml"
        plain = settings.read_text()

        def last(line: str) -> str:
            settings.write_text(plain.replace("[mail]\n", f"[mail]\n{line}\n"))
            return str(filled.run(*asked).json()["last_on"])

        assert last("") < last("warm_up_days = 0\nmails_a_day = 1")
        settings.write_text(plain.replace("[mail]\n", "[mail]\nmails_a_day = 0\n"))
        ran = filled.run(*asked)
        assert (ran.code, "mails_a_day" in ran.err) == (Exit.SETTINGS, True)

    def test_is_changed_for_new_recipients_or_for_all(self, filled: House) -> None:
        """The default reaches nobody who is under way; what was not named stays."""
        filled.run("campaign", "enrol", "Spring", "--contact", ADA)
        first = filled.run("campaign", "change", "Spring", "--gaps", "0,5,9", "--json").json()
        assert (first["version"], first["recipients_count"]) == (2, 0)
        second = filled.run(
            "campaign", "change", "Spring", "--stops", "replied", "--in-flight", "--json"
        ).json()
        assert (second["version"], second["recipients_count"]) == (3, 1)
        shown = filled.run("campaign", "show", "Spring").out
        assert "0, 5, 9" in shown
        assert "replied" in shown
        assert "meeting" not in shown

    def test_takes_a_series_from_a_file(self, filled: House, tmp_path: Path) -> None:
        """What `show --json` prints makes the same campaign again; a broken file is named."""
        file = tmp_path / "series.json"
        file.write_text(filled.run("campaign", "show", "Spring", "--json").out, encoding="utf-8")
        made = filled.run("campaign", "new", "Summer", "--series", str(file))
        assert made.code == Exit.OK, made.err
        one, two = (
            filled.run("campaign", "show", name, "--json").json()["series"]
            for name in ("Spring", "Summer")
        )
        assert one == two
        file.write_text("[", encoding="utf-8")
        ran = filled.run("campaign", "new", "Autumn", "--series", str(file))
        assert (ran.code, "cannot be read" in ran.err) == (Exit.INPUT, True)

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (("new", "Odd", "--gaps", "soon"), "0,3,5"),
            (("new", "Odd", "--window", "always"), "mon-fri 08:00-18:00"),
            (("new", "Odd", "--window", "fri-mon 08:00-18:00"), "two parts"),
            (("new", "Odd", "--stops", "rain"), "rain"),
            (("enrol", "Spring"), "either --filter NAME or --contact"),
            (("preview", "Spring"), "either --filter NAME or --where"),
            (("pause", "Spring", "--until", "2027-01-01", "--reason", "x"), "--contact"),
            (("start", "Autumn"), "campaign list"),
            (("move", "Spring", ADA, "--at", "soon"), "2026-12-01T09:30"),
            (("recipient", "Spring", ADA), "no recipient"),
        ],
    )
    def test_says_what_is_wrong_and_what_fits(
        self, filled: House, words: tuple[str, ...], said: str
    ) -> None:
        """Bad input ends with the code of bad input and a message that helps."""
        ran = filled.run("campaign", *words)
        assert ran.code == Exit.INPUT
        assert said in ran.err

    def test_is_not_turned_without_a_mail_server(self, filled: House) -> None:
        """The message names the setting; nothing was begun."""
        filled.run("campaign", "enrol", "Spring", "--filter", "all")
        filled.run("campaign", "start", "Spring")
        ran = filled.run("campaign", "tick")
        assert (ran.code, "BAILIWICK_SMTP_URL" in ran.err) == (Exit.SETTINGS, True)
        rows = filled.run("campaign", "recipients", "Spring", "--json").items()
        assert {row["truth"] for row in rows} == {"queued"}


class TestARecipient:
    def test_is_paused_moved_skipped_and_stopped(self, filled: House) -> None:
        """Each act says how they stand; after the last nothing is left to do."""
        filled.run("campaign", "enrol", "Spring", "--contact", ADA)
        paused = filled.run(
            "campaign", "pause", "Spring", "--contact", ADA, "--reason", "a fair", "--json"
        ).json()["recipient"]
        assert isinstance(paused, dict)
        assert (paused["stage"], paused["reason"]) == ("paused", "a fair")
        for words in (
            ("resume", "Spring", "--contact", ADA),
            ("skip", "Spring", ADA),
            ("stop", "Spring", "--contact", ADA, "--reason", "they moved house"),
        ):
            ran = filled.run("campaign", *words)
            assert ran.code == Exit.OK, ran.err
        told = filled.run("campaign", "recipient", "Spring", ADA).out
        assert "stopped" in told
        assert "1 of 2" in told
        again = filled.run("campaign", "skip", "Spring", ADA)
        assert (again.code, "an end is final" in again.err) == (Exit.INPUT, True)

    def test_is_one_row_of_the_file(self, filled: House, tmp_path: Path) -> None:
        """The file has each recipient once, and is never written over."""
        filled.run("campaign", "enrol", "Spring", "--filter", "all")
        file = tmp_path / "table.csv"
        assert filled.run("campaign", "export", "Spring", str(file)).code == Exit.OK
        with file.open(encoding="utf-8", newline="") as text:
            rows = list(csv.DictReader(text))
        assert {row["address"]: row["truth"] for row in rows} == {ADA: "queued", BOB: "queued"}
        again = filled.run("campaign", "export", "Spring", str(file))
        assert (again.code, "already" in again.err) == (Exit.INPUT, True)
        assert len(filled.run("campaign", "recipients", "Spring", "--json").items()) == 2

    def test_whom_nothing_reached_is_listed_and_tried_again(self, filled: House) -> None:
        """Nobody is missing at first; trying again needs a reason."""
        filled.run("campaign", "enrol", "Spring", "--filter", "all")
        assert filled.run("campaign", "missing", "Spring").out.strip() == "Nobody."
        ran = filled.run("campaign", "missing", "Spring", "--send")
        assert (ran.code, "reason" in ran.err) == (Exit.INPUT, True)
        ran = filled.run("campaign", "missing", "Spring", "--send", "--reason", "again", "--json")
        assert ran.json() == {"recipients_count": 0}
