"""Which operation does over HTTP what a command does, or why none does."""

from collections.abc import Iterator
from typing import Final

from cyclopts import App

OPERATIONS: Final[dict[str, tuple[str, ...]]] = {
    "approvals approve": ("POST /approvals/{approval_id}/approve",),
    "approvals edit": ("POST /approvals/{approval_id}/edit",),
    "approvals list": ("GET /approvals",),
    "approvals reassign": ("POST /approvals/{approval_id}/reassign",),
    "approvals reject": ("POST /approvals/{approval_id}/reject",),
    "approvals show": ("GET /approvals/{approval_id}",),
    "approvals snooze": ("POST /approvals/{approval_id}/snooze",),
    "audit explain": ("GET /audit/explain/{about}",),
    "audit export": ("GET /audit/records",),
    "audit runs": ("GET /runs",),
    "audit seal": ("POST /audit/seal",),
    "audit verify": ("GET /audit/verify",),
    "backup list": ("GET /backups",),
    "consent add": ("POST /consents",),
    "consent list": ("GET /consents",),
    "consent show": ("GET /contacts/{contact}/consent",),
    "cost": ("GET /costs",),
    "cost budgets": ("GET /budgets",),
    "erase": ("POST /erasures", "POST /erasures/plan"),
    "export": ("POST /exports",),
    "grant add": ("POST /grants",),
    "grant list": ("GET /grants",),
    "grant revoke": ("POST /grants/{grant_id}/revoke",),
    "halt": ("POST /halts",),
    "halt lift": ("POST /halts/lift",),
    "halt list": ("GET /halts",),
    "import csv": ("POST /imports/csv",),
    "keys add": ("POST /keys", "POST /issued-keys"),
    "keys list": ("GET /keys", "GET /issued-keys"),
    "keys revoke": ("DELETE /keys/{key_id}", "DELETE /issued-keys/{key_id}"),
    "keys rotate": ("POST /keys/{key_id}/rotate", "POST /issued-keys/{key_id}/rotate"),
    "list": ("GET /capabilities", "GET /capabilities/{name}"),
    "mail import": ("POST /mail",),
    "mail sync": ("POST /mail/sync",),
    "people add": ("POST /people",),
    "people add-agent": ("POST /agents",),
    "people dismiss": ("POST /people/{person_id}/dismiss",),
    "people list": ("GET /people", "GET /people/{person_id}"),
    "people set": (
        "PATCH /people/{person_id}",
        "PUT /teams/{team}/members/{person_id}",
        "DELETE /teams/{team}/members/{person_id}",
    ),
    "people set-password": ("PUT /people/{person_id}/password", "POST /password"),
    "plan": ("POST /plans",),
    "policy explain": ("POST /policy/explain",),
    "policy list": ("GET /policy/rules",),
    "policy schema": ("GET /policy/schema",),
    "policy simulate": ("POST /policy/simulate",),
    "policy test": ("POST /policy/test",),
    "replay": ("POST /runs/{run_id}/replay",),
    "retention plan": ("GET /retention",),
    "retention run": ("POST /retention/run",),
    "schedule add": ("PUT /schedules/{name}",),
    "schedule list": ("GET /schedules",),
    "schedule pause": ("POST /schedules/{name}/pause",),
    "schedule remove": ("DELETE /schedules/{name}",),
    "schedule resume": ("POST /schedules/{name}/resume",),
    "sweep": ("POST /sweeps",),
    "tasks doubt": ("POST /contacts/{contact}/doubt",),
    "tasks finish": ("POST /tasks/{task_id}/finish",),
    "tasks list": ("GET /tasks",),
    "teams add": ("POST /teams",),
    "teams list": ("GET /teams",),
    "teams remove": ("DELETE /teams/{team}",),
    "trace": ("GET /traces/{run_id}",),
    "trace list": ("GET /traces",),
    "trace orphans": ("GET /traces/orphans",),
    "webhook add": ("POST /webhooks/endpoints",),
    "webhook disable": ("POST /webhooks/endpoints/{endpoint_id}/switch",),
    "webhook enable": ("POST /webhooks/endpoints/{endpoint_id}/switch",),
    "webhook list": ("GET /webhooks/endpoints", "GET /webhooks/endpoints/{endpoint_id}"),
    "webhook log": ("GET /webhooks/deliveries",),
    "webhook replay": ("POST /webhooks/deliveries/{delivery_id}/replay",),
    "webhook rotate": ("POST /webhooks/endpoints/{endpoint_id}/rotate",),
    "webhook source add": ("POST /webhooks/sources",),
    "webhook source list": ("GET /webhooks/sources",),
    "webhook source remove": ("DELETE /webhooks/sources/{source_id}",),
    "webhook source rotate": ("POST /webhooks/sources/{source_id}/rotate",),
    "worker buried": ("GET /jobs/buried",),
    "worker dead": ("GET /effects",),
    "worker depth": ("GET /pools",),
    "worker doubt": ("GET /effects",),
    "worker limit": ("PUT /pools/{pool}/limits",),
    "worker replay": ("POST /effects/{effect_id}/replay",),
    "worker requeue": ("POST /jobs/{job_id}/requeue",),
    "worker settle": ("POST /effects/{effect_id}/settle",),
}
"""Paths are under `/api/v1`."""

LOCAL: Final[dict[str, str]] = {
    "backup": "it writes a file of this machine that holds every workspace of the database",
    "demo": "it builds a workspace of its own to look at",
    "doctor": "it reads settings and secrets of this machine; `/readyz` and `/health` tell callers",
    "graphs": "it writes a file of this machine for LangGraph's own tools",
    "init": "it makes the database that is served",
    "mcp serve": "it is a process of this machine; over HTTP the same part answers at `/mcp`",
    "migrate": "it changes the tables of the database that is served",
    "restore": "it replaces the database that is served, while nothing else uses it",
    "serve": "it is the process that answers",
    "worker": "it is a process of this machine",
    "worker carry": "it is the process of one pool",
}
"""Commands that only somebody on the machine gives, and why."""

ALONE: Final[dict[str, str]] = {
    "GET /accounts": "records",
    "GET /accounts/{account_id}": "records",
    "GET /contacts": "records",
    "GET /contacts/{contact_id}": "records",
    "GET /opportunities": "records",
    "GET /effects/{effect_id}": "records",
    "GET /erasures": "records",
    "GET /events": "a live stream",
    "GET /runs/{run_id}": "records",
    "POST /runs": "a request for the pools",
    "POST /runs/{run_id}/cancel": "a request for the pools",
    "POST /signals": "told by other systems",
    "POST /hooks/{workspace_id}/{source_id}": "told by other systems",
    "DELETE /sessions": "a browser's session",
    "DELETE /sessions/{session_id}": "a browser's session",
    "GET /session": "a browser's session",
    "GET /sessions": "a browser's session",
    "POST /login": "a browser's session",
    "POST /logout": "a browser's session",
}
"""Operations that no command has, and what they are for."""


def verbs(app: App, path: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield every command that does something, by its words."""
    if app.default_command is not None and path:
        yield " ".join(path)
    for name in app:
        if not name.startswith("-"):
            yield from verbs(app[name], (*path, name))
