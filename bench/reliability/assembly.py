"""Puts a worker together as wiring does: real store, law and SMTP, look-ups in the ledger."""

import random
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bailiwick.connectors.smtp.compose import ComposeSettings
from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.connectors.smtp.writer import Filing, SentCopies, SmtpMailWriter
from bailiwick.domain.effect import EffectRow
from bailiwick.engine.delivery.deliver import Delivery, Means
from bailiwick.engine.delivery.liveness import ProcessHolders
from bailiwick.engine.delivery.reaper import Reaper
from bailiwick.engine.delivery.settle import Settlement
from bailiwick.engine.delivery.worker import Worker
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Held
from bailiwick.ports.outbound.crm import CrmWriter
from bailiwick.ports.outbound.mail import MailWriter
from bailiwick.ports.unit import Unit, Units
from bench.reliability.sink import LedgerFolder
from bench.reliability.world import DOMAIN, Law, World

LOOKUP_SECONDS = 1  # the sink answers within 0.04 s, so this is far more than twice its time
SEND_SECONDS_MAX = 5.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker finds its database, mail server and the server's ledger."""

    url: str
    port: int
    ledger: Path
    lie: str = ""
    """`absent` or `present`: what every look-up says, to prove that the rig sees the harm."""


class LyingFolder(LedgerFolder):
    """A Sent folder that always gives the same answer."""

    def __init__(self, answer: bool) -> None:  # noqa: FBT001 - the answer itself
        super().__init__(Path())
        self._answer = answer

    def find_by_message_id(self, rfc_message_id: str) -> bool | None:
        """Lie."""
        del rfc_message_id
        return self._answer


def mail_writer(place: Place, world: World) -> SmtpMailWriter:
    """Return the product's writer for the sink."""
    folder = LyingFolder(place.lie == "present") if place.lie else LedgerFolder(place.ledger)
    return SmtpMailWriter(
        SmtpEndpoint(host="127.0.0.1", port=place.port, seconds_max=SEND_SECONDS_MAX),
        headers=ComposeSettings(domain=DOMAIN, unsubscribe_secret=b"s" * 32),
        clock=world.clock,
        sent=SentCopies(folder=folder, filing=Filing.PROVIDER),
    )


def delivering(
    world: World, law: Rulebook, mail: MailWriter, *, holder: str, units: Units | None = None
) -> Delivery:
    """Return a delivery on an open world."""
    means = Means(
        units=units or world.units,
        mail=mail,
        crm=_no_crm,
        judge_now=Law(law),
        reopen=_reopen,
        mourn=_mourn,
        clock=world.clock,
        draw=random.Random(holder).random,
    )
    return Delivery(means, holder=holder)


def assembled(
    world: World, law: Rulebook, mail: MailWriter, *, token: str, units: Units | None = None
) -> Worker:
    """Return a worker on an open world."""
    holders = ProcessHolders(token=token)
    mine = holders.mine()
    over = units or world.units
    return Worker(
        delivery=delivering(world, law, mail, holder=mine, units=over),
        reaper=Reaper(units=over, holders=holders, clock=world.clock, holder=mine),
        settlement=Settlement(
            units=over,
            mail=mail,
            holders=holders,
            clock=world.clock,
            mourn=_mourn,
            holder=mine,
            lookup_seconds=LOOKUP_SECONDS,
        ),
        clock=world.clock,
    )


def _no_crm(unit: Unit) -> CrmWriter:
    del unit
    message = "the bench sends mail only"
    raise AssertionError(message)


def _reopen(unit: Unit, row: EffectRow, verdict: Held, at: datetime) -> None:
    del unit, row, at
    message = f"the clear case was held: {verdict.rules}"
    raise AssertionError(message)


def _mourn(unit: Unit, row: EffectRow, reason: str, at: datetime) -> None:
    """Keep quiet: a dead letter shows in the row's state."""
    del unit, row, reason, at
