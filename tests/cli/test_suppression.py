"""Lists of who is left alone on the command line, and the topics that can be left."""

from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit
from bailiwick.domain.mail_address import address_hash


class TestSuppression:
    def test_goes_out_and_comes_in(self, house: House) -> None:
        """A list that was given out is known when it is read back."""
        house.contact()
        added = house.run("suppression", "add", ADA, "--json")
        assert (added.code, added.json()["new_count"]) == (Exit.OK, 1)
        path = house.folder / "left.csv"
        given = house.run("suppression", "export", "--out", str(path))
        assert (given.code, "1 rows" in given.out) == (Exit.OK, True)
        assert house.run("suppression", "export").out == path.read_bytes().decode()
        again = house.run("suppression", "import", str(path), "--json")
        assert (again.json()["new_count"], again.json()["known_count"]) == (0, 1)
        (one,) = house.run("suppression", "list", "--json").items()
        assert one["address_hash"] == address_hash(ADA)

    def test_names_the_lines_that_name_nobody(self, house: House) -> None:
        """The others are taken; the exit code says that something is wrong."""
        path = house.folder / "list.csv"
        path.write_text("address,topic\nx@else.example,news\nnobody,news\n")
        ran = house.run("suppression", "import", str(path))
        assert (ran.code, "line 3" in ran.out) == (Exit.INPUT, True)
        assert len(house.run("suppression", "list", "--topic", "news", "--json").items()) == 1

    def test_of_no_file_says_so(self, house: House) -> None:
        """A wrong path is told by its name."""
        ran = house.run("suppression", "import", "nowhere.csv")
        assert (ran.code, "nowhere.csv" in ran.err) == (Exit.INPUT, True)


class TestTopics:
    def test_are_offered_listed_and_removed(self, house: House) -> None:
        """And refused when the name is taken or none."""
        assert house.run("topics", "add", "news", "News & offers").code == Exit.OK
        assert house.run("topics", "add", "news", "Again").code == Exit.INPUT
        listed = house.run("topics", "list", "--json").items()
        assert listed == [{"name": "news", "title": "News & offers"}]
        assert house.run("topics", "remove", "news").code == Exit.OK
        assert house.run("topics", "remove", "news").code == Exit.INPUT
