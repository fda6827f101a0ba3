"""`bailiwick serve` as an operator runs it: a real process, a real socket, a real key."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from tests.cli.house import House

from bailiwick.cli.exits import Exit

STOP_SECONDS_MAX = 20


@contextmanager
def served(house: House, *options: str) -> Generator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    """Serve the house on a free port; yields the process and what it printed."""
    process = subprocess.Popen(  # noqa: S603 - our own program
        [
            sys.executable,
            "-m",
            "bailiwick",
            "serve",
            "--no-pools",
            "--port",
            "0",
            "--json",
            *options,
        ],
        cwd=house.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line.rstrip() == "}":
                break
        assert lines, process.communicate()[1]
        yield process, json.loads("".join(lines))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=STOP_SECONDS_MAX)


def asked(url: str, **headers: str) -> tuple[int, Any]:
    """Return status and JSON of a GET."""
    try:
        with urlopen(Request(url, headers=headers)) as answer:  # noqa: S310 - loopback
            return answer.status, json.load(answer)
    except HTTPError as error:
        return error.code, json.load(error)


def logged_in(url: str, email: str, **headers: str) -> int:
    """Return the status of a login with a wrong password."""
    body = json.dumps({"email": email, "password": "not the one, surely"}).encode()
    sent = {"content-type": "application/json", **headers}
    request = Request(f"{url}/api/v1/login", data=body, headers=sent)  # noqa: S310 - loopback
    try:
        with urlopen(request) as answer:  # noqa: S310 - loopback
            return int(answer.status)
    except HTTPError as error:
        return error.code


class TestServing:
    def test_answers_to_the_key_that_it_prints(self, house: House) -> None:
        """Nobody has a password yet: the first start prints a key, and that key works."""
        with served(house) as (_, told):
            (key,) = told["first_keys"].values()
            assert asked(f"{told['url']}/readyz")[0] == 200
            path = f"{told['url']}/api/v1/capabilities"
            assert asked(path)[0] == 401
            assert asked(path, **{"x-api-key": key + "x"})[0] == 401
            status, body = asked(path, **{"x-api-key": key})
            assert status == 200
            assert body["items"]

    def test_prints_no_key_when_somebody_can_enter(self, house: House) -> None:
        """A second start hands out nothing."""
        added = house.run("keys", "add", "ci", "--json")
        assert added.code == Exit.OK, added.err
        with served(house) as (_, told):
            assert told["first_keys"] == {}

    def test_stops_cleanly_when_told(self, house: House) -> None:
        """SIGTERM ends it with exit code 0 and leaves no process behind."""
        with served(house) as (process, _):
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=STOP_SECONDS_MAX)
        assert process.returncode == 0

    def test_logs_as_settings_want(self, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
        """With JSON logs every line of the service's standard error is a document."""
        monkeypatch.setenv("BAILIWICK_LOG_JSON", "1")
        with served(house) as (process, _):
            process.send_signal(signal.SIGTERM)
            _, told = process.communicate(timeout=STOP_SECONDS_MAX)
        assert told
        assert all(json.loads(line) for line in told.splitlines())

    def test_refuses_other_host_names(self, house: House) -> None:
        """A page that points its own name at us (DNS rebinding) is not answered."""
        with served(house) as (_, told):
            assert asked(f"{told['url']}/readyz", Host="evil.example")[0] == 421

    def test_believes_its_proxy_only(self, house: House) -> None:
        """Behind a proxy callers are told apart: who guesses passwords locks out nobody else."""

        def guess(url: str, number: int, caller: str) -> int:
            return logged_in(url, f"nobody{number}@ours.example", **{"X-Forwarded-For": caller})

        with served(house, "--proxy", "127.0.0.1") as (_, told):
            statuses = [guess(told["url"], number, "203.0.113.7") for number in range(22)]
            assert statuses[0] == 401
            assert statuses[-1] == 429
            assert guess(told["url"], 22, "203.0.113.8") == 401
        with served(house) as (_, told):
            statuses = [guess(told["url"], number, f"203.0.113.{number}") for number in range(22)]
            assert statuses[-1] == 429

    @pytest.mark.parametrize("proxy", ["*", "proxy.example"])
    def test_refuses_a_proxy_that_is_no_address(self, house: House, proxy: str) -> None:
        """A name could be anybody's, and a star is everybody's."""
        ran = house.run("serve", "--proxy", proxy)
        assert ran.code == Exit.INPUT
        assert "--proxy takes an address" in ran.err

    def test_refuses_to_be_open_while_nobody_has_a_credential(self, house: House) -> None:
        """Other machines could walk in: it does not listen at all."""
        ran = house.run("serve", "--host", "0.0.0.0", "--port", "0", "--json")  # noqa: S104 - refused
        assert ran.code == Exit.SETTINGS
        assert "people set-password" in ran.err

    @pytest.mark.parametrize("port", ["-1", "65536"])
    def test_refuses_a_port_that_is_none(self, house: House, port: str) -> None:
        """What is not a port is told as such."""
        ran = house.run("serve", f"--port={port}")
        assert ran.code == Exit.INPUT
        assert "65535" in ran.err

    def test_says_when_the_port_is_taken(self, house: House) -> None:
        """Two services cannot share a port; the second says so and ends."""
        with served(house) as (_, told):
            port = told["url"].rpartition(":")[2]
            ran = house.run("serve", "--port", port)
            assert ran.code == Exit.INPUT
            assert "choose another --port" in ran.err

    def test_loads_no_graph_before_one_is_asked_for(self, house: House) -> None:
        """The service starts and answers about health without LangGraph."""
        code = (
            "import sys; from bailiwick.api.app import build_app; "
            "from bailiwick.settings import read; from bailiwick.wiring.service import serve; "
            "build_app(serve(read())); print('langgraph' in sys.modules)"
        )
        ran = subprocess.run(  # noqa: S603 - our own program
            [sys.executable, "-c", code],
            cwd=house.folder,
            capture_output=True,
            text=True,
            check=True,
            env=dict(os.environ),  # noqa: TID251 - a child process inherits ours
        )
        assert ran.stdout.strip() == "False"
