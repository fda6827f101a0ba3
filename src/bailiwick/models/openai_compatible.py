"""Any endpoint that speaks OpenAI's chat completions; no provider is named in code.

The SDK is kept on a short leash (models 2.2): it makes one attempt, follows no redirect, and each
request is rebuilt from our own headers, so nothing of its environment variables travels. A client
lives for one attempt, so a gateway may be used from one event loop after another.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx2
import openai

from bailiwick.domain.model_call import Tier
from bailiwick.models.completion import StructuredMode, read_completion
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.exchange import ChatReply, ChatRequest
from bailiwick.models.faults import (
    ModelBusy,
    ModelFault,
    ModelGarbled,
    ModelMisconfigured,
    ModelRejected,
    ModelTimeout,
    ModelUnavailable,
    ModelUnpaid,
)
from bailiwick.ports.clock import Clock
from bailiwick.ports.trace import current_traceparent

BODY_BYTES_MAX: Final = 4_194_304  # ours: 20,000 tokens are under 200 kB; the rest is room for SSE
_REJECTED: Final = frozenset({400, 413, 422})
_MISCONFIGURED: Final = frozenset({401, 403, 404, 405, 410})
_PAYMENT_REQUIRED: Final = 402
_TOO_MANY: Final = 429
_CLIENT_ERRORS: Final = range(400, 500)
_UNAVAILABLE: Final = frozenset({408, 409, 425})
_SERVER_ERRORS: Final = range(500, 600)
_QUIET: Final = ("openai", "httpx2", "httpcore2")


class _UnusableBody(httpx2.HTTPError):
    """The body is longer than any reply, or packed although we did not ask for that."""


class _BoundedStream(httpx2.AsyncByteStream):
    """Passes a body on until it is too long."""

    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        seen = 0
        async for chunk in self._stream:
            seen += len(chunk)
            if seen > BODY_BYTES_MAX:
                message = f"with more than {BODY_BYTES_MAX} bytes"
                raise _UnusableBody(message)
            yield chunk

    async def aclose(self) -> None:
        """Close the stream."""
        await self._stream.aclose()


async def _only_bounded_bodies(response: httpx2.Response) -> None:
    if "content-encoding" in response.headers:
        message = "with a packed body that was not asked for"
        raise _UnusableBody(message)
    assert isinstance(response.stream, httpx2.AsyncByteStream), "an async client reads async bodies"
    response.stream = _BoundedStream(response.stream)


class OpenAiCompatible:
    """One endpoint behind a base URL."""

    def __init__(self, settings: EndpointSettings, *, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock
        self._verify = httpx2.create_ssl_context()
        # At debug level the SDK logs bodies, and OPENAI_LOG can ask for that (models 2.2).
        for name in _QUIET:
            logging.getLogger(name).setLevel(logging.WARNING)

    @property
    def name(self) -> str:
        """Name the endpoint by its host."""
        return self._settings.name

    def model_for(self, tier: Tier) -> str:
        """Return the model id behind a tier."""
        return self._settings.quick if tier is Tier.QUICK else self._settings.deep

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Make one attempt. Raises ModelFault."""
        response = await self._post(body_of(request, self._settings, self.model_for(request.tier)))
        cached = response.headers.get("cf-aig-cache-status", "").upper() == "HIT"
        return read_completion(
            response.content, mode=self._settings.structured, endpoint=self.name, cached=cached
        )

    async def _post(self, body: Mapping[str, object]) -> httpx2.Response:
        settings = self._settings
        timeout = httpx2.Timeout(settings.read_seconds, connect=settings.connect_seconds)
        async with httpx2.AsyncClient(
            follow_redirects=False,
            timeout=timeout,
            verify=self._verify,
            # Proxy variables are for remote hosts only (models 2.3).
            trust_env=not settings.loopback,
            event_hooks={"request": [self._only_our_headers], "response": [_only_bounded_bodies]},
        ) as transport:
            client = openai.AsyncOpenAI(
                base_url=settings.base_url,
                api_key=settings.api_key or "none",
                max_retries=0,
                timeout=timeout,
                http_client=transport,
            )
            try:
                return await client.post("/chat/completions", cast_to=httpx2.Response, body=body)
            except openai.APITimeoutError as error:
                message = f"endpoint {self.name!r} sent nothing for {settings.read_seconds} s"
                raise ModelTimeout(message, perhaps_billed=True) from error
            except openai.APIConnectionError as error:
                raise self._unreachable(error) from error
            except openai.APIStatusError as error:
                raise self._refused(error) from error
            except (openai.OpenAIError, httpx2.HTTPError) as error:
                # The SDK wraps requests that fail, not bodies that we refuse to read on.
                message = f"endpoint {self.name!r} answered with a body that cannot be used"
                raise ModelGarbled(message, perhaps_billed=True) from error

    async def _only_our_headers(self, request: httpx2.Request) -> None:
        """Rebuild the headers from settings, whatever the SDK or its environment added."""
        ours = {
            "host": request.url.netloc.decode("ascii"),
            "accept": "application/json",
            "content-type": "application/json",
            "content-length": request.headers["content-length"],
            "user-agent": "bailiwick",
            "authorization": f"Bearer {self._settings.api_key or 'none'}",
        }
        traceparent = current_traceparent()
        if traceparent:
            ours["traceparent"] = traceparent
        request.headers = httpx2.Headers({**ours, **self._settings.headers})

    def _unreachable(self, error: openai.APIConnectionError) -> ModelFault:
        cause = type(error.__cause__).__name__
        message = f"endpoint {self.name!r} cannot be reached or broke off ({cause})"
        sent = not isinstance(error.__cause__, (httpx2.ConnectError, httpx2.ConnectTimeout))
        return ModelUnavailable(message, perhaps_billed=sent)

    def _refused(self, error: openai.APIStatusError) -> ModelFault:
        """Decide by the status: the SDK's classes do not cover all of them (models 2.5)."""
        status = error.status_code
        message = f"endpoint {self.name!r} answered {status}"
        if status in _REJECTED:
            return ModelRejected(f"{message}: it cannot take our request")
        if status in _MISCONFIGURED or status < _CLIENT_ERRORS.start:
            return ModelMisconfigured(f"{message}: check base URL, key and model names")
        if status == _PAYMENT_REQUIRED:
            return ModelUnpaid(f"{message}: the account has no money left")
        wait = retry_after_seconds(error.response.headers.get("retry-after"), self._clock.now())
        if status == _TOO_MANY:
            return ModelBusy(message, retry_after_seconds=wait)
        if status in _UNAVAILABLE or status in _SERVER_ERRORS:
            return ModelUnavailable(message, retry_after_seconds=wait)
        return ModelRejected(f"{message}: it cannot take our request")


