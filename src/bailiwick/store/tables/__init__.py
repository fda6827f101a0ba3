"""Table definitions, one file per aggregate; importing the package completes the metadata."""

from bailiwick.store.tables import (
    campaigns,
    care,
    crm,
    crons,
    events,
    filters,
    identity,
    knowledge,
    ledger,
    mail,
    memory,
    observation,
    questions,
    queue,
    threads,
    work,
)
from bailiwick.store.tables.schema import METADATA

__all__ = [
    "METADATA",
    "campaigns",
    "care",
    "crm",
    "crons",
    "events",
    "filters",
    "identity",
    "knowledge",
    "ledger",
    "mail",
    "memory",
    "observation",
    "questions",
    "queue",
    "threads",
    "work",
]
