"""What every request passes first: host, origin and size; and what every answer carries.

This is the surface boundary: an exception that nothing foresaw ends here as a 500 that tells only
the request's id, and in the log with its type and place, never with its text (which may quote a
customer).
"""

import asyncio
import logging
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bailiwick.api.problem import Problem, Refusal, answer, problem_of, shape_of, shape_of_path
from bailiwick.api.turnstile import (
    ALWAYS,
    METRICS,
    METRICS_COUNT_MAX,
    RETRY_AFTER_SECONDS,
    SLOT,
    Slot,
    Turnstile,
)

LOG: Final = logging.getLogger("bailiwick.api")
BODY_BYTES_MAX: Final = 4 * 1024 * 1024  # ours: a long mail thread is 1 MiB; security T24 sends 36
BODY_SECONDS_MAX: Final = 30.0  # ours: 4 MiB over a line of 1.2 Mbit/s
REQUEST_ID: Final = b"x-request-id"
_REQUEST_ID_FORM: Final = re.compile(rb"[A-Za-z0-9._-]{1,64}")  # ours: safe to log and to echo
_LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
SECURITY_HEADERS: Final[tuple[tuple[bytes, bytes], ...]] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)
"""On every answer that does not set its own (security, section 7)."""
NO_STORE: Final = (b"cache-control", b"no-store")


@dataclass(frozen=True, slots=True, kw_only=True)
class Doorway:
    """Who may knock: host names that are ours, and origins that browsers may call from."""

    hosts: frozenset[str] = _LOOPBACK
    """Names in the Host header, without port; protects against DNS rebinding."""
    origins: frozenset[str] = frozenset()
    """`https://console.example.com`; pages of other origins can change nothing."""
    secure: bool = False
    """Callers come over HTTPS, as through a proxy that ends it: cookies say so."""
    body_bytes_max: int = BODY_BYTES_MAX
    body_seconds_max: float = BODY_SECONDS_MAX


_TOO_MUCH: Final = Problem(
    status=HTTPStatus.TOO_MANY_REQUESTS,
    detail="too many requests are being answered now; nothing was done, ask again",
    headers={"retry-after": str(RETRY_AFTER_SECONDS)},
)


_TOO_SLOW: Final = Problem(
    status=HTTPStatus.REQUEST_TIMEOUT, detail="the body took too long to come; nothing was done"
)


class Guard:
    """ASGI middleware in front of everything."""

    def __init__(self, app: ASGIApp, *, doorway: Doorway, new_id: Callable[[], str]) -> None:
        self._app = app
        self._doorway = doorway
        self._new_id = new_id
        self._turnstile = Turnstile()
        self._apart = {METRICS: Turnstile(active_max=METRICS_COUNT_MAX)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it here."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        offered = headers.get(REQUEST_ID, b"")
        request_id = offered if _REQUEST_ID_FORM.fullmatch(offered) else self._new_id().encode()
        scope.setdefault("state", {})["request_id"] = request_id.decode()
        begun = False
        slot: Slot | None = None

        async def sending(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if slot is not None:
                    slot.answered(_route(scope), status=message["status"])
                message["headers"] = [*_completed(message["headers"]), (REQUEST_ID, request_id)]
            await send(message)

        refusal = self._refusal(scope, headers)
        if refusal is None and scope["path"] not in ALWAYS:
            slot = self._apart.get(scope["path"], self._turnstile).enter()
            refusal = _TOO_MUCH if slot is None else None
        if refusal is not None:
            await answer(refusal, shape_of_path(scope["path"]))(scope, receive, sending)
            return
        SLOT.set(slot)
        try:
            await self._app(scope, self._metered(receive, slot), sending)
        except Exception as error:  # noqa: BLE001 - the surface boundary
            _log(error, request_id.decode())
            if begun:
                raise _UnableToFinish from None  # the server drops the connection: half an answer
            response = answer(problem_of(error), shape_of(Request(scope)))
            await response(scope, receive, sending)
        finally:
            if slot is not None:
                slot.leave()

    def _refusal(self, scope: Scope, headers: dict[bytes, bytes]) -> Problem | None:
        host = _host(headers.get(b"host", b"").decode("latin-1"))
        if host not in self._doorway.hosts:
            return Problem(
                status=HTTPStatus.MISDIRECTED_REQUEST,
                detail="this host name is not served here; see `bailiwick serve --host-name`",
            )
        origin = headers.get(b"origin")
        if origin is not None and scope["method"] not in _SAFE_METHODS:
            own = origin.decode("latin-1")
            if own not in self._doorway.origins and not self._same_origin(own, headers):
                return Problem(
                    status=HTTPStatus.FORBIDDEN,
                    detail="pages of this origin may not call; see `bailiwick serve --origin`",
                )
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or int(length) > self._doorway.body_bytes_max:
            return self._too_large()
        return None

    def _same_origin(self, origin: str, headers: dict[bytes, bytes]) -> bool:
        host = headers.get(b"host", b"").decode("latin-1").lower()
        scheme = "https" if self._doorway.secure else "http"
        return origin.lower() == f"{scheme}://{host}"

    def _too_large(self) -> Problem:
        detail = f"the body is longer than {self._doorway.body_bytes_max} bytes"
        return Problem(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail=detail)

    def _metered(self, receive: Receive, slot: Slot | None) -> Receive:
        """Count what comes and how long it takes.

        A chunked body says no length beforehand, and who sends a byte now and then would keep a
        place that others need; until the body is whole, the slot is only reading.
        """
        seen, whole = 0, False
        until = asyncio.get_running_loop().time() + self._doorway.body_seconds_max

        async def receiving() -> Message:
            nonlocal seen, whole
            if whole:  # what comes now is that the caller has gone, whenever that is
                return await receive()
            if slot is not None:
                slot.reads = True
            try:
                async with asyncio.timeout_at(until):
                    message = await receive()
            except TimeoutError:
                raise Refusal(_TOO_SLOW) from None
            whole = not message.get("more_body", False)
            if slot is not None and whole:
                slot.has_read()
            seen += len(message.get("body", b""))
            if seen > self._doorway.body_bytes_max:
                raise Refusal(self._too_large())
            return message

        return receiving


class _UnableToFinish(Exception):
    """An answer broke off after it had begun."""


def _route(scope: Scope) -> str:
    """Return the route that answered, by its pattern; empty when none was found."""
    return getattr(scope.get("route"), "path", "")


def _host(header: str) -> str:
    """Return a Host header without its port, in lower case."""
    name, colon, port = header.lower().rpartition(":")
    return name if colon and port.isdigit() else header.lower()


def _completed(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    found = list(headers)
    names = {name for name, _ in found}
    found.extend(pair for pair in SECURITY_HEADERS if pair[0] not in names)
    if NO_STORE[0] not in names:
        found.append(NO_STORE)
    return found


def _log(error: Exception, request_id: str) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else "nowhere"
    LOG.error("request %s ended in %s at %s", request_id, type(error).__name__, where)