def body_of(request: ChatRequest, settings: EndpointSettings, model: str) -> dict[str, object]:
    """Return the JSON body of one attempt."""
    body: dict[str, object] = {
        "model": model,
        "messages": [{"role": m.role.value, "content": m.content} for m in request.messages],
        "max_tokens": request.tokens_max,
        "temperature": request.temperature_permille / 1000,
        **_structured(request, settings.structured),
        **settings.body,
        **(settings.thinking_on if request.thinking else settings.thinking_off),
    }
    if settings.tenant_field and request.tenant:
        body[settings.tenant_field] = request.tenant
    return body


def _structured(request: ChatRequest, mode: StructuredMode) -> Mapping[str, object]:
    schema = request.schema
    match mode:
        case StructuredMode.JSON_OBJECT:
            return {"response_format": {"type": "json_object"}}
        case StructuredMode.JSON_SCHEMA:
            form = {"name": request.schema_name, "schema": schema, "strict": True}
            return {"response_format": {"type": "json_schema", "json_schema": form}}
        case StructuredMode.STRICT_TOOL:
            tool = {"name": request.schema_name, "parameters": schema, "strict": True}
            chosen = {"type": "function", "function": {"name": request.schema_name}}
            return {
                "tools": [{"type": "function", "function": tool}],
                "tool_choice": chosen,
            }


def retry_after_seconds(header: str | None, now: datetime) -> float | None:
    """Read a Retry-After: seconds or an HTTP date; None when there is none that can be read."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return float(header.strip()[:9])
    try:
        at = parsedate_to_datetime(header)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0.0, (at - now).total_seconds())
