"""Makes `core_release.sql`: a workspace with held cards, by the code of the core release itself.

Run it with the interpreter of this project from a checkout of commit 95a04e6, with `src` and the
checkout's root on PYTHONPATH: `python make_core_release.py <where to write>`.
"""

import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.fakes.office import letter, office


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder) as place:
            place.receive(letter("Could you send me a quote for 40 licences?"))
            place.sweep()
            assert place.pending(), "the core release holds the first mail"
        connection = sqlite3.connect(folder / "office.db")
        target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
