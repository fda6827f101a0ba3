"""Acts out one row that needs HTTP: signed hooks, hostile addresses, hostile JSON.

Paths and field names of a row are stand-ins: here they become the product's own.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from bailiwick.connectors.smtp.unsubscribe import unsubscribe_token
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import EndpointId, PersonId
from bailiwick.domain.webhook import Delivery, Endpoint, EndpointStatus
from bench.redteam.booth import Booth, consent_all
from bench.redteam.corpus import Channel, Row, Scenario, octets
from bench.redteam.counter import Counter, Reply
from bench.redteam.evidence import Evidence
from bench.redteam.harm import harm_of
from bench.redteam.mail_trial import gather, state_of
from bench.redteam.memory import Stopwatch
from bench.redteam.rig import Pass, Rig
from bench.redteam.wires import redirect
from bench.redteam.wiretap import listening
from bench.redteam.world import World

SIGNALS: Final = "/api/v1/signals"
SOURCES: Final = "/api/v1/webhooks/sources"
ENDPOINTS: Final = "/api/v1/webhooks/endpoints"
GENUINE: Final = "AbC123"
_TAKEN: Final = frozenset({200, 201, 202})
_FIELDS: Final = TypeAdapter(dict[str, JsonValue])
_TRIES_MAX: Final = 3  # ours: enough to see that a later try goes nowhere else


class Addresses(BaseModel):
    """A row about addresses that somebody gives us, and what the outside answers."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    fields: Mapping[str, str] = Field(alias="json")
    fake_dns: Mapping[str, tuple[str, ...]] = {}
    fake_http: Mapping[str, Mapping[str, int | str]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where a row is acted out."""

    row: Row
    payload: bytes
    world: World
    booth: Booth
    desk: Counter
    seen: Evidence

    @property
    def seconds(self) -> int:
        """The time of the world, as Unix seconds."""
        return int(self.booth.clock.now().timestamp())

    def note(self, what: str, reply: Reply) -> Reply:
        """Note an answer to the row's own request."""
        self.seen.statuses = (*self.seen.statuses, (what, reply.status))
        return reply

    def fault(self, sentence: str) -> None:
        """Note what must not be."""
        self.seen.faults = (*self.seen.faults, sentence)


def try_http(rig: Rig, row: Row, one: Pass, *, turn: int) -> Evidence:
    """Run a row that needs HTTP under one pass."""
    payload = octets(row, canary=rig.world.canary)
    harm = harm_of(row, payload, rig.world, turn=turn)
    seen = Evidence(sender=rig.world.main.email)
    with rig.open(replace(one, served=True), harm) as booth:
        desk = booth.counter
        assert desk is not None, "it was opened served"
        stage = Stage(
            row=row, payload=payload, world=rig.world, booth=booth, desk=desk, seen=seen
        )  # fmt: skip
        seen.before, theirs = booth.snapshot(), booth.elsewhere()
        with listening() as heard:
            SCENES[row.category](stage)
            if one.granted:
                consent_all(booth)
            if row.category == "ssrf":  # nobody's mail is in it, so nobody would be planned for
                booth.all_due()
            seen.failures = booth.sweep().failures
        seen.heard = (*heard, *desk.wires.connected)
        now = booth.elsewhere()
        seen.booked_elsewhere = tuple(table for table in now if now[table] != theirs[table])
        gather(booth, seen, served=rig.server.served)
        seen.state = state_of(booth, seen.sender)
    return seen


def signature(secret: str, message_id: str, at: str, body: bytes) -> str:
    """Sign as Standard Webhooks 1.0.0 says, without the product's own code."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join((message_id.encode(), at.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _hooked(stage: Stage) -> None:
    """Post to a source's own path what the row posts, signed as it says."""
    made = stage.desk.take(
        "POST", SOURCES, by=stage.desk.person(Role.ADMIN), body={"name": "form"}
    )  # fmt: skip
    path, secret = made.word("path"), made.word("secret")
    scenario = Scenario.model_validate_json(stage.payload)
    for body in _bodies(stage, scenario):
        headers = _headers(stage, scenario.headers, body, secret=secret)
        before = stage.booth.counted("signals")
        reply = stage.note("the hook", stage.desk.ask("POST", path, headers=headers, content=body))
        taken = stage.booth.counted("signals") - before
        if (reply.status in _TAKEN) != bool(taken):
            stage.fault(f"the hook answered {reply.status} and kept {taken} signals")


def _bodies(stage: Stage, scenario: Scenario) -> Iterator[bytes]:
    """Return the row's body in the product's fields: alone, and with the row's own fields."""
    told = _as_told(stage.world)
    own = _FIELDS.validate_json(scenario.body or "{}")
    fields = {name: value for name, value in own.items() if name != "type"}
    if "type" in own:
        told["kind"] = str(own["type"])
    respelled = "valid for" in " ".join(scenario.headers.values())
    yield json.dumps(told, separators=None if respelled else (",", ":")).encode()
    if fields and not respelled:
        yield json.dumps({**told, **fields}, separators=(",", ":")).encode()


def _as_told(world: World) -> dict[str, JsonValue]:
    return {"kind": "form.submitted", "address": world.main.email}


def _headers(stage: Stage, given: Mapping[str, str], body: bytes, *, secret: str) -> dict[str, str]:
    found = {
        name: re.sub(r"\{now([+-]\d+)?\}", lambda m: str(stage.seconds + int(m[1] or 0)), value)
        for name, value in given.items()
    }
    message_id, at = found.get("webhook-id", ""), found.get("webhook-timestamp", "")
    compact = json.dumps(json.loads(body), separators=(",", ":")).encode()
    right = signature(secret, message_id, at, body)
    marks = (
        (r"\{valid for .*\}", signature(secret, message_id, at, compact)),
        (r"\{sig of .*\}", right),  # id, time and body in one text: the dot moves, it stays
        (r"\{valid\}", right),
    )
    for mark, value in marks:
        found = {name: re.sub(mark, value, text) for name, text in found.items()}
    return found


def _bombed(stage: Stage) -> None:
    """Post hostile JSON to each door that reads JSON: signed, with a key, as a thread's words."""
    rep = stage.desk.person(Role.REP)
    made = stage.desk.take(
        "POST", SOURCES, by=stage.desk.person(Role.ADMIN), body={"name": "form"}
    )  # fmt: skip
    path, secret = made.word("path"), made.word("secret")
    text = stage.payload.decode("utf-8")
    told = {**_as_told(stage.world), "note": text}
    watch = Stopwatch()
    for number, body in enumerate((stage.payload, json.dumps(told).encode())):
        name, at = f"msg_{number}", str(stage.seconds)
        headers = {
            "webhook-id": name, "webhook-timestamp": at,
            "webhook-signature": signature(secret, name, at, body),
        }  # fmt: skip
        reply = stage.desk.ask("POST", path, headers=headers, content=body)
        stage.note("the hook", reply)
    asked: tuple[tuple[str, bytes], ...] = (
        (SIGNALS, stage.payload),
        ("/threads", stage.payload),
        ("/threads", b'{"metadata":' + stage.payload + b"}"),
        ("/threads/search", b'{"metadata":' + stage.payload + b"}"),
        ("/store/items/search", b'{"namespace_prefix":[],"filter":' + stage.payload + b"}"),
    )
    for where, body in asked:
        reply = stage.note(where, stage.desk.ask("POST", where, by=rep, content=body))
        if reply.status in _TAKEN and not _strict(reply.content):
            stage.fault(f"{where} answered what is no JSON")
    stage.seen.seconds = watch.seconds()


def _strict(content: bytes) -> bool:
    """Tell whether an answer is JSON without numbers that JSON does not have."""

    def refuse(name: str) -> float:
        raise ValueError(name)

    try:
        json.loads(content, parse_constant=refuse)
    except ValueError:
        return False
    return True


def _addressed(stage: Stage) -> None:
    """Give a hostile address in every field that takes one, then let all work be done."""
    row = Addresses.model_validate_json(stage.payload)
    stage.desk.wires.names = row.fake_dns
    for answer in row.fake_http.values():
        stage.desk.wires.answer = redirect(int(answer["status"]), str(answer["location"]))
    url = row.fields["webhook_url"]
    admin = stage.desk.person(Role.ADMIN)
    for role in (Role.VIEWER, Role.REP, Role.APPROVER):
        denied = stage.desk.ask(
            "POST", ENDPOINTS, by=stage.desk.person(role), body={"url": url}
        )  # fmt: skip
        if denied.status in _TAKEN:
            stage.fault(f"a {role.value} could add an endpoint")
    stage.note("the endpoint", stage.desk.ask("POST", ENDPOINTS, by=admin, body={"url": url}))
    _kept_before(stage, url, by=admin)
    _spread(stage, row.fields)
    stop = {"scope": "model", "reason": "an event to tell of"}
    stage.desk.take("POST", "/api/v1/halts", by=admin, body=stop)
    stage.desk.take("POST", "/api/v1/halts/lift", by=admin, body=stop)
    _deliver(stage)


def _spread(stage: Stage, fields: Mapping[str, str]) -> None:
    """Put the addresses where records take words, by a person and by a program."""
    rep = stage.desk.person(Role.REP)
    website, logo = fields["company_website"], fields["logo_url"]
    rows = f'name,website,logo_url\nHostile,"{website}","{logo}"\n'.encode()
    stage.note(
        "the import",
        stage.desk.ask("POST", "/api/v1/imports/csv?kind=accounts", by=rep, content=rows),
    )
    told = {**_as_told(stage.world), "external_id": "e1", "note": logo, "company": website}
    stage.note("the signal", stage.desk.ask("POST", SIGNALS, by=rep, body=told))


def _kept_before(stage: Stage, url: str, *, by: PersonId) -> None:
    """Put the address behind the first check, as a name that turned hostile later would be."""
    app = stage.desk.app
    name = EndpointId("whe_kept_before")
    with app.units.write() as unit:
        unit.webhooks.add_endpoint(
            Endpoint(
                endpoint_id=name, url=url, kinds=frozenset(), status=EndpointStatus.ACTIVE,
                status_reason="", seq=unit.records.head()[0],
                secret=app.outside.keys.seal(name, "whsec_" + "A" * 44), former_secret=b"",
                former_until=None, created_by=by, created_at=stage.booth.clock.now(),
            )
        )  # fmt: skip
        unit.commit()


def _deliver(stage: Stage) -> None:
    """Let the relay and the carrier do all there is to do, some tries long."""
    outside = stage.desk.app.outside
    relayed = outside.relay.relay()
    if not relayed.deliveries_count:
        stage.fault("nothing was told to any endpoint; the scene proves nothing")
    for _ in range(_TRIES_MAX):
        for delivery in _waiting(stage):
            outside.carrying.carry(delivery.delivery_id)
        stage.booth.later(minutes=10)


def _waiting(stage: Stage) -> Sequence[Delivery]:
    with stage.desk.app.units.read() as unit:
        return unit.webhooks.deliveries(None, state=None, cursor=None, size=50).items


def _unsubscribed(stage: Stage) -> None:
    """Follow an unsubscribe link of the main contact as the row does, without a key; twice.

    `AbC123` stands for a genuine token, any other for the same with one letter changed.
    """
    scenario = Scenario.model_validate_json(stage.payload)
    token = unsubscribe_token(stage.world.main.email, secret=stage.desk.secret)
    name = scenario.path.rpartition("/")[2]
    if name != GENUINE:
        token = token[:-1] + ("A" if token[-1] != "A" else "Q")
    content = scenario.body.encode()
    headers = {**scenario.headers, "content-type": "application/x-www-form-urlencoded"}
    path = f"/u/{token}"
    stage.note("a look", stage.desk.ask("GET", path))
    if stage.booth.counted("suppressions"):
        stage.fault("a look at the link opted somebody out")
    for _ in range(2):
        reply = stage.desk.ask(scenario.method, path, headers=headers, content=content)
        stage.note("the link", reply)


SCENES: Final[Mapping[str, Callable[[Stage], None]]] = {
    "webhook": _hooked,
    "json_bomb": _bombed,
    "ssrf": _addressed,
    "optout": _unsubscribed,
}
"""How a category is acted out."""


def has_scene(row: Row) -> bool:
    """Tell whether a row is acted out over HTTP; most requests to stop come by mail."""
    return row.category in SCENES and (row.category != "optout" or row.channel is Channel.WEBHOOK)
