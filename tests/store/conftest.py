from pathlib import Path

import pytest
from tests.store.imports import Import, intake_of
from tests.store.stores import Store

from bailiwick.connectors.csv_export.importing import import_csv
from bailiwick.ports.intake_files import ImportOptions, ImportReport


@pytest.fixture
def bring(store: Store, tmp_path: Path) -> Import:
    """Imports texts as files into the store."""

    def bring(*texts: str, dry_run: bool = False, system: str | None = None) -> ImportReport:
        paths: list[Path] = []
        for at, content in enumerate(texts):
            path = tmp_path / f"file{at}.csv"
            path.write_text(content)
            paths.append(path)
        return import_csv(
            paths, intake_of(store), options=ImportOptions(system=system), dry_run=dry_run
        )

    return bring
