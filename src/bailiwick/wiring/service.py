"""`Service`: many workspaces on one database, each application opened when first asked for."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final

from bailiwick.domain.access import Admission, Means
from bailiwick.domain.credential import KeyId, SessionId
from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.ids import WorkspaceId
from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import Settings
from bailiwick.store.database import Database
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.application import Application
from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.readiness import Readiness
from bailiwick.wiring.recall import Recall

if TYPE_CHECKING:
    from bailiwick.domain.crm import Workspace
    from bailiwick.engine.people.keys import Keys
    from bailiwick.ports.clock import Clock
    from bailiwick.ports.door import Door
    from bailiwick.ports.ids import Ids
    from bailiwick.ports.unit import Units
    from bailiwick.wiring.one_click import OneClick

APPLICATIONS_COUNT_MAX: Final = (
    64  # ours: an opened workspace is about a megabyte of law and graphs
)
NOTED_COUNT_MAX: Final = 10_000  # ours: callers within one minute
NOTED_SECONDS: Final = 60.0  # ours: idle sessions end after hours, so a minute is exact enough


class Service:
    """What the surfaces stand on: one database, its workspaces, and the door."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        workspaces: "Sequence[Workspace]",
        doubles: Doubles,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock: Clock = doubles.clock or SystemClock()
        self.ids: Ids = doubles.ids or TimeSortedIds(self.clock.now)
        self._doubles = doubles
        self._workspaces = {w.workspace_id: w for w in workspaces}
        self._open: OrderedDict[WorkspaceId, Application] = OrderedDict()
        self.recall: Final = Recall(self.clock)
        self._noted: OrderedDict[tuple[Means, str], float] = OrderedDict()
        self._lock = threading.Lock()

    @property
    def workspaces(self) -> "tuple[Workspace, ...]":
        """The workspaces that are served."""
        return tuple(self._workspaces.values())

    @cached_property
    def door(self) -> "Door":
        """Tells who presents a key or a session."""
        from bailiwick.engine.people.admission import StoredDoor

        return self._doubles.door or StoredDoor(self._units_of, self.clock)

    @cached_property
    def readiness(self) -> Readiness:
        """Whether requests can be served right now."""
        return Readiness(self.database, self.settings.store.database_url)

    @cached_property
    def one_click(self) -> "OneClick":
        """The unsubscribe links in mails of these workspaces."""
        from bailiwick.engine.permission.one_click import OptingOut
        from bailiwick.wiring.one_click import OneClick

        return OneClick(
            self.workspaces,
            secret=SqlWorkspaces(self.database).secret,
            opener=lambda key: OptingOut(self.application(key).units, self.clock),
        )

    def compiled(self) -> frozenset[str]:
        """Return the graphs that some workspace has compiled in this process."""
        with self._lock:
            opened = list(self._open.values())
        return frozenset(
            name for a in opened if "graphs" in a.__dict__ for name in a.graphs.compiled
        )

    def application(self, workspace_id: WorkspaceId) -> Application:
        """Return the application of a workspace; the one used longest ago makes room.

        Who still holds that one goes on with it: it shares the database and is merely forgotten.
        """
        with self._lock:
            found = self._open.get(workspace_id)
            if found is None:
                found = Application(
                    self.settings, self.database, self._workspaces[workspace_id], self._doubles
                )
                self._open[workspace_id] = found
                if len(self._open) > APPLICATIONS_COUNT_MAX:
                    self._open.popitem(last=False)
            self._open.move_to_end(workspace_id)
            return found

    def admit(self, means: Means, token: str) -> Admission | None:
        """Tell who presents a key or session; None for nobody, or for a workspace not served."""
        door, asked = self.door, self.recall.asking()
        found = door.by_key(token) if means is Means.KEY else door.by_session(token)
        if found is not None and found.workspace_id not in self._workspaces:
            found = None
        self.recall.keep(means, token, found, asked)
        if found is not None:
            self._note_use(found)
        return found

    def _note_use(self, admission: Admission) -> None:
        """Write when a key or session was last used, at most once a minute: it keeps it alive."""
        now, key = self.clock.monotonic(), (admission.means, admission.means_id)
        with self._lock:
            before = self._noted.get(key)
            if before is not None and now - before < NOTED_SECONDS:
                return
            self._noted[key] = now
            self._noted.move_to_end(key)
            if len(self._noted) > NOTED_COUNT_MAX:
                self._noted.popitem(last=False)
        means_id = admission.means_id
        keys = [KeyId(means_id)] if admission.means is Means.KEY else []
        sessions = [] if admission.means is Means.KEY else [SessionId(means_id)]
        with self.application(admission.workspace_id).units.write(records=False) as unit:
            unit.identity.used(keys=keys, sessions=sessions, at=self.clock.now())
            unit.commit()

    def keys(self, workspace_id: WorkspaceId) -> "Keys":
        """Return what issues the keys of a workspace."""
        return self.application(workspace_id).entrance.keys

    def _units_of(self, workspace_id: WorkspaceId) -> "Units | None":
        served = workspace_id in self._workspaces
        return self.application(workspace_id).units if served else None

    def forget(self) -> None:
        """Ask the database again for every caller: something was taken back here."""
        self.recall.forget()

    def close(self) -> None:
        """Let go of applications and the database."""
        with self._lock:
            opened = list(self._open.values())
            self._open.clear()
        for application in opened:
            application.release()
        self.database.close()


def serve(settings: Settings, names: Sequence[str] = (), doubles: Doubles | None = None) -> Service:
    """Open the database and return the service of the named workspaces, or of all.

    Raises SettingsFault when a name is unknown or there is no workspace at all, and PortFault.
    """
    database = Database.open(settings.store.database_url)
    found = SqlWorkspaces(database).list()
    known = {w.name: w for w in found}
    unknown = [name for name in names if name not in known]
    if unknown or not found:
        database.close()
        message = (
            f"there is no workspace {', '.join(map(repr, unknown)) or 'at all'} "
            f"(known: {', '.join(known) or 'none yet'}); run `bailiwick init` to make one"
        )
        raise SettingsFault(message)
    chosen = [known[name] for name in dict.fromkeys(names)] or found
    return Service(settings, database, chosen, doubles or Doubles())
