"""What one workspace tells other systems, and hears from them."""

import random
from functools import cached_property
from typing import TYPE_CHECKING

from bailiwick.wiring.doubles import Doubles
from bailiwick.wiring.grounds import Grounds

if TYPE_CHECKING:
    from bailiwick.engine.webhook.carry import Carrying
    from bailiwick.engine.webhook.endpoints import Administration
    from bailiwick.engine.webhook.keys import WebhookKeys
    from bailiwick.engine.webhook.receive import Reception
    from bailiwick.engine.webhook.relay import Relay
    from bailiwick.ports.egress import Egress


class Outside:
    """Endpoints, deliveries, sources; each part made when first asked for."""

    def __init__(self, grounds: Grounds, doubles: Doubles, secret: bytes) -> None:
        self._grounds = grounds
        self._doubles = doubles
        self._secret = secret

    @cached_property
    def egress(self) -> "Egress":
        """The guarded way out."""
        from bailiwick.connectors.egress.guarded import GuardedEgress

        allowed = frozenset(self._grounds.settings.egress.allowed)
        return self._doubles.egress or GuardedEgress(allowed=allowed)

    @cached_property
    def keys(self) -> "WebhookKeys":
        """Opens the secrets of endpoints and sources."""
        from bailiwick.engine.webhook.keys import WebhookKeys

        return WebhookKeys(self._grounds.workspace.workspace_id, self._secret)

    @cached_property
    def administration(self) -> "Administration":
        """Changes of endpoints and sources."""
        from bailiwick.engine.webhook.endpoints import Administration

        grounds = self._grounds
        return Administration(
            units=grounds.units,
            clock=grounds.clock,
            ids=grounds.ids,
            keys=self.keys,
            egress=self.egress,
        )

    @cached_property
    def relay(self) -> "Relay":
        """Makes deliveries of what is new."""
        from bailiwick.engine.webhook.relay import Relay

        grounds = self._grounds
        return Relay(units=grounds.units, clock=grounds.clock, ids=grounds.ids)

    @cached_property
    def carrying(self) -> "Carrying":
        """Carries deliveries out."""
        from bailiwick.engine.webhook.carry import Carrying

        return Carrying(
            units=self._grounds.units,
            egress=self.egress,
            keys=self.keys,
            clock=self._grounds.clock,
            draw=self._doubles.draw or random.SystemRandom().random,
        )

    @cached_property
    def reception(self) -> "Reception":
        """Takes in what outside systems tell."""
        from bailiwick.engine.webhook.receive import Reception

        grounds = self._grounds
        return Reception(units=grounds.units, clock=grounds.clock, ids=grounds.ids)
