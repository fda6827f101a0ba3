"""Whether somebody holds a role, asked of the stored person in the transaction that it is for."""

from bailiwick.domain.crm import INCLUDES, Person, Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.ports.unit import Unit


def includes(person: Person | None, role: Role) -> bool:
    """Tell whether a person's role is this one or includes it; nobody holds none."""
    return person is not None and role.value in INCLUDES[person.role]


def holds(unit: Unit, person_id: PersonId, role: Role) -> bool:
    """Tell whether somebody of the workspace holds a role or one that includes it."""
    return includes(unit.authority.person(person_id), role)


def require_role(
    unit: Unit, person_id: PersonId, role: Role, *, what: str, fault: type[InputFault]
) -> Person:
    """Return who asks for something that takes a role. Raises the given fault."""
    person = unit.authority.person(person_id)
    if person is None or not includes(person, role):
        article = "an" if role.value[0] in "aeiou" else "a"
        message = f"{person_id!r} may not {what}; it takes {article} {role.value}"
        raise fault(message)
    return person
