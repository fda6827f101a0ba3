"""Table definitions, one file per aggregate; importing the package completes the metadata."""

from bailiwick.store.tables import crm, knowledge, ledger, mail, work
from bailiwick.store.tables.schema import METADATA

__all__ = ["METADATA", "crm", "knowledge", "ledger", "mail", "work"]
