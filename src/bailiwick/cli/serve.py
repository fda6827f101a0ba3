"""`bailiwick serve`: the HTTP API, and the pools beside it."""

import sys
from contextlib import nullcontext
from ipaddress import ip_network
from typing import TYPE_CHECKING, Annotated, Final

from cyclopts import Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, begin_log, require_made
from bailiwick.domain.fault import BailiwickFault, InputFault, SettingsFault
from bailiwick.kit.garbage import loading

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager
    from socket import socket

    from bailiwick.api.guard import Doorway
    from bailiwick.api.mounted import Mounted
    from bailiwick.api.server import Address
    from bailiwick.engine.pool.supervisor import Told
    from bailiwick.mcp.part import Manager
    from bailiwick.settings import Settings
    from bailiwick.wiring.service import Service
    from bailiwick.wiring.supervising import Beside

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
Proxies = Annotated[
    tuple[str, ...],
    Parameter(
        negative=(),
        help="Address of a proxy in front that ends TLS; its X-Forwarded-For is believed.",
    ),
]
Pools = Annotated[
    bool,
    Parameter(
        negative="--no-pools",
        help="Carry out queued work beside it, in a process for each pool; see `worker --pools`.",
    ),
]


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = PORT,
    workspace: Names = (),
    host_name: Hosts = (),
    origin: Origins = (),
    proxy: Proxies = (),
    pools: Pools = True,
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
    from bailiwick.settings import demand_strict_checkpoints, read

    demand_strict_checkpoints()  # before anything imports LangGraph
    with loading():
        from bailiwick.api.app import build_app
        from bailiwick.api.server import Address, run
        from bailiwick.wiring.service import serve as open_service

    _require_addresses(port, proxy)
    output = Output(as_json=json)
    settings = read()
    begin_log(settings)
    require_made(settings.store.database_url)
    service = open_service(settings, workspace)
    wanted = Address(host=host, port=port)
    try:
        _require_credentials(service, wanted)
        listening = _listening(wanted)
    except BailiwickFault:
        service.close()
        raise
    address = Address(host=host, port=listening.getsockname()[1])
    secure = bool(proxy) or not address.loopback
    doorway = _doorway({host, *host_name}, origin, secure=secure)
    keys = _first_keys(service)
    with _pools(settings, output) if pools else nullcontext() as beside:

        def ready() -> None:
            _tell(output, address.url, [w.name for w in service.workspaces], keys)
            if beside is not None:
                beside.begin()

        def stopping() -> None:
            if beside is not None:
                beside.stop()  # jobs end while requests do: both within the same ten seconds

        app = build_app(service, doorway, [_agents(service)])
        run(app, listening, ready=ready, stopping=stopping, proxies=proxy)
    output.say("Stopped.")
    return Exit.OK


def _doorway(names: "Iterable[str]", origins: "Sequence[str]", *, secure: bool) -> "Doorway":
    """Say who may knock: our own names, those that were given, and pages of those origins."""
    from bailiwick.api.guard import Doorway

    hosts = Doorway().hosts | {name.lower() for name in names}
    return Doorway(hosts=hosts, origins=frozenset(origins), secure=secure)


def _require_addresses(port: int, proxies: "Sequence[str]") -> None:
    """Refuse what is no port or address: uvicorn would believe nobody, or with `*` everybody."""
    if not 0 <= port <= PORT_MAX:
        message = f"--port takes 0 to {PORT_MAX}, not {port}"
        raise UnableToServe(message)
    for proxy in proxies:
        try:
            ip_network(proxy)
        except ValueError as error:
            message = f"--proxy takes an address or network such as 127.0.0.1, not {proxy!r}"
            raise UnableToServe(message) from error


def _pools(settings: "Settings", output: Output) -> "AbstractContextManager[Beside]":
    """Keep the pools beside the API; only what nobody wanted is told."""
    from bailiwick.wiring.supervising import pools_beside

    def tell(told: "Told") -> None:
        if told.event in {"ended", "killed"}:
            words = f"pool {told.pool}: process {told.pid} {told.event}: {told.reason}"
            output.say(words, mark="refused")

    return pools_beside(settings, tell)


def _agents(service: "Service") -> "Mounted":
    """Return the Model Context Protocol's part, whose library is loaded at its first request."""
    from bailiwick.api.mounted import Mounted
    from bailiwick.mcp.part import PATH, HttpPart

    def manager() -> "Manager":
        from bailiwick.mcp.transport import http_manager

        return http_manager(service)

    part = HttpPart(manager)
    return Mounted(path=PATH, app=part.app, running=part.running)


def _require_credentials(service: "Service", address: "Address") -> None:
    """Refuse to be reached from other machines while somebody could walk in. Raises the fault."""
    empty = [w for w in service.workspaces if service.keys(w.workspace_id).nobody_can_enter()]
    if empty and not address.loopback:
        message = (
            f"nobody in {empty[0].name!r} has a password or key, and {address.host} can be reached "
            "from other machines; run `bailiwick people set-password` or `bailiwick keys add` first"
        )
        raise UnableToServeOpenly(message)


def _listening(address: "Address") -> "socket":
    from bailiwick.api.server import listen

    try:
        return listen(address)
    except OSError as error:
        message = f"cannot listen on {address.url}: {error.strerror}; choose another --port"
        raise UnableToServe(message) from error


def _first_keys(service: "Service") -> dict[str, str]:
    """Return a key for each workspace in which nobody has a password or key yet."""
    first = {w.name: service.keys(w.workspace_id).first() for w in service.workspaces}
    return {name: issued.text for name, issued in first.items() if issued is not None}


def _tell(output: Output, url: str, served: list[str], keys: dict[str, str]) -> None:
    output.answer({"url": url, "workspaces": served, "first_keys": keys})
    output.say(f"Serving {', '.join(served)} at {url}; Ctrl-C stops.", mark="ok")
    for name, key in keys.items():
        output.say(
            f"Nobody in {name!r} has a password or key yet. For 24 hours its admin may use:",
            f"  {key}",
            "Before it ends: bailiwick people set-password EMAIL, or bailiwick keys add NAME.",
            mark="held",
        )
    sys.stdout.flush()
