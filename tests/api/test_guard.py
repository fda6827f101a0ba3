import asyncio
from collections.abc import Iterator

from starlette.requests import Request
from starlette.responses import Response
from starlette.testclient import TestClient
from starlette.types import Message, Receive, Scope, Send
from tests.api.premises import Premises

from bailiwick.api.app import build_app
from bailiwick.api.guard import BODY_BYTES_MAX, Doorway, Guard

EVIL = {"origin": "https://evil.example"}


class TestGuard:
    def test_answers_only_to_its_own_names(self, premises: Premises) -> None:
        """A name that was bent to our address (DNS rebinding) reaches nothing."""
        client = TestClient(premises.app, base_url="http://rebound.example")
        assert client.get("/livez").status_code == 421
        assert premises.client().get("/livez").status_code == 200

    def test_lets_no_foreign_page_change_anything(self, client: TestClient) -> None:
        """A page of another origin is refused before it is known who is logged in."""
        assert client.post("/api/v1/none", headers=EVIL).status_code == 403
        own = {"origin": "http://127.0.0.1"}
        assert client.post("/api/v1/none", headers=own).status_code == 404

    def test_lets_an_origin_call_that_was_named(self, premises: Premises) -> None:
        """CORS answers for the origins of the list, and for no other."""
        listed = Doorway(hosts=frozenset({"127.0.0.1"}), origins=frozenset({EVIL["origin"]}))
        client = TestClient(build_app(premises.service, listed), base_url="http://127.0.0.1")
        answer = client.get("/livez", headers=EVIL)
        assert answer.headers["access-control-allow-origin"] == EVIL["origin"]
        assert "content-location" in answer.headers["access-control-expose-headers"].lower()
        plain = premises.client().get("/livez", headers=EVIL)
        assert "access-control-allow-origin" not in plain.headers

    def test_refuses_a_body_that_is_too_long(self, client: TestClient) -> None:
        """Whether its length was told before or is seen on the way."""
        answer = client.post("/api/v1/none", content=b"x" * (BODY_BYTES_MAX + 1))
        assert answer.status_code == 413

        def pieces() -> Iterator[bytes]:
            for _ in range(5):
                yield b"x" * (BODY_BYTES_MAX // 4)

        assert client.post("/api/v1/none", content=pieces()).status_code in {404, 413}

    def test_gives_every_answer_an_id_and_the_security_headers(self, client: TestClient) -> None:
        """A caller's own id is taken when it is safe to log, else one is made."""
        answer = client.get("/livez", headers={"x-request-id": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        other = client.get("/livez", headers={"x-request-id": "two words\t"})
        assert other.headers["x-request-id"].startswith("req_")

    def test_tells_errors_in_the_shape_of_the_path(self, client: TestClient) -> None:
        """Our own API speaks problem+json, the root speaks `detail`."""
        own = client.get("/api/v1/none")
        assert own.headers["content-type"] == "application/problem+json"
        assert own.json()["status"] == 404
        assert client.get("/none").json() == {"detail": "Not Found"}


class TestABodyThatDrips:
    """A place is for who is answered, not for who takes their time to ask."""

    def test_is_given_up(self) -> None:
        """A byte now and then holds a place no longer than a body may take."""
        told = asked([b"a", b"b"], then_seconds=5.0)
        assert told[0]["status"] == 408
        assert b"took too long" in told[1]["body"]

    def test_does_not_hurry_who_listens(self) -> None:
        """Once the body is there, the caller may stay for as long as the answer goes on."""
        told = asked([b"a", b""], then_seconds=0.3)
        assert (told[0]["status"], told[1]["body"]) == (200, b"a gone")


def asked(pieces: list[bytes], *, then_seconds: float) -> list[Message]:
    """Ask an application that reads the body and waits for its caller to go; an empty one ends."""
    told: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        body = await Request(scope, receive).body()
        message = await receive()
        assert message["type"] == "http.disconnect"
        await Response(body + b" gone")(scope, receive, send)

    async def ask() -> None:
        coming = iter(pieces)

        async def receive() -> Message:
            piece = next(coming, None)
            if piece is None:
                await asyncio.sleep(then_seconds)
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": piece, "more_body": piece != b""}

        async def send(message: Message) -> None:
            told.append(message)

        scope: Scope = {
            "type": "http", "method": "POST", "path": "/api/v1/x", "query_string": b"",
            "headers": [(b"host", b"127.0.0.1")],
        }  # fmt: skip
        doorway = Doorway(body_seconds_max=0.1)
        await Guard(app, doorway=doorway, new_id=lambda: "req_1")(scope, receive, send)

    asyncio.run(ask())
    return told
