from collections.abc import Iterator

from starlette.testclient import TestClient
from tests.api.premises import Premises

from bailiwick.api.app import build_app
from bailiwick.api.guard import BODY_BYTES_MAX, Doorway

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
