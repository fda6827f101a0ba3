"""Who is owed a word is seen on the command line."""

from tests.cli.house import ADA, House

from bailiwick.cli.exits import Exit


class TestFollowups:
    def test_name_who_what_and_since_when(self, house: House) -> None:
        """A mail that came in is an answer that is owed, as text and as JSON."""
        contact_id = house.contact()
        house.receive()
        (line,) = house.run("followups", "--json").items()
        assert (line["contact_id"], line["wanted"], line["capability"]) == (
            contact_id,
            "answer",
            "reply",
        )
        told = house.run("followups").out
        for word in (f"Ada Byron <{ADA}>", "answer", "Delivery times", "bailiwick plan CONTACT"):
            assert word in told

    def test_say_how_near_to_a_purchase_and_by_which_words(self, house: House) -> None:
        """The score of what they wrote is shown with their own words for it."""
        house.contact()
        house.receive(text="Please send the contract, it is urgent.\n")
        (line,) = house.run("followups", "--json").items()
        warmth = line["warmth"]
        assert isinstance(warmth, dict)
        assert warmth["words"] == ["send the contract", "urgent"]
        told = house.run("followups").out
        assert 'by "send the contract", "urgent"' in told
        assert "warmth 0." in told

    def test_are_none_in_an_empty_house(self, house: House) -> None:
        """Nobody waits where nobody wrote."""
        assert "Nobody waits for us" in house.run("followups").out
        assert house.run("followups", "--json").items() == []

    def test_can_be_of_one_kind_and_come_in_pages(self, house: House) -> None:
        """Only what is asked for is shown; a page ends with the way to the next."""
        for number, name in enumerate(("ada", "bob")):
            address = f"{name}@{name}.example"
            house.contact(address, first_name=name.title())
            house.receive(sender=address, number=number)
        assert house.run("followups", "--wanted", "plan", "--json").items() == []
        first = house.run("followups", "--size", "1", "--json").json()
        cursor = str(first["next_cursor"])
        second = house.run("followups", "--size", "1", "--cursor", cursor, "--json").json()
        assert second["next_cursor"] is None
        assert {str(one["items"]) for one in (first, second)} == {
            str([item]) for item in house.run("followups", "--json").items()
        }

    def test_know_their_own_pages_only(self, house: House) -> None:
        """A cursor of another list is told."""
        ran = house.run("followups", "--cursor", "thread:thr_none")
        assert ran.code == Exit.INPUT
        assert "leave it out" in ran.err
