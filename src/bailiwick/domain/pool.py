"""The worker pools: one process each, so that a jammed capability cannot slow another group."""

from enum import StrEnum


class Pool(StrEnum):
    """A group of capabilities that share a process and its limits (capabilities 27c)."""

    CORE = "core"
    EMAIL = "email"
    ENRICHMENT = "enrichment"
    SCORING = "scoring"
    ANALYTICS = "analytics"
    DISCOVERY = "discovery"
    EVALS = "evals"
    EVENTS = "events"
    """Deliveries of webhooks: a slow endpoint keeps nobody else waiting."""
