"""What every part of the application stands on: database, clock, ids, law and graphs.

Nothing here opens a socket or loads LangGraph before it is asked for.
"""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from bailiwick.kit.clock import SystemClock
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.settings import Settings, killed
from bailiwick.store.database import Database
from bailiwick.store.unit import SqlUnits
from bailiwick.store.workspaces import SqlWorkspaces
from bailiwick.wiring.doubles import Doubles

if TYPE_CHECKING:
    from bailiwick.domain.crm import Workspace
    from bailiwick.engine.graphs.graphs import Graphs
    from bailiwick.engine.kept_answers import KeptAnswers
    from bailiwick.engine.law.court import Court
    from bailiwick.engine.memory import Memory
    from bailiwick.kit.envelope import Envelope
    from bailiwick.policy.rulebook import Rulebook
    from bailiwick.ports.clock import Clock
    from bailiwick.ports.ids import Ids
    from bailiwick.wiring.observation import Observation


class Grounds:
    """One workspace's database, clock, ids, law and graphs."""

    def __init__(
        self, settings: Settings, database: Database, workspace: "Workspace", doubles: Doubles
    ) -> None:
        self.settings = settings
        self.database = database
        self.workspace = workspace
        self._doubles = doubles
        self.clock: Clock = doubles.clock or SystemClock()
        self.ids: Ids = doubles.ids or TimeSortedIds(self.clock.now)
        self.units = SqlUnits(database, workspace.workspace_id, self.ids, self.clock)

    @cached_property
    def observation(self) -> "Observation":
        """What watches this workspace: spans, costs, figures."""
        from bailiwick.wiring.observation import Observation

        return Observation(self.settings.trace, self.units.scopes)

    @cached_property
    def rulebook(self) -> "Rulebook":
        """The law in force: the shipped rules, tightened by the workspace's own."""
        from bailiwick.policy.rulebook import load, read_texts

        book = load()
        folder = self.settings.policy.rules_folder
        return book.tightened(read_texts(Path(folder))) if folder else book

    @cached_property
    def graphs(self) -> "Graphs":
        """Graphs and what runs them, each on first use."""
        from bailiwick.wiring.graphs import graphs

        return self._doubles.graphs or graphs(self.settings.plan)

    @cached_property
    def memory(self) -> "Memory":
        """What clients of the API keep by path and key."""
        from bailiwick.engine.memory import Memory

        return Memory(units=self.units, clock=self.clock)

    @cached_property
    def court(self) -> "Court":
        """The judge with the facts it reads."""
        return self.court_under(self.rulebook)

    def court_under(self, rulebook: "Rulebook") -> "Court":
        """Return a judge under another rulebook, for simulation."""
        from bailiwick.engine.law.court import Court
        from bailiwick.engine.law.gather import Gatherer, Numbers

        policy = self.settings.policy
        gatherer = Gatherer(
            numbers=Numbers(
                touches_max=policy.touches_max,
                touches_days=policy.touches_days,
                restricted=frozenset(policy.restricted),
            ),
            spec=self.graphs.spec,
            killed=self._stopped,
        )
        return Court(rulebook=rulebook, gatherer=gatherer)

    @cached_property
    def _secret(self) -> bytes:
        return SqlWorkspaces(self.database).secret(self.workspace.workspace_id)

    @cached_property
    def kept_answers(self) -> "KeptAnswers":
        """First answers to requests that carry a key."""
        from bailiwick.engine.kept_answers import KeptAnswers

        return KeptAnswers(
            units=self.units,
            clock=self.clock,
            workspace_id=self.workspace.workspace_id,
            envelope=self.envelope("kept answers"),
        )

    def envelope(self, purpose: str) -> "Envelope":
        """Return what seals for one purpose, with a key of its own."""
        from bailiwick.kit.envelope import Envelope, derived_key

        return Envelope(derived_key(self._secret, purpose=purpose))

    def _stopped(self) -> bool:
        return self.settings.policy.kill_switch or killed()
