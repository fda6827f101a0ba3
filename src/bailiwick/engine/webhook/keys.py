"""Opens and seals the secrets of endpoints and sources: stored sealed, shown once."""

from datetime import datetime

from bailiwick.domain.webhook import Endpoint, InboundSource
from bailiwick.kit.envelope import Envelope, derived_key


class WebhookKeys:
    """The secrets of one workspace."""

    def __init__(self, workspace_id: str, secret: bytes) -> None:
        self._workspace_id = workspace_id
        self._envelope = Envelope(derived_key(secret, purpose="webhooks"))

    def seal(self, row_id: str, secret: str) -> bytes:
        """Return a secret as it is stored, bound to its row."""
        return self._envelope.seal(secret.encode("ascii"), self._workspace_id, row_id)

    def of_endpoint(self, endpoint: Endpoint, *, now: datetime) -> tuple[str, ...]:
        """Return the secrets that sign for an endpoint now: two while one rotates."""
        return self._opened(
            endpoint.endpoint_id,
            endpoint.secret,
            endpoint.former_secret if _still(endpoint.former_until, now) else b"",
        )

    def of_source(self, source: InboundSource, *, now: datetime) -> tuple[str, ...]:
        """Return the secrets that a source may sign with now."""
        return self._opened(
            source.source_id,
            source.secret,
            source.former_secret if _still(source.former_until, now) else b"",
        )

    def _opened(self, row_id: str, *sealed: bytes) -> tuple[str, ...]:
        return tuple(
            self._envelope.open(value, self._workspace_id, row_id).decode("ascii")
            for value in sealed
            if value
        )


def _still(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until
