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


class TestLifting:
    def test_takes_a_reason_and_a_proof(self, house: House) -> None:
        """What is missing is named; with both, the person may be written to again."""
        contact_id = house.contact()
        house.run("suppression", "add", ADA)
        why = ("--reason", "she called")
        assert house.run("suppression", "lift", ADA, *why).code == Exit.INPUT
        proof = ("--evidence", "form entry 17")
        lifted = house.run("suppression", "lift", ADA, *why, *proof, "--json")
        assert lifted.code == Exit.OK, lifted.err
        assert lifted.json()["contact_id"] == contact_id
        assert house.run("suppression", "list", "--json").items() == []
        (holds,) = [
            one
            for one in house.run("consent", "show", ADA, "--json").items()
            if one["purpose"] == "marketing"
        ]
        assert (holds["state"], holds["evidence"]) == ("granted", "form entry 17")

    def test_names_what_no_wish_lifts(self, house: House) -> None:
        """And takes it by name."""
        house.contact()
        house.run("suppression", "add", ADA)
        app = house.opened()
        with app.units.write() as unit:
            unit.guards.mark_bounced(ADA)
            unit.commit()
        app.close()
        asked = ("suppression", "lift", ADA, "--reason", "she called", "--evidence", "17")
        refused = house.run(*asked)
        assert (refused.code, "bounced" in refused.err) == (Exit.INPUT, True)
        assert house.run(*asked, "--despite", "bounced").code == Exit.OK


class TestTopics:
    def test_are_offered_listed_and_removed(self, house: House) -> None:
        """And refused when the name is taken or none."""
        assert house.run("topics", "add", "news", "News & offers").code == Exit.OK
        assert house.run("topics", "add", "news", "Again").code == Exit.INPUT
        listed = house.run("topics", "list", "--json").items()
        assert listed == [{"name": "news", "title": "News & offers"}]
        assert house.run("topics", "remove", "news").code == Exit.OK
        assert house.run("topics", "remove", "news").code == Exit.INPUT
