"""Makes `paused_thread.sql`: a thread of this release that waits for a card; never made anew.

Run it from the project's root with `src` and the root on PYTHONPATH, for each release under a name
of its own: `python make_paused_thread.py <where to write>`.
"""

import asyncio
import sqlite3
import sys
import tempfile
from pathlib import Path

from tests.fakes.office import DANA, letter, office

from bailiwick.domain.thread import NewRun


def main(target: Path) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with office(folder) as place:
            place.receive(letter("Could you send me a quote for 40 licences?"))
            thread = place.app.threads.create()
            asked = NewRun(capability="crm_orchestrator", input={"contact_id": DANA})
            place.app.threads.start(thread.thread_id, asked)
            asyncio.run(place.app.threads.carry(thread.thread_id))
            assert place.app.threads.get(thread.thread_id).pauses, "it waits for its card"
        connection = sqlite3.connect(folder / "office.db")
        target.write_text("\n".join(connection.iterdump()) + "\n", encoding="utf-8")
        connection.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
