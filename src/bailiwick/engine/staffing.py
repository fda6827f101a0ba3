"""Adds people to a workspace and gives them role, reach and team; an administrator does that."""

from dataclasses import dataclass, replace

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.reach import Reach
from bailiwick.domain.record import RecordKind
from bailiwick.engine.gather import INCLUDES
from bailiwick.kit.text import one_line
from bailiwick.ports.clock import Clock
from bailiwick.ports.ids import Ids
from bailiwick.ports.unit import Unit, Units


class UnableToAddPerson(InputFault):
    """The person cannot be added; the message says why and what would work."""


class UnableToRestaff(InputFault):
    """The role or reach cannot be given; the message says why."""


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
        if not is_admin(unit, by):
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


def restaff(
    units: Units,
    person_id: PersonId,
    *,
    role: Role | None,
    reach: Reach | None,
    by: PersonId,
    clock: Clock,
) -> Person:
    """Give a person another role or reach, and record who did. Raises UnableToRestaff."""
    with units.write() as unit:
        person = unit.authority.person(person_id)
        if not is_admin(unit, by) or person is None:
            message = f"{by!r} may not change {person_id!r}; it takes an admin, and somebody here"
            raise UnableToRestaff(message)
        changed = replace(person, role=role or person.role, reach=reach or person.reach)
        if (person.role is Role.AGENT) is not (changed.role is Role.AGENT):
            message = "agents stay agents and people stay people; add a new principal instead"
            raise UnableToRestaff(message)
        admins = [p for p in unit.authority.people() if p.role is Role.ADMIN]
        if person in admins and len(admins) == 1 and changed.role is not Role.ADMIN:
            message = f"{person.email!r} is the last admin; make somebody else one first"
            raise UnableToRestaff(message)
        unit.teams.set_standing(person_id, role=changed.role, reach=changed.reach)
        unit.records.append(
            RecordKind.STAFFED,
            subject=person_id,
            payload={"by": by, "role": changed.role.value, "reach": changed.reach.value},
            at=clock.now(),
        )
        unit.commit()
    return changed


def add_agent(units: Units, ids: Ids, name: str, *, by: PersonId, clock: Clock) -> Person:
    """Store an agent: a principal of its own, for a program's keys. Raises UnableToAddPerson."""
    shown = one_line(name)
    word = "-".join("".join(c if c.isalnum() else " " for c in shown.lower()).split())
    email = normalised(f"{word}@agent.invalid")  # RFC 2606: no mail can reach it
    if email is None:
        message = f"an agent's name has letters or digits, at most 64; {name!r} does not do"
        raise UnableToAddPerson(message)
    with units.write() as unit:
        if not is_admin(unit, by):
            message = f"{by!r} may not add agents; it takes an admin"
            raise UnableToAddPerson(message)
        if unit.authority.person_by_email(email) is not None:
            message = f"an agent {name!r} is there already"
            raise UnableToAddPerson(message)
        agent = Person(
            person_id=PersonId(ids.new(PREFIX["person"])), name=shown, email=email, role=Role.AGENT
        )
        unit.authority.add_person(agent)
        unit.records.append(
            RecordKind.STAFFED,
            subject=agent.person_id,
            payload={"by": by, "role": agent.role.value},
            at=clock.now(),
        )
        unit.commit()
    return agent


def is_admin(unit: Unit, person_id: PersonId) -> bool:
    """Tell whether somebody may staff."""
    person = unit.authority.person(person_id)
    return person is not None and Role.ADMIN.value in INCLUDES[person.role]
