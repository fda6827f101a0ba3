"""Questions in words are answered on the command line, or it is said what is not known."""

import sqlite3

from tests.cli.house import House

from bailiwick.cli.exits import Exit


class TestAsk:
    def test_answers_with_the_sql_that_was_run(self, house: House) -> None:
        """The figure, what was counted, and the statement are shown, as text and as JSON."""
        house.contact()
        told = house.run("ask", "How many contacts do we have?")
        assert told.code == Exit.OK
        for word in ("Contacts: 1.", "How many contacts there are", "SELECT COUNT(*)"):
            assert word in told.out
        answer = house.run("ask", "how many contacts", "--json").json()
        assert (answer["status"], answer["way"], answer["rows"]) == ("ok", "metric", [[1]])
        assert answer["unmapped"] == []

    def test_shows_the_statement_alone(self, house: House) -> None:
        """With --sql nothing but the statement is printed."""
        house.contact()
        assert house.run("ask", "how many contacts", "--sql").out.startswith("SELECT COUNT(*)")

    def test_says_what_it_does_not_know(self, house: House) -> None:
        """An unknown word is named with what is near to it; nothing is guessed."""
        house.contact()
        told = house.run("ask", "How many unicorns do we have?")
        assert told.code == Exit.OK
        assert "I do not know what is meant by 'unicorns'." in told.out
        assert "Near to it:" in told.out

    def test_refuses_an_empty_question(self, house: House) -> None:
        """Nothing to answer is an error that says so."""
        house.contact()
        ran = house.run("ask", "  ")
        assert ran.code == Exit.INPUT
        assert "a question has 1 to" in ran.err

    def test_says_which_database_is_not_there(self, house: House) -> None:
        """A file that is missing, or is no database, is named."""
        house.contact()
        ran = house.run("ask", "how many x", "--database", "missing.sqlite")
        assert (ran.code, "there is no file missing.sqlite" in ran.err) == (Exit.INPUT, True)
        (house.folder / "text.sqlite").write_text("this is no database" * 100)
        ran = house.run("ask", "how many x", "--database", "text.sqlite")
        assert (ran.code, "cannot be read as a SQLite database" in ran.err) == (Exit.INPUT, True)

    def test_keeps_what_was_asked_and_no_rows(self, house: House) -> None:
        """The question, its statement and counts are kept; what came out is not."""
        house.contact()
        house.run("ask", "who writes most?")
        connection = sqlite3.connect(house.opened().database.path or "")
        (kept,) = connection.execute("select question, status, way, rows_count from sql_runs")
        connection.close()
        assert kept == ("who writes most?", "empty", "metric", 0)
