"""Compares the product's own books with the external ledger, and writes the result down."""

import json
import os
import platform
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bailiwick.connectors.smtp.compose import message_id
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import GENESIS_HASH, record_hash
from bailiwick.kit.clock import SystemClock
from bench.reliability.sink import LedgerFolder
from bench.reliability.world import DOMAIN, World

RESULTS = Path(__file__).parent.parent / "results"
_PAGE = 500


@dataclass(frozen=True, slots=True)
class Account:
    """What came of the mails."""

    mails: int
    lost: int
    """Said to be sent, or not said to be anything else, and not at the server."""
    doubled: int
    foreign: int
    """At the server without a row."""
    states: Mapping[str, int]
    findings: Mapping[str, int]
    """How rows left `sending` and `in_doubt` without a receipt, by finding."""
    records: int
    chain_is_whole: bool

    @property
    def is_clean(self) -> bool:
        """Whether every mail was sent exactly once and the books agree."""
        sent = self.states.get(EffectState.SENT.value, 0) == self.mails
        return sent and self.chain_is_whole and self.lost == self.doubled == self.foreign == 0


def account_of(world: World, ledger: Path) -> Account:
    """Read both books."""
    arrived = LedgerFolder(ledger).message_ids()
    states: Counter[str] = Counter()
    expected: set[str] = set()
    with world.units.read() as unit:
        for state in EffectState:
            cursor: str | None = None
            while True:
                page = unit.effects.in_state(state, cursor=cursor, size=_PAGE)
                states[state.value] += len(page.items)
                expected.update(message_id(row.effect_key, domain=DOMAIN) for row in page.items)
                cursor = page.next_cursor
                if cursor is None:
                    break
    findings, records, whole = _records(world)
    return Account(
        mails=len(expected),
        lost=len(expected - set(arrived)),
        doubled=sum(count - 1 for count in arrived.values()),
        foreign=len(set(arrived) - expected),
        states={state: count for state, count in states.items() if count},
        findings=dict(sorted(findings.items())),
        records=records,
        chain_is_whole=whole,
    )


def _records(world: World) -> tuple[Counter[str], int, bool]:
    findings: Counter[str] = Counter()
    previous, seq, whole = GENESIS_HASH, 0, True
    with world.units.read() as unit:
        while records := unit.records.since(seq, size=_PAGE):
            for record in records:
                seq += 1
                whole &= record.seq == seq and record.prev_hash == previous
                whole &= record.hash == record_hash(record)
                previous = record.hash
                if "finding" in record.payload:
                    findings[str(record.payload["finding"])] += 1
    return findings, seq, whole


def written(name: str, figures: Mapping[str, object], *, account: Account | None = None) -> str:
    """Return figures as JSON together with the machine, commit and command."""
    result = {
        "bench": name,
        "at": SystemClock().now().isoformat(timespec="seconds"),
        "command": "python -m " + " ".join([str(_module()), *sys.argv[1:]]),
        "commit": _commit(),
        "machine": {
            "system": platform.platform(),
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "load_1min": round(os.getloadavg()[0], 2),
        },
        **figures,
        **({} if account is None else {"account": asdict(account)}),
    }
    return json.dumps(result, indent=2)


def saved(name: str, text: str) -> Path:
    """Keep a result under bench/results."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(text + "\n", "utf-8")
    return path


def _module() -> str:
    return "bench.reliability." + Path(sys.argv[0]).stem


def _commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((x.partition(":")[2].strip() for x in lines if x.startswith("model name")), "")
