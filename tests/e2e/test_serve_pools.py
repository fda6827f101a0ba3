"""`bailiwick serve` with its pools: one tree from a request to the mail server, and a clean end."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.request import Request, urlopen

from bench.servers.smtp import Sink
from tests.cli.house import House

STOP_SECONDS_MAX: Final = 20.0  # twice the ten of reliability R13: neighbours compute, too
WITHIN_SECONDS: Final = 120.0  # eight processes begin, on a busy machine
TRACE: Final = "4bf92f3577b34da6003ce929d0e0e473"
"""In the share of a tenth that is kept of routine work, whichever process did it."""
CALLER: Final = f"00-{TRACE}-00f067aa0ba902b7-01"


@dataclass(frozen=True)
class Served:
    """A service with its pools, and the key that it printed."""

    process: "subprocess.Popen[str]"
    url: str
    key: str

    def asked(self, path: str, body: object = None, **headers: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON that answers a GET, or a POST when there is a body."""
        data = None if body is None else json.dumps(body).encode()
        sent = {"x-api-key": self.key, "content-type": "application/json", **headers}
        with urlopen(Request(self.url + path, data=data, headers=sent)) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def stop(self) -> float:
        """Tell it to stop; return how long that took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=WITHIN_SECONDS)
        return time.monotonic() - began


@contextmanager
def served(house: House) -> Generator[Served]:
    """Serve the house on a free port, with its pools."""
    process = subprocess.Popen(
        [sys.executable, "-m", "bailiwick", "serve", "--port", "0", "--json"],
        cwd=house.folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        text = ""
        while not text.endswith("\n}\n"):
            line = process.stdout.readline()
            assert line, "it ended before it listened"
            text += line
        told = json.loads(text)
        (key,) = told["first_keys"].values()
        yield Served(process, told["url"], key)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def until(met: Callable[[], object]) -> None:
    """Wait until something is so."""
    end = time.monotonic() + WITHIN_SECONDS
    while not met():
        assert time.monotonic() < end, "it did not come to that in time"
        time.sleep(0.1)


def told(branch: Mapping[str, Any]) -> list[str]:
    """Return the names of a tree's spans, each with that above it."""
    below = [name for each in branch["branches"] for name in told(each)]
    return [
        *(f"{branch['name']} > {each['name']}" for each in branch["branches"]),
        *below,
    ]


class TestFromARequestToTheMail:
    def test_is_one_tree(self, house: House, sink: Sink) -> None:
        """The caller's trace holds request, job, runs, verdicts, decision, delivery and sending."""
        contact_id = house.contact()
        assert house.receive().code == 0
        with served(house) as service:
            wanted = {"capability": "crm_orchestrator", "input": {"contact_id": contact_id}}
            run_id = service.asked("/api/v1/runs", wanted, traceparent=CALLER)["run_id"]
            until(lambda: service.asked(f"/api/v1/runs/{run_id}")["status"] == "done")
            until(lambda: service.asked("/api/v1/approvals")["items"])  # another pool's run asks
            (card,) = service.asked("/api/v1/approvals")["items"]
            shown = service.asked(f"/api/v1/approvals/{card['approval_id']}")["payload_hash"]
            approve = f"/api/v1/approvals/{card['approval_id']}/approve"
            service.asked(approve, {"payload_sha256": shown})
            until(lambda: sink.delivered)
            assert service.stop() < STOP_SECONDS_MAX
            assert service.process.returncode == 0
        assert len(sink.delivered) == 1
        traced = house.run("trace", run_id, "--json").json()
        assert {span["trace_id"] for span in spans(traced)} == {TRACE}
        (tree,) = trees(traced)
        assert tree["name"] == "request"
        found = told(tree)
        for edge in (
            *("request > job", "job > run", "run > node", "node > ask", "node > judge"),
            *("node > dispatch", "dispatch > job"),  # what the plan delegates, in other pools
            *("run > decision", "run > deliver", "deliver > send"),
        ):
            assert edge in found, found


def spans(traced: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(traced["spans"])


def trees(traced: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(traced["trees"])
