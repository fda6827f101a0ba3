"""Who is asking on the command line, where nobody says so."""

from tests.cli.house import House

from bailiwick.cli.exits import Exit


class TestWhoAsks:
    def test_is_the_only_person_beside_agents(self, house: House) -> None:
        """A principal for a program does not make everybody say who they are."""
        assert house.run("people", "add-agent", "robot").code == Exit.OK
        made = house.run("keys", "add", "reader", "--scope", "read")
        assert made.code == Exit.OK, made.err

    def test_is_said_when_there_are_two(self, house: House) -> None:
        """With a second person nobody is guessed; the message names both."""
        added = house.run("people", "add", "rep@ours.example", "--role", "rep")
        assert added.code == Exit.OK, added.err
        refused = house.run("keys", "add", "reader", "--scope", "read")
        assert refused.code == Exit.INPUT
        assert "--as EMAIL" in refused.err
        assert "rep@ours.example" in refused.err
