"""`bailiwick webhook`: who is told of events, how that went, and who may tell us."""

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, checked, sliced, tell_more
from bailiwick.cli.session import As, Json, Reason, application, person
from bailiwick.cli.wording import moment
from bailiwick.domain.event import EventKind
from bailiwick.domain.webhook import DeliveryState

if TYPE_CHECKING:
    from bailiwick.domain.webhook import Delivery, Endpoint
    from bailiwick.kit.json_value import Json as JsonValue

app = App(name="webhook", help="Tell other systems of events, and hear theirs.")
source = App(name="source", help="Outside systems that post signed events to us.")
app.command(source)

Kinds = Annotated[
    tuple[EventKind, ...],
    Parameter(name="--event", help="Only events of this kind; may be repeated.", negative=()),
]


@app.command
def add(url: str, *, event: Kinds = (), as_: As = "", json: Json = False) -> int:
    """Tell an address of what happens from now on; an administrator does that.

    Parameters
    ----------
    url
        An https address that takes POST requests by Standard Webhooks.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        endpoint, secret = bailiwick.outside.administration.add(
            url, frozenset(event), by=asking.person_id
        )
    output.answer({**_endpoint(endpoint), "secret": secret})
    output.say(
        f"{endpoint.endpoint_id} is told of events from now on.",
        f"Its secret, shown this once: {secret}",
        mark="ok",
    )
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the endpoints and how they stand."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.webhooks.endpoints(cursor=cursor or None, size=checked(size))
    output.answer({"items": [_endpoint(e) for e in page.items], "next_cursor": page.next_cursor})
    rows = [
        (e.endpoint_id, e.status.value, e.url, ", ".join(_kinds(e)) or "all", e.status_reason)
        for e in page.items
    ]
    output.table("Webhook endpoints", ("id", "status", "address", "events", "why"), rows)
    if not rows:
        output.say("Nobody is told yet: bailiwick webhook add URL")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def rotate(endpoint: str, *, as_: As = "", json: Json = False) -> int:
    """Give an endpoint a new secret; the former one signs as well for a day.

    Parameters
    ----------
    endpoint
        See `bailiwick webhook list`.
    """
    from bailiwick.domain.ids import EndpointId

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        secret = bailiwick.outside.administration.rotate(EndpointId(endpoint), by=asking.person_id)
    output.answer({"endpoint": endpoint, "secret": secret})
    output.say(f"The new secret of {endpoint}, shown this once: {secret}", mark="ok")
    return Exit.OK


@app.command
def enable(endpoint: str, *, as_: As = "", json: Json = False) -> int:
    """Tell an endpoint again, also of what it missed.

    Parameters
    ----------
    endpoint
        See `bailiwick webhook list`.
    """
    return _switch(endpoint, on=True, reason="", as_=as_, json=json)


@app.command
def disable(endpoint: str, *, reason: Reason, as_: As = "", json: Json = False) -> int:
    """Tell an endpoint nothing until it is enabled.

    Parameters
    ----------
    endpoint
        See `bailiwick webhook list`.
    """
    return _switch(endpoint, on=False, reason=reason, as_=as_, json=json)


@app.command
def log(
    *,
    endpoint: str = "",
    state: DeliveryState | None = None,
    cursor: Cursor = "",
    size: Size = SIZE,
    json: Json = False,
) -> int:
    """List deliveries, newest first: what was told, how often it was tried, how it was taken.

    Parameters
    ----------
    endpoint
        Only those of this endpoint.
    state
        Only those that stand so.
    """
    from bailiwick.domain.ids import EndpointId

    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = unit.webhooks.deliveries(
            EndpointId(endpoint) if endpoint else None,
            state=state,
            cursor=cursor or None,
            size=checked(size),
        )
    output.answer({"items": [_delivery(d) for d in page.items], "next_cursor": page.next_cursor})
    rows = [
        (d.delivery_id, d.kind.value, d.state.value, str(d.tries), moment(d.due_at), d.reason)
        for d in page.items
    ]
    output.table("Deliveries", ("id", "event", "state", "tries", "due", "why"), rows)
    if not rows:
        output.say("Nothing here.")
    tell_more(output, page.next_cursor)
    return Exit.OK


@app.command
def replay(delivery: str, *, as_: As = "", json: Json = False) -> int:
    """Try a dead delivery again, from the first try.

    Parameters
    ----------
    delivery
        See `bailiwick webhook log --state dead`.
    """
    from bailiwick.domain.ids import DeliveryId

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        again = bailiwick.outside.administration.replay(DeliveryId(delivery), by=asking.person_id)
    output.answer(_delivery(again))
    output.say(f"{delivery} is tried again.", mark="ok")
    return Exit.OK


@source.command(name="add")
def source_add(name: str, *, as_: As = "", json: Json = False) -> int:
    """Let an outside system post signed events; an administrator does that.

    Parameters
    ----------
    name
        What the system is called in records.
    """
    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        added, secret = bailiwick.outside.administration.add_source(name, by=asking.person_id)
        path = f"/api/v1/hooks/{bailiwick.workspace.workspace_id}/{added.source_id}"
    output.answer({"source": added.source_id, "name": added.name, "path": path, "secret": secret})
    output.say(
        f"{added.name} posts to {path}.",
        f"Its secret, shown this once: {secret}",
        mark="ok",
    )
    return Exit.OK


@source.command(name="list")
def source_list(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the outside systems that may post to us."""
    output = Output(as_json=json)
    with application() as bailiwick, bailiwick.units.read() as unit:
        page = sliced(unit.inbound.sources(), key=lambda s: s.source_id, cursor=cursor, size=size)
    output.answer(
        {
            "items": [{"source": s.source_id, "name": s.name} for s in page.items],
            "next_cursor": page.next_cursor,
        }
    )
    rows = [(s.source_id, s.name, moment(s.created_at)) for s in page.items]
    output.table("Webhook sources", ("id", "name", "since"), rows)
    if not rows:
        output.say("No outside system posts to us yet: bailiwick webhook source add NAME")
    tell_more(output, page.next_cursor)
    return Exit.OK


