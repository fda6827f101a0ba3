"""One workspace with an admin who has a password, a rep and an agent."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tests.store.stores import Store

from bailiwick.domain.credential import SessionId
from bailiwick.domain.crm import Person, Role
from bailiwick.domain.ids import PersonId
from bailiwick.domain.token import session_token
from bailiwick.engine.people.admission import StoredDoor
from bailiwick.engine.people.keys import Keys
from bailiwick.engine.people.login import Attempt, LoggedIn, Logins
from bailiwick.engine.people.password import Passwords
from bailiwick.engine.people.patience import Patience
from bailiwick.kit.envelope import KEY_BYTES, Envelope

PASSWORD: Final = "correct horse battery staple"


@dataclass(frozen=True, slots=True)
class Entered:
    """What tests of logins and keys need."""

    store: Store
    logins: Logins
    keys: Keys
    door: StoredDoor
    admin: PersonId
    rep: PersonId
    agent: PersonId

    def log_in(
        self,
        *,
        email: str = "admin@ours.example",
        password: str = PASSWORD,
        origin: str = "203.0.113.7",
        device: str = "",
    ) -> LoggedIn:
        """Try to log in."""
        return self.logins.log_in(
            Attempt(email=email, password=password, origin=origin, device=device)
        )

    def pass_time(self, time: timedelta) -> None:
        """Let time go by."""
        self.store.clock.set(self.store.clock.now() + time)

    def touch(self, token: str) -> None:
        """Note that a session was used now."""
        found = session_token(token)
        assert found is not None
        with self.store.units.write() as unit:
            session = SessionId(found.row_id)
            unit.identity.used(keys=(), sessions=(session,), at=self.store.clock.now())
            unit.commit()


def logins_of(store: Store, passwords: Passwords) -> Logins:
    """Return the logins of a store's workspace."""
    return Logins(
        store.workspace_id,
        units=store.units,
        clock=store.clock,
        ids=store.ids,
        passwords=passwords,
        patience=Patience(store.workspace_id, envelope=Envelope(bytes(KEY_BYTES))),
    )


def entered_in(store: Store, *, password: str = PASSWORD) -> Entered:
    """Fill a store with people."""
    people: dict[Role, PersonId] = {}
    with store.units.write() as unit:
        for role in (Role.ADMIN, Role.REP, Role.AGENT):
            people[role] = PersonId(store.ids.new("per"))
            unit.authority.add_person(
                Person(
                    person_id=people[role],
                    name=role.value,
                    email=f"{role.value}@ours.example",
                    role=role,
                )
            )
        unit.commit()
    logins = logins_of(store, Passwords())
    if password:
        logins.set_password(people[Role.ADMIN], password, by=people[Role.ADMIN])
    known = {store.workspace_id: store.units}
    return Entered(
        store=store,
        logins=logins,
        keys=Keys(store.workspace_id, units=store.units, clock=store.clock, ids=store.ids),
        door=StoredDoor(known.get, store.clock),
        admin=people[Role.ADMIN],
        rep=people[Role.REP],
        agent=people[Role.AGENT],
    )
