"""Compares the product's own books with the external ledger, and writes the result down."""

import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bailiwick.connectors.smtp.compose import message_id
from bailiwick.domain.action import Action
from bailiwick.domain.receipt import EffectState
from bailiwick.domain.record import GENESIS_HASH, record_hash
from bench.reliability.sink import LedgerFolder
from bench.reliability.world import DOMAIN, World
from bench.result_file import result_text

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
                mails = [row for row in page.items if row.action is Action.SEND_MESSAGE]
                states[state.value] += len(mails)
                expected.update(message_id(row.effect_key, domain=DOMAIN) for row in mails)
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
    """Return figures as JSON together with the account, machine, commit and command."""
    command = " ".join(["python -m bench.reliability." + Path(sys.argv[0]).stem, *sys.argv[1:]])
    books = {} if account is None else {"account": asdict(account)}
    return result_text(name, {**figures, **books}, command=command)
