"""What an agent inbox does: find what waits, look at it, and accept, edit, answer or ignore it."""

import asyncio
import time
from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import httpx
import pytest
from tests.cli.house import House, open_house
from tests.e2e.compat.served import Served, serving

from bailiwick.domain.approval import Approval, ApprovalStatus
from bailiwick.domain.effect import EffectRow
from bailiwick.domain.ids import ApprovalId
from bailiwick.kit.json_value import Json

ORCHESTRATOR = "crm_orchestrator"


@dataclass(frozen=True)
class Inbox:
    """The HTTP calls that an inbox makes, with the administrator's key."""

    http: httpx.Client
    house: House

    def plan(self, contact_id: str) -> str:
        """Let a plan be made for a contact on a new thread, and return the thread."""
        thread_id: str = self.http.post("/threads", json={}).json()["thread_id"]
        body: dict[str, Json] = {"assistant_id": ORCHESTRATOR, "input": {"contact_id": contact_id}}
        held = self.http.post(f"/threads/{thread_id}/runs/wait", json=body)
        assert "__interrupt__" in held.json(), held.text
        return thread_id

    def waiting(self, thread_id: str) -> dict[str, Json]:
        """Find a thread among those that wait, and return the value of its interrupt."""
        found = self.http.post("/threads/search", json={"status": "interrupted", "limit": 100})
        assert thread_id in [thread["thread_id"] for thread in found.json()]
        state = self.http.get(f"/threads/{thread_id}/state").json()
        (interrupt,) = state["tasks"][0]["interrupts"]
        value: dict[str, Json] = interrupt["value"]
        return value

    def answer(self, thread_id: str, resume: Json) -> httpx.Response:
        """Resume a thread."""
        body: dict[str, Json] = {"assistant_id": ORCHESTRATOR, "command": {"resume": resume}}
        return self.http.post(f"/threads/{thread_id}/runs/wait", json=body)

    def listen(self, path: str, *, slowly: bool = False) -> str:
        """Listen to a stream to its end, a few bytes at a time if slowly; without heartbeats."""
        text = b""
        with self.http.stream("GET", path) as answer:
            for piece in answer.iter_raw(chunk_size=8 if slowly else None):
                text += piece
                if slowly:
                    time.sleep(0.005)
        return text.decode().replace(": heartbeat\n\n", "")

    def status(self, thread_id: str) -> str:
        """Return where a thread stands."""
        found: str = self.http.get(f"/threads/{thread_id}").json()["status"]
        return found

    def shown_hash(self, value: dict[str, Json]) -> Json:
        """Return the hash of the payload that a value showed."""
        own = value["bailiwick"]
        assert isinstance(own, dict)
        return own["payload_sha256"]

    def stored(self, value: dict[str, Json]) -> tuple[Approval, EffectRow | None]:
        """Return the card that a value showed, and the effect that came of its step."""
        own = value["bailiwick"]
        assert isinstance(own, dict)
        app = self.house.opened()
        try:
            with app.units.read() as unit:
                card = unit.approvals.get(ApprovalId(str(own["approval_id"])))
                assert card is not None
                return card, unit.effects.for_step(card.step_id)
        finally:
            app.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Generator[tuple[Served, House]]:
    """A served workspace without anything in it."""
    folder = tmp_path_factory.mktemp("inbox")
    with pytest.MonkeyPatch.context() as monkeypatch:
        house = open_house(folder, monkeypatch)
        house.found()
        with serving(folder, tmp_path_factory.mktemp("packages")) as found:
            yield found, house


@pytest.fixture
def inbox(served: tuple[Served, House]) -> Generator[Inbox]:
    """An inbox of the administrator."""
    found, house = served
    with httpx.Client(base_url=found.url, headers={"x-api-key": found.key}, timeout=30) as http:
        yield Inbox(http, house)


@pytest.fixture
def asked(inbox: Inbox, request: pytest.FixtureRequest) -> Callable[[], str]:
    """Lets a new contact write and a plan be made: returns the thread that waits."""
    numbers = iter(range(100))

    def ask() -> str:
        number = abs(hash((request.node.name, next(numbers)))) % 10**9
        address = f"ada{number}@northwind{number}.example"
        contact_id = inbox.house.contact(address)
        assert inbox.house.receive(sender=address, number=number).code == 0
        return inbox.plan(contact_id)

    return ask