@source.command(name="rotate")
def source_rotate(source_id: str, *, as_: As = "", json: Json = False) -> int:
    """Give a source a new secret; the former one is taken as well for a day.

    Parameters
    ----------
    source_id
        See `bailiwick webhook source list`.
    """
    from bailiwick.domain.ids import SourceId

    output = Output(as_json=json)
    with application() as bailiwick:
        by = person(bailiwick, as_).person_id
        secret = bailiwick.outside.administration.rotate_source(SourceId(source_id), by=by)
    output.answer({"source": source_id, "secret": secret})
    output.say(f"The new secret of {source_id}, shown this once: {secret}", mark="ok")
    return Exit.OK


@source.command(name="remove")
def source_remove(source_id: str, *, as_: As = "", json: Json = False) -> int:
    """Hear an outside system no more; what it told stays.

    Parameters
    ----------
    source_id
        See `bailiwick webhook source list`.
    """
    from bailiwick.domain.ids import SourceId

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        bailiwick.outside.administration.remove_source(SourceId(source_id), by=asking.person_id)
    output.answer({"source": source_id, "removed": True})
    output.say(f"{source_id} is heard no more.", mark="ok")
    return Exit.OK


def _switch(endpoint: str, *, on: bool, reason: str, as_: str, json: bool) -> int:
    from bailiwick.domain.ids import EndpointId

    output = Output(as_json=json)
    with application() as bailiwick:
        asking = person(bailiwick, as_)
        now = bailiwick.outside.administration.switch(
            EndpointId(endpoint), on=on, reason=reason, by=asking.person_id
        )
    output.answer(_endpoint(now))
    output.say(f"{endpoint} is {now.status.value} now.", mark="ok")
    return Exit.OK


def _kinds(endpoint: "Endpoint") -> list[str]:
    return sorted(kind.value for kind in endpoint.kinds)


def _endpoint(endpoint: "Endpoint") -> "dict[str, JsonValue]":
    return {
        "endpoint": endpoint.endpoint_id,
        "url": endpoint.url,
        "events": _kinds(endpoint),
        "status": endpoint.status.value,
        "reason": endpoint.status_reason,
        "created_at": endpoint.created_at.isoformat(),
    }


def _delivery(delivery: "Delivery") -> "dict[str, JsonValue]":
    return {
        "delivery": delivery.delivery_id,
        "endpoint": delivery.endpoint_id,
        "event": delivery.event_id,
        "kind": delivery.kind.value,
        "state": delivery.state.value,
        "tries": delivery.tries,
        "due_at": delivery.due_at.isoformat(),
        "status": delivery.answer_status,
        "reason": delivery.reason,
    }
