import asyncio
import shutil
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest
from tests.e2e.compat import js_client
from tests.e2e.compat.conversation import converse
from tests.e2e.compat.recording import ALLOWED, breaches, js_facts, recorded
from tests.e2e.compat.served import Served, serving

ACCEPT = [{"type": "accept", "args": None}]


@pytest.fixture(scope="module")
def served(_founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Generator[Served]:
    """A served workspace with the probes."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copytree(_founded, folder, dirs_exist_ok=True)
    with serving(folder, tmp_path_factory.mktemp("packages")) as found:
        yield found


class TestConversations:
    def test_python(self, served: Served) -> None:
        """Each of 145 calls of the Python SDK is answered as the oracle answered it."""
        transcript = asyncio.run(converse(served.url, api_key=served.key))
        assert len(transcript.facts) >= 40
        assert list(breaches(recorded("python"), transcript.facts, ALLOWED)) == []

    def test_js(self, served: Served, tmp_path: Path) -> None:
        """Each of 59 calls of the JavaScript SDK is answered as the oracle answered it."""
        folder = js_client.install(tmp_path)
        facts = js_facts(js_client.converse(folder, served.url, api_key=served.key))
        assert len(facts) >= 40
        assert list(breaches(recorded("js"), facts, ALLOWED)) == []

    def test_a_question_asked_where_it_was_begun(self, served: Served) -> None:
        """Without a thread a run is walked in the server: the same answer, and a worker resumes."""
        asked: dict[str, object] = {"assistant_id": "probe_approval", "input": {"text": "x"}}
        with httpx.Client(
            base_url=served.url, headers={"x-api-key": served.key}, timeout=30
        ) as client:
            here = client.post("/runs/wait", json=asked)
            pooled = client.post("/runs/wait", json={**asked, "stream_mode": "values"})
            held, other = here.json(), pooled.json()
            (pause,), (same,) = held.pop("__interrupt__"), other.pop("__interrupt__")
            assert (held, {**pause, "id": ""}) == (other, {**same, "id": ""})
            places = [one.headers["content-location"].split("/") for one in (here, pooled)]
            assert [len(place) for place in places] == [5, 5]
            shown = [client.get(f"/threads/{place[2]}").json() for place in places]
            assert [one["status"] for one in shown] == ["interrupted", "interrupted"]
            assert [set(one) for one in shown] == [set(shown[0]), set(shown[0])]
            ran = [client.get("/".join(place)).json() for place in places]
            assert [run["status"] for run in ran] == ["success", "success"]
            ends = [
                client.post(
                    f"/threads/{place[2]}/runs/wait",
                    json={"assistant_id": "probe_approval", "command": {"resume": ACCEPT}},
                ).json()
                for place in places
            ]
            assert ends[0] == ends[1]
            assert ends[0]["decided"], ends[0]

    def test_the_differ_finds_what_is_missing(self) -> None:
        """A key that is gone, one that is new and one of another kind are each a breach."""
        facts = recorded("python")
        assert list(breaches(facts, facts, {})) == []
        broken = dict(facts)
        broken["runs.get"] = {"status": "pending", "fresh": "<int>"}
        found = list(breaches(facts, broken, ALLOWED))
        assert "runs.get.fresh: extra" in found
        assert "runs.get.run_id: missing" in found
        assert "runs.get.status: success became pending" in found
        del broken["runs.get"]
        assert list(breaches(facts, broken, ALLOWED)) == [
            "runs.get: only one of the two made this call"
        ]
