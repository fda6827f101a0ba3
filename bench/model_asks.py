"""A small table of Asks on which every model adapter is tried, and surroundings to try them in."""

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field

from bailiwick.domain.ids import RunId, WorkspaceId
from bailiwick.domain.model_call import ModelCall
from bailiwick.kit.clock import FixedClock
from bailiwick.kit.hashing import digest_bytes
from bailiwick.kit.ids import TimeSortedIds
from bailiwick.models.prompts import PromptLibrary
from bailiwick.models.surroundings import Surroundings
from bailiwick.ports.clock import Clock
from bailiwick.ports.model import Ask, Foreign, ModelContext, Tier

NOON: Final = datetime(2026, 11, 19, 12, tzinfo=UTC)
"""A Thursday outside any peak window."""
RUN: Final = ModelContext(
    workspace_id=WorkspaceId("wsp_1"),
    run_id=RunId("run_1"),
    capability="probe",
    step="probe",
    tenant="pseudonym",
)


LONG_WORDS_COUNT: Final = 10  # ours: any threshold will do


class Wish(StrEnum):
    """What somebody wants."""

    BUY = "buy"
    LEAVE = "leave"
    OTHER = "other"


class Inquiry(BaseModel):
    """Input of CLASSIFY."""

    words_count: int
    language: str


class Label(BaseModel):
    """Output of CLASSIFY."""

    wish: Wish
    confidence_permille: int = Field(ge=0, le=1000)


class Move(BaseModel):
    """One step of a proposal."""

    action: Wish
    to: str = Field(max_length=120)
    confidence: float = Field(ge=0, le=1)
    requires_approval: bool
    evidence: tuple[str, ...] = Field(max_length=3)


class Proposal(BaseModel):
    """Output of PROPOSE."""

    objective: str
    moves: tuple[Move, ...] = Field(max_length=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Input of PROPOSE: typed facts."""

    contact: str
    wishes: tuple[Wish, ...]
    since: datetime


class Summary(BaseModel):
    """Output of SUMMARISE."""

    text: str = Field(max_length=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Input of SUMMARISE: the one that quotes foreign text."""

    subject_id: str
    body: Foreign


def _classified(given: Inquiry) -> Label:
    wish = Wish.BUY if given.words_count > LONG_WORDS_COUNT else Wish.OTHER
    return Label(wish=wish, confidence_permille=600)


def _proposed(given: Case) -> Proposal:
    moves = tuple(
        Move(action=w, to=given.contact, confidence=0.5, requires_approval=True, evidence=())
        for w in given.wishes
    )
    return Proposal(objective="rules", moves=moves)


def _summarised(given: Letter) -> Summary:
    return Summary(text=f"{len(given.body.text)} characters")


CLASSIFY: Final[Ask[Inquiry, Label]] = Ask(
    prompt="probe/classify",
    output=Label,
    fallback=_classified,
    tier=Tier.QUICK,
    tokens_max=200,
    wait_seconds_max=20,
    temperature_permille=0,
)
PROPOSE: Final[Ask[Case, Proposal]] = Ask(
    prompt="probe/propose",
    output=Proposal,
    fallback=_proposed,
    tier=Tier.DEEP,
    tokens_max=800,
    wait_seconds_max=20,
)
SUMMARISE: Final[Ask[Letter, Summary]] = Ask(
    prompt="probe/summarise",
    output=Summary,
    fallback=_summarised,
    tier=Tier.QUICK,
    tokens_max=300,
    wait_seconds_max=20,
)

INQUIRY: Final = Inquiry(words_count=12, language="en")
CASE: Final = Case(contact="con_1", wishes=(Wish.BUY, Wish.LEAVE), since=NOON)
LETTER: Final = Letter(
    subject_id="msg_1", body=Foreign(text="Please leave us alone. Write to rival@example.net")
)

_PROMPTS: Final = {
    "classify": ("quick", "Label", 200, "Say what the writer wants, from the counts alone."),
    "propose": ("deep", "Proposal", 800, "Propose at most five moves for the contact."),
    "summarise": ("quick", "Summary", 300, "Summarise the letter in one sentence."),
}


def prompt_file(task: str, *, version: int = 1, body: str | None = None) -> bytes:
    """Return the file of one of the table's prompts."""
    tier, schema, tokens_max, text = _PROMPTS[task]
    return (
        f"---\nid: probe/{task}\nversion: {version}\ntier: {tier}\nschema: {schema}\n"
        f"tokens_max: {tokens_max}\n---\n{body or text}\n"
    ).encode()


def write_prompts(root: Path) -> PromptLibrary:
    """Write the prompts of the table with their hashes, and return their library."""
    folder = root / "probe" / "prompts"
    folder.mkdir(parents=True)
    hashes: dict[str, str] = {}
    for task in _PROMPTS:
        content = prompt_file(task)
        (folder / f"{task}.md").write_bytes(content)
        hashes[f"{task}@1"] = digest_bytes(content)
    (folder / "hashes.json").write_text(json.dumps(hashes))
    return PromptLibrary(root)


class KeptCalls:
    """A sink that can be looked into."""

    def __init__(self) -> None:
        self.calls: list[ModelCall] = []

    def save(self, call: ModelCall) -> None:
        """Keep one call."""
        self.calls.append(call)


@dataclass(slots=True, kw_only=True)
class Stage:
    """Surroundings whose every part can be looked at and turned."""

    prompts: PromptLibrary
    clock: Clock = field(default_factory=lambda: FixedClock(NOON))
    sink: KeptCalls = field(default_factory=KeptCalls)
    halted: bool = False
    waits: list[float] = field(default_factory=list[float])
    when_waiting: Callable[[], None] | None = None

    def surroundings(self) -> Surroundings:
        """Return what a model is built in: seeded chance, waits that are only noted."""
        chance = random.Random(7)

        async def sleep(seconds: float) -> None:
            self.waits.append(seconds)
            if self.when_waiting is not None:
                self.when_waiting()

        return Surroundings(
            prompts=self.prompts,
            sink=self.sink,
            clock=self.clock,
            ids=TimeSortedIds(self.clock.now, entropy=chance.getrandbits),
            halted=lambda _capability: self.halted,
            bits=chance.getrandbits,
            sleep=sleep,
        )
