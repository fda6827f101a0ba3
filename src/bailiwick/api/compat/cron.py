"""Crons in the shape that clients read, and which of them a client looks for."""

from collections.abc import Sequence

from bailiwick.api.compat.bodies import CronSearch
from bailiwick.api.compat.naming import assistant_id, capability_of
from bailiwick.api.compat.wire import Shown, told
from bailiwick.domain.cron import Cron
from bailiwick.kit.ids import as_uuid


def cron_shown(cron: Cron) -> Shown:
    """Return a cron."""
    assistant = assistant_id(cron.capability)
    payload: Shown = {
        "assistant_id": assistant,
        "config": {},
        "input": cron.input,
        "schedule": cron.schedule,
        "enabled": cron.enabled,
    }
    if cron.zone:
        payload["timezone"] = cron.zone
    if cron.metadata:
        payload["metadata"] = cron.metadata
    kept = "keep" if cron.thread_kept else "delete"
    return {
        "cron_id": as_uuid(cron.cron_id),
        "assistant_id": assistant,
        "thread_id": cron.thread_id,
        "on_run_completed": kept if cron.thread_id is None else None,
        "schedule": cron.schedule,
        "timezone": cron.zone or None,
        "payload": payload,
        "next_run_date": None if cron.next_at is None else told(cron.next_at),
        "metadata": cron.metadata,
        "enabled": cron.enabled,
        "end_time": None if cron.end_time is None else told(cron.end_time),
        "user_id": cron.made_by,
        "created_at": told(cron.created_at),
        "updated_at": told(cron.updated_at),
    }


def crons_like(crons: Sequence[Cron], query: CronSearch) -> Sequence[Cron]:
    """Return the crons that fit. Raises Refusal for an assistant that is not there."""
    capability = None if query.assistant_id is None else capability_of(query.assistant_id)
    found = [
        cron
        for cron in crons
        if capability in {None, cron.capability}
        and query.thread_id in {None, cron.thread_id}
        and query.enabled in {None, cron.enabled}
        and all(cron.metadata.get(k) == v for k, v in query.metadata.items())
    ]
    return found[::-1] if query.sort_order == "asc" else found
