from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from bench.servers.smtp import Sink, serving
from tests.connectors.smtp.outgoing import Start

from bailiwick.connectors.smtp.endpoint import SmtpEndpoint


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a mail server around a sink and return where it listens."""
    with ExitStack() as stack:

        def started(sink: Sink, **options: object) -> SmtpEndpoint:
            return stack.enter_context(serving(sink, **options))

        yield started
