"""`bailiwick serve`: the HTTP API, and the pools beside it."""

import sys
from typing import Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, require_made
from bailiwick.domain.fault import InputFault, SettingsFault

PORT: Final = 8321  # ours: free in IANA's registry
PORT_MAX: Final = 65_535


class UnableToServe(InputFault):
    """The address cannot be used; says why and what would work."""


class UnableToServeOpenly(SettingsFault):
    """Other machines could reach a service in which nobody has a credential."""


Names = Annotated[
    tuple[str, ...],
    Parameter(negative=(), help="Serve this workspace only; may be repeated. All by default."),
]
Hosts = Annotated[
    tuple[str, ...],
    Parameter(negative=(), help="A name by which callers reach this host, such as crm.example.com"),
]
Origins = Annotated[
    tuple[str, ...],
    Parameter(negative=(), help="An origin whose pages may call, such as https://agentchat.app"),
]


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    workspace: Names = (),
    host_name: Hosts = (),
    origin: Origins = (),
    json: Json = False,
) -> int:
    """Serve the HTTP API until Ctrl-C or SIGTERM.

    Parameters
    ----------
    host
        The address to listen on; other than loopback needs people with credentials.
    port
        0 takes any free one.
    """
    from bailiwick.api.app import build_app
    from bailiwick.api.guard import Doorway
    from bailiwick.api.server import Address, listen, run
    from bailiwick.settings import read
    from bailiwick.wiring.service import serve as open_service

    if not 0 <= port <= PORT_MAX:
        message = f"--port takes 0 to {PORT_MAX}, not {port}"
        raise UnableToServe(message)
    output = Output(as_json=json)
    settings = read()
    require_made(settings.store.database_url)
    service = open_service(settings, workspace)
    address = Address(host=host, port=port)
    empty = [w for w in service.workspaces if service.keys(w.workspace_id).nobody_can_enter()]
    if empty and not address.loopback:
        service.close()
        message = (
            f"nobody in {empty[0].name!r} has a password or key, and {host} can be reached from "
            "other machines; run `bailiwick people set-password` or `bailiwick keys add` first"
        )
        raise UnableToServeOpenly(message)
    try:
        listening = listen(address)
    except OSError as error:
        service.close()
        message = f"cannot listen on {address.url}: {error.strerror}; choose another --port"
        raise UnableToServe(message) from error
    address = Address(host=host, port=listening.getsockname()[1])
    names = Doorway().hosts | {host} | frozenset(name.lower() for name in host_name)
    app = build_app(service, Doorway(hosts=names, origins=frozenset(origin)))

    first = {w.name: service.keys(w.workspace_id).first() for w in empty}
    keys = {name: issued.text for name, issued in first.items() if issued is not None}

    def tell() -> None:
        served = [w.name for w in service.workspaces]
        output.answer({"url": address.url, "workspaces": list(served), "first_keys": keys})
        output.say(f"Serving {', '.join(served)} at {address.url}; Ctrl-C stops.", mark="ok")
        for name, key in keys.items():
            output.say(
                f"Nobody in {name!r} has a password or key yet. For 24 hours its admin may use:",
                f"  {key}",
                "Before it ends: bailiwick people set-password EMAIL, or bailiwick keys add NAME.",
                mark="held",
            )
        sys.stdout.flush()

    run(app, listening, ready=tell)
    output.say("Stopped.")
    return Exit.OK
