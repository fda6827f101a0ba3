"""Adds people to a workspace, gives them role and reach, dismisses them; an admin does that."""

from dataclasses import dataclass, replace
from datetime import datetime

from bailiwick.domain.crm import Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PREFIX, PersonId
from bailiwick.domain.mail_address import normalised
from bailiwick.domain.reach import Reach
from bailiwick.domain.record import RecordKind
from bailiwick.engine.people.roles import require_role
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
        require_role(unit, by, Role.ADMIN, what="add people", fault=UnableToAddPerson)
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
        require_role(unit, by, Role.ADMIN, what="change roles", fault=UnableToRestaff)
        person = _found(unit, person_id)
        changed = replace(person, role=role or person.role, reach=reach or person.reach)
        if (person.role is Role.AGENT) is not (changed.role is Role.AGENT):
            message = "agents stay agents and people stay people; add a new principal instead"
            raise UnableToRestaff(message)
        if changed.role is not Role.ADMIN:
            _require_another_admin(unit, person)
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
        require_role(unit, by, Role.ADMIN, what="add agents", fault=UnableToAddPerson)
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


def dismiss(units: Units, person_id: PersonId, *, by: PersonId, clock: Clock) -> Person:
    """Take every way in from somebody, at once; what they did keeps their name.

    Sessions end, keys are revoked, the password is forgotten, teams are left, crons in their name
    are off, and a person sees as little as there is until an admin says otherwise. Raises
    UnableToRestaff.
    """
    with units.write() as unit:
        require_role(unit, by, Role.ADMIN, what="dismiss anybody", fault=UnableToRestaff)
        person = _found(unit, person_id)
        _require_another_admin(unit, person)
        at = clock.now()
        unit.identity.forget_password(person_id)
        unit.identity.end_sessions(person_id, at=at)
        unit.identity.revoke_keys(person_id, at=at)
        for team in unit.teams.list():
            unit.teams.leave(team.team_id, person_id)
        _switch_off_crons(unit, person_id, at=at)
        role = Role.AGENT if person.role is Role.AGENT else Role.VIEWER
        unit.teams.set_standing(person_id, role=role, reach=Reach.OWN)
        unit.records.append(
            RecordKind.STAFFED,
            subject=person_id,
            payload={"event": "dismissed", "by": by, "role": role.value, "reach": Reach.OWN.value},
            at=at,
        )
        unit.commit()
    return replace(person, role=role, reach=Reach.OWN)


def _switch_off_crons(unit: Unit, person_id: PersonId, *, at: datetime) -> None:
    for cron in unit.crons.all():
        if cron.made_by == person_id and cron.enabled:
            unit.crons.put(replace(cron, enabled=False, updated_at=at))
            if cron.schedule_id is not None:
                unit.schedules.pause(cron.schedule_id)


def _found(unit: Unit, person_id: PersonId) -> Person:
    person = unit.authority.person(person_id)
    if person is None:
        message = f"{person_id!r} is nobody in this workspace"
        raise UnableToRestaff(message)
    return person


def _require_another_admin(unit: Unit, person: Person) -> None:
    """Let somebody be an admin no more, unless nobody else is one."""
    admins = [p for p in unit.authority.people() if p.role is Role.ADMIN]
    if person in admins and len(admins) == 1:
        message = f"{person.email!r} is the last admin; make somebody else one first"
        raise UnableToRestaff(message)
