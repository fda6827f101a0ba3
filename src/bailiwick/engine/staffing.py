"""Adds people to a workspace: an administrator names them and the one role that each has."""

from dataclasses import dataclass

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.record import RecordKind
from bailiwick.engine.gather import INCLUDES
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Units


class UnableToAddPerson(InputFault):
    """The person cannot be added; the message says why and what would work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """Somebody who is to work here."""

    email: str
    name: str
    role: Role


def add_person(units: Units, ids: Ids, newcomer: Newcomer, *, by: PersonId, clock: Clock) -> Person:
    """Store a person and record who gave them which role. Raises UnableToAddPerson."""
    email = normalised(newcomer.email)
    if email is None:
        message = f"{newcomer.email!r} is not one mail address, such as ada@example.com"
        raise UnableToAddPerson(message)
    if newcomer.role is Role.AGENT:
        message = "agent is the role of capabilities; people are viewer, rep, approver, …"
        raise UnableToAddPerson(message)
    with units.write() as unit:
        asking = unit.authority.person(by)
        if asking is None or Role.ADMIN.value not in INCLUDES[asking.role]:
            message = f"{by!r} may not add people; it takes an admin"
            raise UnableToAddPerson(message)
        if unit.authority.person_by_email(email) is not None:
            message = f"{email!r} is a person of this workspace already"
            raise UnableToAddPerson(message)
        person = Person(
            person_id=PersonId(ids.new(PREFIX["person"])),
            name=one_line(newcomer.name) or email.partition("@")[0],
            email=email,
            role=newcomer.role,
        )
        unit.authority.add_person(person)
        unit.records.append(
            RecordKind.STAFFED,
            subject=person.person_id,
            payload={"by": by, "role": person.role.value},
            at=clock.now(),
        )
        unit.commit()
    return person
