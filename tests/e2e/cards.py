"""Cards of the approvals inbox, by the command line."""

from tests.cli.house import House

from bailiwick.cli.exits import Exit


def payload_hash(house: House, card: str) -> str:
    """Return the hash that a card shows."""
    return str(house.run("approvals", "show", card, "--json").json()["payload_hash"])


def approved(house: House) -> str:
    """Approve the one card and return its id."""
    card = house.card()
    shown = payload_hash(house, card)
    assert house.run("approvals", "approve", card, "--hash", shown).code == Exit.OK
    return card
