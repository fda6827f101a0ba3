"""Takes lists of who is left alone in, and gives them out, as hashes."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from io import StringIO
from itertools import islice
from typing import Final

from bailiwick.domain.crm import Role
from bailiwick.domain.fault import InputFault
from bailiwick.domain.ids import PersonId
from bailiwick.domain.opt_out_list import COLUMNS, Entry
from bailiwick.domain.record import RecordKind
from bailiwick.engine.mail.leaving import leave_alone, leave_topic
from bailiwick.engine.people.roles import require_role
from bailiwick.kit.paging import PAGE_SIZE_MAX
from bailiwick.ports.clock import Clock
from bailiwick.ports.opt_outs import OptOut
from bailiwick.ports.unit import Units

SOURCE: Final = "list"
BATCH_COUNT: Final = 500  # ours: one commit, so that a list that breaks off is kept so far
WRONG_COUNT_MAX: Final = 100  # ours: lines that are named; all are counted


class UnableToSuppress(InputFault):
    """Nobody can be left alone like this; the message says why."""


@dataclass(slots=True, kw_only=True)
class Taken:
    """What became of a list."""

    new_count: int = 0
    known_count: int = 0
    wrong_count: int = 0
    wrong: list[Entry] = field(default_factory=list[Entry])
    """The first lines that name nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOutLists:
    """The lists of one workspace."""

    units: Units
    clock: Clock

    def take(self, entries: Iterable[Entry], *, topic: str, by: PersonId) -> Taken:
        """Leave everybody on a list alone: about a topic, where the line or the caller names one.

        A rep may do that. Again changes nothing; what was taken before an error is kept. Raises
        UnableToSuppress, and what reading the list raises.
        """
        taken, remaining = Taken(), iter(entries)
        while batch := tuple(islice(remaining, BATCH_COUNT)):
            self._take(batch, taken, topic=topic, by=by)
        return taken

    def all(self, *, topic: str) -> Iterator[OptOut]:
        """Give out who is left alone, page by page: about a topic, or everything and each topic."""
        for about in (topic,) if topic else ("", None):
            cursor: str | None = None
            while True:  # ends with the rows, whose ids only grow
                with self.units.read() as unit:
                    page = unit.opt_outs.list(topic=about, cursor=cursor, size=PAGE_SIZE_MAX)
                yield from page.items
                cursor = page.next_cursor
                if cursor is None:
                    break

    def _take(self, batch: Sequence[Entry], taken: Taken, *, topic: str, by: PersonId) -> None:
        new_count = known_count = 0
        with self.units.write() as unit:
            require_role(unit, by, Role.REP, what="suppress", fault=UnableToSuppress)
            at = self.clock.now()
            for entry in batch:
                if entry.wrong:
                    taken.wrong_count += 1
                    taken.wrong.extend([entry] if len(taken.wrong) < WRONG_COUNT_MAX else [])
                    continue
                whose, about = entry.address_hash, entry.topic or topic
                new = (
                    leave_topic(unit, whose, about, source=SOURCE, at=at)
                    if about
                    else leave_alone(unit, whose, source=SOURCE, at=at)
                )
                new_count += int(new)
                known_count += int(not new)
            unit.records.append(
                RecordKind.IMPORTED,
                subject="opt_outs",
                payload={"new": new_count, "known": known_count, "by": by},
                at=at,
            )
            unit.commit()
        taken.new_count += new_count
        taken.known_count += known_count


def lines_of(opt_outs: Iterable[OptOut]) -> Iterator[str]:
    """Write a list as the lines of a CSV file that can be read back."""
    yield ",".join(COLUMNS) + "\r\n"
    for one in opt_outs:
        written = StringIO()
        cells = (one.address_hash, one.topic, one.reason, one.source, one.at.isoformat())
        csv.writer(written).writerow(cells)
        yield written.getvalue()