class TestDecisions:
    def test_accept(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """Accepting sends the stored payload once, however often and with what it is accepted."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        forged: Json = {"action": "send_message", "args": {"mail": {"text": "forged"}}}
        assert inbox.answer(thread_id, [{"type": "accept", "args": forged}]).status_code == 200
        card, effect = inbox.stored(value)
        assert card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}
        assert effect is not None
        assert card.payload_hash == inbox.shown_hash(value)
        assert inbox.status(thread_id) == "idle"
        assert inbox.answer(thread_id, [{"type": "accept", "args": None}]).status_code == 409
        assert inbox.stored(value) == (card, effect)

    def test_edit(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """An edited text is judged and sent; the card for the old one is dead."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        request = value["action_request"]
        assert isinstance(request, dict)
        args = request["args"]
        assert isinstance(args, dict)
        mail = args["mail"]
        assert isinstance(mail, dict)
        edited: Json = {**args, "mail": {**mail, "subject": "Our delivery times"}}
        resume: Json = [{"type": "edit", "args": {"action": request["action"], "args": edited}}]
        answer = inbox.answer(thread_id, resume)
        assert answer.status_code == 200, answer.text
        card, _ = inbox.stored(value)
        assert card.status is ApprovalStatus.EDITED

    def test_respond(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """A response is a no with a reason: nothing is sent."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        told = inbox.answer(thread_id, [{"type": "response", "args": "We answered by phone."}])
        assert told.status_code == 200, told.text
        card, effect = inbox.stored(value)
        assert card.status is ApprovalStatus.REJECTED
        assert "phone" in card.closed_reason
        assert effect is None

    def test_ignore(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """Ignoring is a no without a reason: nothing is sent and nothing waits."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        assert inbox.answer(thread_id, [{"type": "ignore", "args": None}]).status_code == 200
        card, effect = inbox.stored(value)
        assert card.status is ApprovalStatus.REJECTED
        assert effect is None
        assert inbox.status(thread_id) == "idle"

    def test_resolve(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """Writing the state's end, as an inbox resolves, drops what waits."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        end: dict[str, Json] = {"values": None, "as_node": "__end__"}
        told = inbox.http.post(f"/threads/{thread_id}/state", json=end)
        assert told.status_code == 200, told.text
        card, effect = inbox.stored(value)
        assert card.status not in {ApprovalStatus.PENDING, ApprovalStatus.APPROVED}
        assert effect is None
        assert inbox.status(thread_id) == "idle"

    def test_a_stale_payload(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """A yes to another payload than the one that waits is a conflict and changes nothing."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        stale = inbox.answer(thread_id, [{"type": "accept", "payload_sha256": "0" * 64}])
        assert stale.status_code == 409
        card, effect = inbox.stored(value)
        assert (card.status, effect) == (ApprovalStatus.PENDING, None)
        assert inbox.status(thread_id) == "interrupted"

    def test_new_input_waits_for_the_decision(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """A thread with an open card takes no new input, and stays as it is."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        card, _ = inbox.stored(value)
        body: dict[str, Json] = {
            "assistant_id": ORCHESTRATOR,
            "input": {"contact_id": str(card.contact_id)},
        }
        told = inbox.http.post(f"/threads/{thread_id}/runs", json=body)
        assert told.status_code == 409
        assert inbox.stored(value)[0].status is ApprovalStatus.PENDING

    def test_two_people_at_once(self, inbox: Inbox, asked: Callable[[], str]) -> None:
        """Eight answers at the same moment are one decision and one effect."""
        thread_id = asked()
        value = inbox.waiting(thread_id)
        accept: Json = [{"type": "accept", "args": None}]
        with ThreadPoolExecutor(8) as people:
            asked_at_once = [people.submit(inbox.answer, thread_id, accept) for _ in range(8)]
        told = [answered.result() for answered in asked_at_once]
        codes = [answer.status_code for answer in told]
        assert 200 in codes
        assert set(codes) <= {200, 409}
        card, effect = inbox.stored(value)
        assert card.status in {ApprovalStatus.APPROVED, ApprovalStatus.EXECUTED}
        assert effect is not None
        assert len(card.signatures) == 1


class TestListening:
    def test_eight_listeners(self, inbox: Inbox) -> None:
        """Eight clients that listen to one run, one of them slowly, hear the same frames."""
        thread_id = inbox.http.post("/threads", json={}).json()["thread_id"]
        body: dict[str, Json] = {
            "assistant_id": "probe_echo",
            "input": {"text": "slow"},
            "stream_mode": ["values", "updates"],
        }
        run = inbox.http.post(f"/threads/{thread_id}/runs", json=body).json()
        path = f"/threads/{thread_id}/runs/{run['run_id']}/stream"
        with ThreadPoolExecutor(8) as clients:
            hearing = [clients.submit(inbox.listen, path, slowly=n == 0) for n in range(8)]
        heard = [listened.result() for listened in hearing]
        assert "event: end" in heard[0]
        assert heard == [heard[0]] * 8


class TestReconnect:
    def test_cut_after_each_frame(self, inbox: Inbox) -> None:
        """Cut off after any frame and joined again with its id, a client sees each frame once."""
        thread_id = inbox.http.post("/threads", json={}).json()["thread_id"]
        body: dict[str, Json] = {
            "assistant_id": "probe_nine",
            "input": {"count": 0},
            "stream_mode": ["values", "updates"],
            "stream_resumable": True,
        }
        whole = frames(inbox.http.post(f"/threads/{thread_id}/runs/stream", json=body).text)
        assert len(whole) >= 20
        path = inbox.http.get(f"/threads/{thread_id}/runs").json()[0]["run_id"]
        for seen in range(1, len(whole)):
            asyncio.run(cut(inbox, f"/threads/{thread_id}/runs/{path}/stream", whole, seen))


async def cut(inbox: Inbox, path: str, whole: list[str], count: int) -> None:
    """Read some frames over a socket of its own, drop it, and read the rest on another."""
    url = inbox.http.base_url
    key = inbox.http.headers["x-api-key"]
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"GET {path} HTTP/1.1\r\nHost: {url.host}\r\nx-api-key: {key}\r\n\r\n"
    writer.write(head.encode())
    seen = b""
    while seen.count(b"\n\n") < count:
        seen += await reader.read(64)
    writer.transport.abort()
    text = seen.decode().replace("\r\n", "\n")
    got = [frame for frame in whole[:count] if frame.split("\n")[0] in text]
    assert got == whole[:count]
    last = whole[count - 1].split("\n")[0].removeprefix("id: ")
    rest = inbox.http.get(path, headers={"last-event-id": last})
    assert frames(rest.text) == whole[count:]


def frames(text: str) -> list[str]:
    """Return the frames of a stream."""
    return [block for block in text.split("\n\n") if block and not block.startswith(":")]
