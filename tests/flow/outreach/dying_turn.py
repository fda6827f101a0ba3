"""A process that turns the machine of campaigns and stands still at the send, to be killed."""

import sys
import time
from pathlib import Path

from bench.servers.smtp import Sink
from tests.fakes.campaign_deaths import DyingWriter, StumblingClock
from tests.fakes.campaign_wire import Wire
from tests.fakes.campaign_world import World
from tests.fakes.office import TUESDAY

from bailiwick.connectors.smtp.endpoint import SmtpEndpoint
from bailiwick.domain.receipt import Receipt
from bailiwick.policy.permit import Permit

BEFORE = "before"


class StandingWriter(DyingWriter):
    """Says that it is there, and stays: before the exchange, or after the server's yes."""

    def send(self, payload: bytes, *, permit: Permit) -> Receipt:
        """Stand still."""
        receipt = None if self.die == BEFORE else super().send(payload, permit=permit)
        sys.stdout.write("here\n")
        sys.stdout.flush()
        time.sleep(60)
        assert receipt is not None
        return receipt


def main(folder: str, port: str, when: str) -> None:
    """Turn once."""
    endpoint = SmtpEndpoint(host="127.0.0.1", port=int(port))
    wire = Wire(Sink(), endpoint)  # the mails arrive at the server of whoever started this
    world = World(
        folder=Path(folder), wire=wire, clock=StumblingClock(TUESDAY), writes=StandingWriter
    )
    world.writer.die = when if when == BEFORE else ""
    world.turn()


if __name__ == "__main__":
    main(*sys.argv[1:])
