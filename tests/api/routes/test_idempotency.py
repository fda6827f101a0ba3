"""One key, one execution: whoever repeats a request gets the first answer."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import Response
from tests.api.routes.conftest import Branch
from tests.fakes.office import DANA

from bailiwick.api.app import build_app
from bailiwick.api.idempotency import once
from bailiwick.domain.crm import Role, Task
from bailiwick.domain.ids import TaskId
from bailiwick.engine.kept_answers import BODY_BYTES_MAX
from bailiwick.store.crm_rows import CrmRows

HALTS = "/api/v1/halts"
STOP = {"scope": "model", "reason": "drill"}


def keyed(key: str) -> dict[str, str]:
    return {"Idempotency-Key": key}


def records(branch: Branch) -> int:
    with branch.office.app.units.read() as unit:
        return unit.records.head()[0]


class TestAKeyedPost:
    def test_is_executed_once(self, branch: Branch) -> None:
        """The second answer is the first one, byte for byte, and nothing is done again."""
        client = branch.client()
        first = client.post(HALTS, json=STOP, headers=keyed("k1"))
        assert first.json()["changed"] is True
        before = records(branch)
        again = client.post(HALTS, json=STOP, headers=keyed("k1"))
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.headers["idempotent-replayed"] == "true"
        assert records(branch) == before

    def test_is_executed_once_by_fifty_at_the_same_time(self, branch: Branch) -> None:
        """Fifty parallel twins make one effect and fifty equal bodies."""
        client = branch.client()
        body = {"url": "https://hooks.example/in"}

        def post(_: int) -> tuple[int, bytes]:
            answer = client.post("/api/v1/webhooks/endpoints", json=body, headers=keyed("many"))
            return answer.status_code, answer.content

        with ThreadPoolExecutor(max_workers=10) as pool:
            answers = Counter(pool.map(post, range(50)))
        assert len(answers) == 1, answers
        assert next(iter(answers))[0] == 201
        listed = client.get("/api/v1/webhooks/endpoints").json()["items"]
        assert len(listed) == 1

    def test_under_a_used_key_is_refused_when_it_is_another(self, branch: Branch) -> None:
        """A key names one request; another body, path or query under it is an error."""
        client = branch.client()
        client.post(HALTS, json=STOP, headers=keyed("k2"))
        other = {**STOP, "scope": "*"}
        assert client.post(HALTS, json=other, headers=keyed("k2")).status_code == 422
        assert client.post(f"{HALTS}/lift", json=STOP, headers=keyed("k2")).status_code == 422

    def test_of_another_person_is_another(self, branch: Branch) -> None:
        """Two people may use the same key; neither sees the other's answer."""
        mine = branch.client(Role.ADMIN).post(HALTS, json=STOP, headers=keyed("k3"))
        theirs = branch.client(Role.SUPERVISOR).post(HALTS, json=STOP, headers=keyed("k3"))
        assert mine.json()["changed"] is True
        assert theirs.json()["changed"] is False

    def test_keeps_errors_too(self, branch: Branch) -> None:
        """An error that came after execution began is the answer from then on."""
        client = branch.client()
        body = {"reason": "x"}
        path = "/api/v1/approvals/apr_none/reject"
        first = client.post(path, json=body, headers=keyed("k4"))
        again = client.post(path, json=body, headers=keyed("k4"))
        assert (first.status_code, again.status_code) == (404, 404)
        assert again.content == first.content
        assert again.headers["idempotent-replayed"] == "true"

    def test_whose_answer_is_too_long_is_told_so_from_then_on(self, branch: Branch) -> None:
        """It is not executed again, and never answered with half of what was said."""
        with branch.office.app.units.write() as unit:
            task = Task(
                task_id=TaskId("tsk_long"),
                title="x" * (BODY_BYTES_MAX + 1),
                reason="",
                contact_id=DANA,
                created_at=branch.office.clock.now(),
            )
            CrmRows(unit).add_task(task)
            unit.commit()
        client, body = branch.client(), {"contact": DANA}
        first = client.post("/api/v1/exports", json=body, headers=keyed("long"))
        assert (first.status_code, len(first.content) > BODY_BYTES_MAX) == (200, True)
        before = records(branch)
        again = client.post("/api/v1/exports", json=body, headers=keyed("long"))
        assert (again.status_code, "too long" in again.json()["detail"]) == (409, True)
        assert records(branch) == before

    def test_that_found_no_room_leaves_the_key_free(self, branch: Branch) -> None:
        """429 says that nothing was done: the same key asks again, as Retry-After says."""
        answers = iter([429, 200])

        async def handler(_: Request) -> Response:
            return Response(b"{}", next(answers))

        async def ask() -> Response:
            scope: dict[str, Any] = {
                "type": "http", "method": "POST", "path": "/", "query_string": b"",
                "app": build_app(branch.service), "state": {},
                "headers": [(b"idempotency-key", b"full"), (b"x-api-key", b"admin")],
            }  # fmt: skip
            body = {"type": "http.request", "body": b"{}", "more_body": False}

            async def receive() -> dict[str, Any]:
                return body

            return await once(handler)(Request(scope, receive))

        assert asyncio.run(ask()).status_code == 429
        assert asyncio.run(ask()).status_code == 200
        again = asyncio.run(ask())
        assert (again.status_code, again.headers["idempotent-replayed"]) == (200, "true")

    def test_that_never_began_leaves_the_key_free(self, branch: Branch) -> None:
        """A body that cannot be read, or a caller who may not, uses up no key."""
        client = branch.client()
        assert client.post(HALTS, json={"scop": "*"}, headers=keyed("k5")).status_code == 422
        assert branch.client(Role.VIEWER).post(HALTS, json=STOP, headers=keyed("k6")).is_error
        for key in ("k5", "k6"):
            assert client.post(HALTS, json=STOP, headers=keyed(key)).status_code == 200

    @pytest.mark.parametrize("key", ["", "k" * 256, "two words"])
    def test_takes_no_other_keys(self, branch: Branch, key: str) -> None:
        """A key that is empty, too long or not one word is told as such."""
        assert branch.client().post(HALTS, json=STOP, headers=keyed(key)).status_code == 422

    def test_shows_nothing_at_rest(self, branch: Branch) -> None:
        """The kept answer is sealed: a secret shown once is not in the database."""
        client = branch.client()
        body = {"url": "https://hooks.example/in"}
        made = client.post("/api/v1/webhooks/endpoints", json=body, headers=keyed("k7")).json()
        url = branch.office.app.settings.store.database_url.removeprefix("sqlite:///")
        for suffix in ("", "-wal"):
            with open(url + suffix, "rb") as file:  # noqa: PTH123 - a name made of two parts
                assert made["secret"].encode() not in file.read()
