"""The one question of this capability to a model: write the SELECT, or say what is missing."""

from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from bailiwick.domain.model_call import Tier
from bailiwick.ports.model import Ask, Foreign

SQL_LENGTH_MAX: Final = 4_000  # the gate's own limit
TERMS_COUNT_MAX: Final = 10  # ours


@dataclass(frozen=True, slots=True, kw_only=True)
class SqlView:
    """What a model is shown: the question, what there is, and what was wrong before."""

    question: Foreign
    today: str
    tables: tuple[str, ...]
    """Each as `name(column kind, …)`."""
    joins: tuple[str, ...]
    glossary: tuple[str, ...]
    failed_sql: str = ""
    trouble: str = ""


class SqlText(BaseModel):
    """One SELECT, or which terms could not be mapped."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sql: str = Field(max_length=SQL_LENGTH_MAX)
    explanation: str = Field(max_length=400)
    missing_terms: tuple[str, ...] = Field(max_length=TERMS_COUNT_MAX)


def nothing_written(view: SqlView) -> SqlText:
    """Return that nobody wrote a SELECT: what the rules could not read is not guessed."""
    del view
    return SqlText(sql="", explanation="", missing_terms=())


GENERATE: Final[Ask[SqlView, SqlText]] = Ask(
    prompt="text_to_sql/generate",
    output=SqlText,
    fallback=nothing_written,
    tier=Tier.DEEP,
    tokens_max=900,
    wait_seconds_max=20,  # ours: three of them fit the run's time
    temperature_permille=0,
)
