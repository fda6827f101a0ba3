"""What an import says of columns that it does not read."""

from tests.cli.house import House

from bailiwick.cli.exits import Exit

GERMAN = (
    "Kundennummer;Vorname;Nachname;E-Mail;Newsletter abgemeldet;Wettbewerber\n"
    "K-1;Änne;Grün;aenne@gruen.example;nein;Blau\n"
    "K-2;Jürgen;Weiß;juergen@weiss.example;ja;Rot\n"
)


class TestUnreadOptOuts:
    def test_a_column_that_sounds_like_an_opt_out_is_told_with_its_repair(
        self, house: House
    ) -> None:
        """Whoever reads the report learns that opt-outs may have been left behind."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        ran = house.run("import", "csv", "kunden.csv", "--json")
        assert ran.code == Exit.OK, ran.err
        files = ran.json()["files"]
        assert isinstance(files, list)
        (doubt,) = files[0]["doubts"]  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
        assert "--map unsubscribed='Newsletter abgemeldet'" in doubt
        assert "Wettbewerber" not in doubt
        assert "Newsletter abgemeldet" in house.run("import", "csv", "kunden.csv").out

    def test_the_repair_repairs_what_was_imported_before(self, house: House) -> None:
        """Importing again with the mapping updates who unsubscribed, and warns no more."""
        (house.folder / "kunden.csv").write_bytes(GERMAN.encode("cp1252"))
        house.run("import", "csv", "kunden.csv")
        ran = house.run(
            *("import", "csv", "kunden.csv", "--json"),
            *("--map", "unsubscribed=Newsletter abgemeldet"),
        )
        assert ran.code == Exit.OK, ran.err
        files = ran.json()["files"]
        assert isinstance(files, list)
        assert files[0]["doubts"] == []
        stopped = house.run("plan", "juergen@weiss.example", "--json")
        going = house.run("plan", "aenne@gruen.example", "--json")
        assert ("outreach" in stopped.out, "outreach" in going.out) == (False, True)
