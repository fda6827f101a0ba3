"""What an endpoint can do to us; only adapters raise these and only the gateway meets them.

PortFault
├── UnableToLoadPrompt    the prompt file is missing, malformed, or changed without a new version
└── ModelFault            one attempt failed; `reason` is its name in the stored call
    ├── ModelRejected       400, 413, 422: our request is wrong
    ├── ModelMisconfigured  401, 403, 404, redirects: address, key or model name is wrong
    ├── ModelUnpaid         402
    ├── ModelBusy           429, perhaps with the wait that was asked for
    ├── ModelUnavailable    408, 409, 425, 5xx, refused, reset or cut connections
    ├── ModelTimeout        nothing usable in time
    ├── ModelGarbled        200 with something that is no chat completion
    ├── ModelBlank          a completion of spaces
    ├── ModelCut            the reply ran into max_tokens
    ├── ModelDeclined       a content filter
    └── ModelInvalid        a reply that does not fit the Ask's contract
"""

from bailiwick.domain.fault import PortFault
from bailiwick.domain.model_call import FallbackReason, Usage


class UnableToLoadPrompt(PortFault):
    """A prompt file cannot be used; the sentence says which and how to fix it."""


class ModelFault(PortFault):
    """One attempt failed. The sentence names endpoint and status, never a body."""

    reason: FallbackReason = FallbackReason.UNAVAILABLE

    def __init__(
        self,
        sentence: str,
        *,
        retry_after_seconds: float | None = None,
        usage: Usage | None = None,
        reply: str = "",
        perhaps_billed: bool = False,
    ) -> None:
        super().__init__(sentence)
        self.retry_after_seconds = retry_after_seconds
        self.usage = usage
        """What the endpoint said it used, when it said so."""
        self.reply = reply
        self.perhaps_billed = perhaps_billed
        """No usage was read, but the endpoint may have worked: count what was reserved."""


class ModelRejected(ModelFault):
    """The endpoint cannot take our request: our bug."""

    reason = FallbackReason.REJECTED


class ModelMisconfigured(ModelFault):
    """Address, key or model name is wrong; the endpoint is off until settings change."""

    reason = FallbackReason.MISCONFIGURED


class ModelUnpaid(ModelFault):
    """The account has no money left."""

    reason = FallbackReason.UNPAID


class ModelBusy(ModelFault):
    """A rate or spend limit."""

    reason = FallbackReason.BUSY
    retryable = True


class ModelUnavailable(ModelFault):
    """The endpoint or the way to it is broken for now."""

    reason = FallbackReason.UNAVAILABLE
    retryable = True


class ModelTimeout(ModelFault):
    """Nothing usable came in time."""

    reason = FallbackReason.TIMEOUT
    retryable = True


class ModelGarbled(ModelFault):
    """HTTP 200 with something that is no chat completion."""

    reason = FallbackReason.GARBLED
    retryable = True


class ModelBlank(ModelFault):
    """A reply of spaces."""

    reason = FallbackReason.BLANK
    retryable = True


class ModelCut(ModelFault):
    """The reply ran into max_tokens."""

    reason = FallbackReason.CUT
    retryable = True


class ModelDeclined(ModelFault):
    """A content filter ended the reply."""

    reason = FallbackReason.DECLINED


class ModelInvalid(ModelFault):
    """The reply does not fit the Ask's contract; `errors` goes into the one repair turn."""

    reason = FallbackReason.INVALID
    retryable = True

    def __init__(self, sentence: str, *, errors: str, reply: str) -> None:
        super().__init__(sentence, reply=reply)
        self.errors = errors
