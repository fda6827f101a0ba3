"""A real CalDAV server on this machine, and what tests put into its one calendar."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from radicale import config
from radicale.app import Application

from bailiwick.ports.egress import Answered, Egress, Outgoing

USER, PASSWORD = "dana", "swordfish"
BASIC = "Basic ZGFuYTpzd29yZGZpc2g="


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Say nothing."""


@contextmanager
def radicale(folder: Path) -> Generator[WSGIServer]:
    """Serve calendars from a folder, on a port of its own."""
    (folder / "users").write_text(f"{USER}:{PASSWORD}\n")
    settings = config.load()
    settings.update(
        {
            "auth": {
                "type": "htpasswd",
                "htpasswd_filename": str(folder / "users"),
                "htpasswd_encryption": "plain",
                "delay": "0",
            },
            "storage": {"filesystem_folder": str(folder / "data")},
            "logging": {"level": "critical"},
        },
        "test",
        privileged=True,
    )
    with make_server("127.0.0.1", 0, Application(settings), handler_class=Quiet) as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def new_calendar(server: WSGIServer, egress: Egress) -> str:
    """Make an empty calendar and return its address."""
    address = f"http://127.0.0.1:{server.server_port}/{USER}/meetings/"
    assert _ask(egress, "MKCALENDAR", address) == 201
    return address


def put(egress: Egress, url: str, name: str, lines: str) -> None:
    """Put one event into a calendar."""
    body = (
        "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\nBEGIN:VEVENT\n"
        f"UID:{name}\nDTSTAMP:20260701T000000Z\nSUMMARY:secret\n{lines}\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    ).replace("\n", "\r\n")
    assert _ask(egress, "PUT", f"{url}{name}.ics", body) == 201


def _ask(egress: Egress, method: str, url: str, body: str = "") -> int:
    headers = {"Authorization": BASIC, "Content-Type": "text/calendar"}
    found = egress.send(Outgoing(method=method, url=url, body=body.encode(), headers=headers))
    assert isinstance(found, Answered)
    return found.status
