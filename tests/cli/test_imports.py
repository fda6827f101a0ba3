"""What an import says of columns that it does not read."""

from tests.cli.house import House

from bailiwick.cli.exits import Exit

GERMAN = (
    "Kundennummer;Vorname;Nachname;E-Mail;Newsletter abgemeldet;Wettbewerber\n"
    "K-1;Änne;Grün;aenne@gruen.example;nein;Blau\n"
    "K-2;Jürgen;Weiß;juergen@weiss.example;ja;Rot\n"
)


class TestUnreadOptOuts:
    def test_stop_the_import_until_somebody_says_what_they_mean(self, house: House) -> None:
        """A column that sounds like an opt-out is a question, and nothing is imported meanwhile."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        ran = house.run("import", "csv", "kunden.csv", "--json")
        assert ran.code == Exit.INPUT
        assert "--map unsubscribed='Newsletter abgemeldet'" in ran.err
        assert "--leave 'Newsletter abgemeldet'" in ran.err
        assert "Wettbewerber" not in ran.err
        assert house.run("plan", "aenne@gruen.example").code == Exit.INPUT

    def test_are_shown_by_a_dry_run(self, house: House) -> None:
        """A dry run goes through and names the column, so that it can be settled."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        ran = house.run("import", "csv", "kunden.csv", "--dry-run", "--json")
        assert ran.code == Exit.OK, ran.err
        assert "Newsletter abgemeldet" in ran.out

    def test_are_obeyed_once_mapped(self, house: House) -> None:
        """With the mapping whoever opted out is left alone, and nobody else is."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        mapped = ("--map", "unsubscribed=Newsletter abgemeldet")
        ran = house.run("import", "csv", "kunden.csv", "--json", *mapped)
        assert ran.code == Exit.OK, ran.err
        stopped = house.run("plan", "juergen@weiss.example", "--json")
        going = house.run("plan", "aenne@gruen.example", "--json")
        assert ("outreach" in stopped.out, "outreach" in going.out) == (False, True)

    def test_pass_when_somebody_says_they_mean_nothing(self, house: House) -> None:
        """A column that only sounds like an opt-out can be left aside by name."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        ran = house.run("import", "csv", "kunden.csv", "--leave", "Newsletter abgemeldet")
        assert ran.code == Exit.OK, ran.err
        assert house.run("plan", "juergen@weiss.example", "--json").code != Exit.INPUT
