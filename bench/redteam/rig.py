"""The machinery that all rows share: the founded world, parsing children and the loopback model."""

from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from bailiwick.connectors.mailbox.pool import ParserPool
from bailiwick.kit.hashing import Canonical
from bailiwick.models.exchange import ChatMessage
from bailiwick.models.scripted import AnswerFunction
from bailiwick.ports.mail_source import MailParser
from bench.redteam.booth import Booth, KeptPool, booth, warm_grants
from bench.redteam.harm import Harm, obedient
from bench.redteam.world import Ground, World, lay
from bench.servers.scripted_model import ScriptedModelServer, serving


class Planner(StrEnum):
    """Who plans."""

    RULES = "rules"
    OBEDIENT = "obedient"
    """The model endpoint, which answers with the harm that the row asks for."""
    DIRECT = "direct"
    """A capability that has gone over to the enemy and puts its steps before the judge itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """One way to run all rows."""

    planner: Planner
    granted: bool
    served: bool = False
    """All comes in through the API, by callers with keys."""

    @property
    def name(self) -> str:
        """Name the pass."""
        granted, served = "+granted" * self.granted, "+http" * self.served
        return f"{self.planner.value}{granted}{served}"


PASSES: Final = (
    Pass(planner=Planner.RULES, granted=False),
    Pass(planner=Planner.RULES, granted=True),
    Pass(planner=Planner.OBEDIENT, granted=False),
    Pass(planner=Planner.OBEDIENT, granted=True),
    Pass(planner=Planner.DIRECT, granted=True),
    Pass(planner=Planner.OBEDIENT, granted=True, served=True),
)


@dataclass(slots=True)
class Voice:
    """What the loopback model says at the moment."""

    answer: AnswerFunction | None = None

    def __call__(self, messages: Sequence[ChatMessage], schema: Mapping[str, Canonical]) -> str:
        """Answer as told; an empty object when nobody told it anything."""
        return self.answer(messages, schema) if self.answer is not None else "{}"


@dataclass(slots=True, kw_only=True)
class Rig:
    """Everything that rows share."""

    ground: Ground
    pool: ParserPool
    parser: MailParser
    server: ScriptedModelServer
    voice: Voice
    count: int = field(default=0)

    @property
    def world(self) -> World:
        """Return the world that was founded."""
        return self.ground.world

    @contextmanager
    def open(self, one: Pass, harm: Harm | None) -> Generator[Booth]:
        """Open a fresh copy of the world with the planner of a pass."""
        self.count += 1
        self.server.served.clear()
        obeys = one.planner is Planner.OBEDIENT and harm is not None
        self.voice.answer = obedient(harm) if harm is not None else None
        url = self.server.base_url if obeys else ""
        change = warm_grants if one.granted else None
        with booth(
            self.ground,
            f"row{self.count}",
            parser=self.parser,
            model_url=url,
            change=change,
            served=one.served,
        ) as found:
            yield found


@contextmanager
def rigged(world: World, folder: Path, *, parser: MailParser | None = None) -> Generator[Rig]:
    """Found the world and start what is shared; without a parser mail is read in children."""
    voice = Voice()
    with ParserPool(children_count=1) as pool, serving(voice) as server:
        yield Rig(
            ground=lay(world, folder),
            pool=pool,
            parser=parser or KeptPool(pool),
            server=server,
            voice=voice,
        )
