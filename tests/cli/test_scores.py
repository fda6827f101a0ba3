"""Scores are learned, asked about and told on the command line."""

import csv
import json
from pathlib import Path

import pytest
from tests.cli.house import House
from tests.models.scores_world import permuted, sheet

from bailiwick.cli.exits import Exit
from bailiwick.domain.score.sheet import Sheet


def written(folder: Path, given: Sheet, *, late: bool = False) -> str:
    """Write a sheet as a CSV file and return where."""
    path = folder / "leads.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow([*(one.name for one in given.columns), *(["call_duration"] * late), "won"])
        for at, good in enumerate(given.labels):
            cells = [str(one.values[at]) for one in given.columns]
            talked = [str(300 + at % 50 if good else at % 60)] * late
            out.writerow([*cells, *talked, "yes" if good else "no"])
    return str(path)


class TestTrain:
    def test_learns_from_a_file_and_keeps_the_model(self, empty_house: House) -> None:
        """No workspace is needed; figures are told, and the kept model scores rows with reasons."""
        leads = written(empty_house.folder, sheet())
        train = ("score", "train", "--csv", leads, "--label", "won", "--out", "m.json")
        ran = empty_house.run(*train, "--before", "visits", "--before", "size")
        assert ran.code == Exit.OK, ran.err
        assert "bailiwick score apply m.json" in ran.out
        told = empty_house.run("score", "apply", "m.json", "--csv", leads, "--size", "3", "--json")
        answer: dict[str, list[dict[str, object]]] = json.loads(told.out)
        assert len(answer["shown"]) == 3
        first = answer["shown"][0]
        assert first["percentile"] == 100.0
        assert first["chance"] == pytest.approx(0.95, abs=0.05)
        assert "visits" in str(first["reasons"])

    def test_says_when_there_is_nothing_to_learn(self, empty_house: House) -> None:
        """No lift is told with the base rate, and no model is kept."""
        leads = written(empty_house.folder, permuted(sheet(), seed=2))
        ran = empty_house.run("score", "train", "--csv", leads, "--label", "won", "--out", "m.json")
        assert ran.code == Exit.OK
        assert "No lift" in ran.out
        assert not (empty_house.folder / "m.json").exists()

    def test_says_when_there_are_too_few(self, empty_house: House) -> None:
        """Below two hundred outcomes there is no model, and the reason is told."""
        leads = written(empty_house.folder, sheet(60))
        ran = empty_house.run("score", "train", "--csv", leads, "--label", "won")
        assert "No model: 60 rows" in ran.out

    def test_waits_for_answers(self, empty_house: House) -> None:
        """A column that may be a leak is asked about; the answer decides, and is told."""
        leads = written(empty_house.folder, sheet(signal=0.4), late=True)
        asked = empty_house.run("score", "audit", "--csv", leads, "--label", "won")
        assert asked.code == Exit.HELD
        assert "Is 'call_duration' known at the moment of scoring?" in asked.out
        train = ("score", "train", "--csv", leads, "--label", "won")
        ran = empty_house.run(*train)
        assert ran.code == Exit.INPUT
        assert "call_duration" in ran.err
        answered = empty_house.run(*train, "--after", "call_duration")
        assert answered.code == Exit.OK
        assert "call_duration" in answered.out

    @pytest.mark.parametrize(
        ("more", "told"),
        [
            (("--label", "lost"), "there is no column 'lost'"),
            (("--label", "size"), "--positive"),
            (("--label", "won", "--after", "nothing"), "no column of the file"),
            (("--label", "won", "--after", "size", "--before", "size"), "answered twice"),
        ],
    )
    def test_says_what_it_cannot_use(
        self, empty_house: House, more: tuple[str, ...], told: str
    ) -> None:
        """A wrong name is told with the way to mend it."""
        leads = written(empty_house.folder, sheet(60))
        ran = empty_house.run("score", "train", "--csv", leads, *more)
        assert ran.code == Exit.INPUT
        assert told in ran.err


class TestApply:
    def test_refuses_what_is_no_model(self, empty_house: House) -> None:
        """A file of another kind is told, as is one that is not there."""
        leads = written(empty_house.folder, sheet(60))
        ran = empty_house.run("score", "apply", leads, "--csv", leads)
        assert ran.code == Exit.DAMAGED
        assert "no model of ours" in ran.err
        assert empty_house.run("score", "apply", "none", "--csv", leads).code == Exit.INPUT


class TestLeads:
    def test_are_listed_as_a_rank_and_no_probability(self, house: House) -> None:
        """Who is known stands there with reasons, for people and as JSON."""
        contact_id = house.contact()
        house.receive()
        (line,) = house.run("score", "list", "--json").items()
        assert (line["contact_id"], line["mode"]) == (contact_id, "prior")
        told = house.run("score", "list").out
        assert "not a probability" in told
        assert "reply" in told

    def test_are_shown_one_by_one(self, house: House) -> None:
        """By id or address, with what nobody knows."""
        house.contact()
        house.receive()
        ran = house.run("score", "show", "ada@northwind.example")
        assert "a rank and no probability" in ran.out
        assert "Not known: authority, company_size." in ran.out
        assert house.run("score", "show", "eve@x.example").code == Exit.INPUT
