"""The public sets with an outcome, read as any user's file is."""

import gzip
from pathlib import Path
from tempfile import TemporaryDirectory

from bailiwick.connectors.csv_export.labelled import labelled, read_cells
from bailiwick.domain.score.sheet import Sheet

TELCO = "telco_churn.csv"
BANK = "bank_additional_full.csv.gz"


def telco(folder: Path) -> Sheet:
    """Return the customers of a telephone company, in no order."""
    return _read(folder / TELCO, label="Churn", ordered=False)


def bank(folder: Path) -> Sheet:
    """Return the calls of a bank in the order of their dates, the length of the call included."""
    return _read(folder / BANK, label="y", ordered=True)


def _read(path: Path, *, label: str, ordered: bool) -> Sheet:
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "set.csv"
        packed = path.read_bytes()
        plain.write_bytes(gzip.decompress(packed) if path.suffix == ".gz" else packed)
        return labelled(read_cells(plain), label=label, positive="", ordered=ordered)
