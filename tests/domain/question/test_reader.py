from datetime import date

import pytest
from tests.fakes.asked_rows import ASKED_AT, small_crm

from bailiwick.domain.question.gate import admit
from bailiwick.domain.question.glossary import spelled_out, terms_told
from bailiwick.domain.question.reader import NotRead, Read, read
from bailiwick.domain.question.rows import Cell, Rows

TODAY = date(2026, 11, 20)
COPY = small_crm()


def rows(question: str) -> list[tuple[Cell, ...]]:
    found = read(question, COPY.schema, COPY.values(), today=TODAY)
    assert isinstance(found, Read), found
    admitted = admit(found.sql, COPY.schema, now=ASKED_AT)
    given = COPY.run(admitted)  # pyright: ignore[reportArgumentType] - checked by what follows
    assert isinstance(given, Rows), given
    return list(given.rows)


def unread(question: str) -> NotRead:
    found = read(question, COPY.schema, COPY.values(), today=TODAY)
    assert isinstance(found, NotRead), found
    return found


class TestWhatIsRead:
    @pytest.mark.parametrize(
        ("question", "expected"),
        [
            ("How many companies are in Germany?", [(2,)]),
            ("How many companies in Germany or the UK?", [(3,)]),
            ("List the names of companies in Pharma", [("Umbrella",)]),
            ("What is the average employees per country?", [("DE", 120), ("GB", 900)]),
            ("What is the total amount of opportunities per stage?",
             [("Closed", "EUR", 3900), ("Closed", "GBP", 2000), ("Discovery", None, None),
              ("Discovery", "EUR", 500.5), ("Proposal", "EUR", 1000), ("Proposal", "GBP", 700)]),
            ("Return the distinct list of company names that have messages",
             [("Acme",), ("Umbrella",)]),
            ("List the names of companies that have no contacts", [("Drop Table Tennis",)]),
            ("How many opportunities per month?",
             [("2026-08", 1), ("2026-09", 1), ("2026-10", 1), ("2026-11", 1), ("2026-12", 1),
              ("2027-03", 1)]),
            (("What are the top 1 companies by number of contacts? Return the company name and "
             "number of contacts."), [("Acme", 2)]),
            ("How many messages in May 2026?", [(1,)]),
        ],
    )  # fmt: skip
    def test_gives_the_rows_that_are_meant(
        self, question: str, expected: list[tuple[Cell, ...]]
    ) -> None:
        """Counts, groups, joins, periods, tops and absences are read from the words."""
        assert sorted(rows(question), key=repr) == sorted(expected, key=repr)


class TestWhatIsNot:
    @pytest.mark.parametrize(
        ("question", "words"),
        [
            ("How many unicorns are in Germany?", ("unicorns",)),
            ("How many companies will there be?", ("will",)),
            ("List the shoe of each contact", ("shoe",)),
        ],
    )
    def test_names_words_that_nothing_accounts_for(
        self, question: str, words: tuple[str, ...]
    ) -> None:
        """One unknown word ends it, and is told."""
        assert unread(question).words == words

    @pytest.mark.parametrize(
        ("question", "reason"),
        [
            ("List the name", "which name is meant"),
            ("How many companies in 2024 and in 2025?", "which time is meant"),
            ("How many companies or contacts?", "what the alternatives are"),
            ("What is the total employees of companies with messages?",
             "employees would be counted more than once"),
            ("What is the average stage of opportunities?", "what the sum of stage is"),
            ("How many contacts have no email?", "what is not"),
            ("top companies by number of contacts", "how many"),
        ],
    )  # fmt: skip
    def test_says_what_is_unclear(self, question: str, reason: str) -> None:
        """What could mean two things means neither."""
        assert unread(question).reason == reason


class TestTerms:
    def test_are_found_in_what_people_write(self) -> None:
        """A definition is a name, an equals sign and a meaning."""
        told = terms_told("- TSC = Total Sales Count.\n- ADV (Average Daily Volume) = AVG(dp_vol)")
        assert told == {"TSC": "Total Sales Count", "ADV (Average Daily Volume)": "AVG(dp_vol)"}

    def test_are_put_in_words(self) -> None:
        """A term gives way to its words or its figure; a formula is left alone and so unknown."""
        terms = {"TSC": "Total Sales Count", "ADV": "AVG(dp_vol)", "SPM": "(a - b) / a * 100"}
        assert spelled_out("What is the TSC?", terms) == "What is the Total Sales Count?"
        assert spelled_out("What is the ADV?", terms) == "What is the average dp vol?"
        assert spelled_out("What is the SPM?", terms) == "What is the SPM?"
