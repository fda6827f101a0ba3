"""Who holds a lease, and proof that a holder can write no more.

A frozen worker may thaw and go on after we looked (reliability, section 4), so a lease that is over
proves nothing. On this machine the end of the process proves it. For a holder that cannot be seen
from here we wait until any server must have dropped the holder's connection.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

FOREIGN_WAIT_SECONDS: Final = 1_200
"""RFC 5321, 4.5.3.2.7: a server waits at least 5 minutes for a command; after four times that, a
thawed worker of another machine finds its connection closed."""
_START_FIELD: Final = 19  # proc(5): field 22 of stat, counted after the name in parentheses


class Holders(Protocol):
    """Tells about lease holders."""

    def mine(self) -> str:
        """Return the token of this process."""
        ...

    def gone(self, holder: str, *, attempted_at: datetime, at: datetime) -> bool:
        """Tell whether it is proven that the holder will not write any more."""
        ...


class ProcessHolders:
    """Names a process by boot, process namespace, number and start time, as Linux shows them."""

    def __init__(self, *, token: str, proc: Path = Path("/proc")) -> None:
        self._proc = proc
        self._token = token

    def mine(self) -> str:
        """Return the token of this process; without /proc it is one that nobody can place."""
        pid = os.getpid()
        return f"{self._place()}:{pid}:{self._started(pid)}:{self._token}"

    def gone(self, holder: str, *, attempted_at: datetime, at: datetime) -> bool:
        """Tell whether the process has ended, or has been out of sight for long enough."""
        place, _, rest = holder.partition(":")
        pid, _, tail = rest.partition(":")
        started = tail.partition(":")[0]
        here = self._place()
        if here and place == here and pid.isdecimal() and started:
            return self._started(int(pid)) != started
        return at - attempted_at >= timedelta(seconds=FOREIGN_WAIT_SECONDS)

    def _place(self) -> str:
        """Name this boot and process namespace: process numbers mean nothing outside it."""
        try:
            boot = (self._proc / "sys/kernel/random/boot_id").read_text("ascii").strip()
            namespace = (self._proc / "self/ns/pid").readlink()
        except OSError:
            return ""
        number = "".join(c for c in str(namespace) if c.isdecimal())
        return f"{boot}.{number}"

    def _started(self, pid: int) -> str:
        """Return when a process started, in ticks since boot; empty when there is none."""
        try:
            stat = (self._proc / str(pid) / "stat").read_text("ascii", "replace")
        except OSError:
            return ""
        fields = stat.rpartition(")")[2].split()
        if not fields or fields[0] in {"Z", "X"}:  # a zombie has ended, only nobody has noticed
            return ""
        return fields[_START_FIELD] if len(fields) > _START_FIELD else ""
