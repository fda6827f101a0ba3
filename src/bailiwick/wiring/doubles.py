"""Stand-ins that tests, the demo and benches may give to `build`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bailiwick.engine.graphs.graphs import Graphs
    from bailiwick.engine.thread.threads import Threads
    from bailiwick.ports.calendar import Calendar
    from bailiwick.ports.clock import Clock
    from bailiwick.ports.door import Door
    from bailiwick.ports.egress import Egress
    from bailiwick.ports.ids import Ids
    from bailiwick.ports.mail_source import MailParser
    from bailiwick.ports.model import Model
    from bailiwick.ports.outbound.mail import MailWriter
    from bailiwick.ports.timetable import Timetable


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubles:
    """Stand-ins for parts, for tests, the demo and benches."""

    clock: "Clock | None" = None
    ids: "Ids | None" = None
    model: "Model | None" = None
    mail: "MailWriter | None" = None
    parser: "MailParser | None" = None
    door: "Door | None" = None
    threads: "Threads | None" = None
    graphs: "Graphs | None" = None
    draw: Callable[[], float] | None = None
    timetable: "Timetable | None" = None
    egress: "Egress | None" = None
    calendar: "Calendar | None" = None
