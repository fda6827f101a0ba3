import json

import pytest
from tests.api.compat.scene import ONE_RUN, RUNS, Scene

from bailiwick.domain.pool import Pool
from bailiwick.domain.thread import ThreadEvent
from bailiwick.ports.queue import Full

FRAMES = (
    ThreadEvent(seq=1, event="metadata", data={"attempt": 1}),
    ThreadEvent(seq=2, event="values", data={"text": "a\nb"}),
    ThreadEvent(seq=3, event="updates|inner", data={"say": None}),
    ThreadEvent(seq=4, event="end", data={"status": "success"}),
)


def parts(text: str) -> list[dict[str, str]]:
    """Return the fields of each frame of a stream."""
    found = [block for block in text.split("\n\n") if block and not block.startswith(":")]
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in found]


class TestStreams:
    def test_tell_every_frame_with_its_number(self, scene: Scene) -> None:
        """Names, data and ids come through as they are, each frame complete."""
        scene.threads.frames = FRAMES
        answer = scene.start("/stream")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-accel-buffering"] == "no"
        assert answer.headers["location"] == f"{ONE_RUN}/stream"
        assert answer.headers["content-location"] == ONE_RUN
        found = parts(answer.text)
        assert [p["event"] for p in found] == [f.event for f in FRAMES]
        assert [int(p["id"]) for p in found] == [1, 2, 3, 4]
        assert [json.loads(p["data"]) for p in found] == [f.data for f in FRAMES]

    @pytest.mark.parametrize("seen", [-1, 0, 1, 2, 3, 4])
    def test_go_on_after_what_was_seen(self, scene: Scene, seen: int) -> None:
        """Wherever a client was cut off, it gets the rest: no frame lost, none repeated."""
        scene.threads.frames = FRAMES
        answer = scene.client.get(f"{ONE_RUN}/stream", headers={"last-event-id": str(seen)})
        assert [int(p["id"]) for p in parts(answer.text)] == [n for n in (1, 2, 3, 4) if n > seen]

    def test_tell_only_the_modes_that_are_asked_for(self, scene: Scene) -> None:
        """A joined stream may be narrowed; where a run stands is always told."""
        scene.threads.frames = FRAMES
        answer = scene.client.get(f"{ONE_RUN}/stream", params={"stream_mode": "updates"})
        events = [p["event"] for p in parts(answer.text)]
        assert events == ["metadata", "updates|inner", "end"]

    def test_refuse_what_they_do_not_know(self, scene: Scene) -> None:
        """A foreign event id and an unknown mode are refused, and nothing is started."""
        wrong = scene.client.get(f"{ONE_RUN}/stream", headers={"last-event-id": "1795166776012-0"})
        assert wrong.status_code == 422
        assert scene.start("/stream", stream_mode=["values", "feelings"]).status_code == 422
        assert scene.threads.started == []

    def test_a_run_that_is_not_there_is_404(self, scene: Scene) -> None:
        """Joining what does not exist says so with the status, in JSON."""
        for end in ("/stream", "/join", ""):
            answer = scene.client.get(f"{RUNS}/00000000-0000-4000-8000-000000000000{end}")
            assert answer.status_code == 404
            assert set(answer.json()) == {"detail"}

    def test_a_client_that_leaves_may_cancel(self, scene: Scene) -> None:
        """With on_disconnect=cancel a stream that is left ends its run; otherwise it goes on."""
        scene.threads.frames = FRAMES[:2]
        scene.start("/stream", on_disconnect="continue")
        assert scene.threads.cancelled == 0
        scene.start("/stream", on_disconnect="cancel")
        assert scene.threads.cancelled == 1


class TestWaiting:
    def test_a_quick_run_is_answered_whole(self, scene: Scene) -> None:
        """What is ready at once has a length and the paths of the run."""
        answer = scene.start("/wait")
        assert answer.json() == {"text": "hi"}
        assert "content-length" in answer.headers
        assert answer.headers["location"] == f"{ONE_RUN}/join"
        assert answer.headers["content-location"] == ONE_RUN

    def test_a_slow_run_breathes(self, scene: Scene) -> None:
        """While a run goes on, newlines keep proxies from closing; JSON reads over them."""
        scene.threads.ends_after_waits = 3
        answer = scene.start("/wait")
        assert answer.text.startswith("\n\n")
        assert answer.json() == {"text": "hi"}

    def test_a_full_pool_says_when_to_come_back(self, scene: Scene) -> None:
        """Back-pressure is 429 with Retry-After, and nothing was stored."""
        scene.threads.full = Full(pool=Pool.CORE, retry_after_seconds=7)
        answer = scene.start("/wait")
        assert answer.status_code == 429
        assert answer.headers["retry-after"] == "7"
        assert scene.threads.started == []
