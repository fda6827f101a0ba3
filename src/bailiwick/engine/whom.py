"""Finds whom a person or a caller means: by id, or by one of their addresses."""

from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import ContactId
from bailiwick.domain.mail_address import normalised
from bailiwick.ports.unit import Unit


class UnableToFindContact(InputFault):
    """Nobody in the workspace has this id or address."""


def found_contact(unit: Unit, words: str) -> ContactId:
    """Return the contact with this id or address. Raises UnableToFindContact."""
    if words.startswith("con_") and unit.crm.contact(ContactId(words)) is not None:
        return ContactId(words)
    address = normalised(words)
    owner = unit.guards.address_owner(address) if address is not None else None
    if owner is None:
        message = (
            f"nobody here has the id or address {words!r}; "
            "give the address that their mail comes from, or import them first"
        )
        raise UnableToFindContact(message)
    return owner
