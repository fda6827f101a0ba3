"""What has happened so far with one Ask; grows attempt by attempt and becomes the stored call."""

from dataclasses import dataclass, field
from datetime import datetime

from bailiwick.domain.ids import ModelCallId
from bailiwick.domain.model_call import FallbackReason, ModelCall, Tier, Usage
from bailiwick.domain.provenance import Source
from bailiwick.models.prompts import Prompt
from bailiwick.models.render import Rendered
from bailiwick.ports.model import Answer, ModelContext, O


@dataclass(slots=True, kw_only=True)
class OpenCall:
    """One Ask under way; `told` is what is stored of it."""

    call_id: ModelCallId
    run: ModelContext
    prompt: Prompt
    tier: Tier
    rendered: Rendered
    requested_model: str
    endpoint: str
    asked_at: datetime
    began: float
    """Monotonic seconds."""
    deadline: float
    """Monotonic seconds."""
    resolved_model: str = ""
    usage: Usage = field(default_factory=Usage)
    cost_picodollars: int = 0
    price_known: bool = True
    attempts: int = 0
    faults: list[FallbackReason] = field(default_factory=list[FallbackReason])
    reason: FallbackReason | None = None
    reply: str = ""
    in_flight: bool = False
    """A request is out and no reply or fault has come."""

    def told(self, *, now: float) -> ModelCall:
        """Return the call to store."""
        return ModelCall(
            call_id=self.call_id,
            workspace_id=self.run.workspace_id,
            run_id=self.run.run_id,
            capability=self.run.capability,
            step=self.run.step,
            prompt=self.prompt.name,
            prompt_version=self.prompt.version,
            prompt_hash=self.prompt.sha256,
            tier=self.tier,
            requested_model=self.requested_model,
            resolved_model=self.resolved_model,
            endpoint=self.endpoint,
            source=self.source,
            reason=self.reason,
            usage=self.usage,
            cost_picodollars=self.cost_picodollars,
            price_known=self.price_known,
            latency_ms=round((now - self.began) * 1000),
            attempts=self.attempts,
            faults=tuple(self.faults),
            request_sha256=self.rendered.request_sha256,
            request=self.rendered.request,
            reply=self.reply,
            asked_at=self.asked_at,
        )

    def answered(self, value: O) -> Answer[O]:
        """Return the answer for the step."""
        by_model = self.source is Source.MODEL
        return Answer(
            value=value,
            source=self.source,
            call_id=self.call_id,
            prompt_version=self.prompt.version,
            prompt_hash=self.prompt.sha256,
            model=(self.resolved_model or self.requested_model) if by_model else "",
            reason=self.reason,
            usage=self.usage,
            cost_picodollars=self.cost_picodollars,
        )

    @property
    def source(self) -> Source:
        """Who answered."""
        return Source.MODEL if self.reason is None else Source.FALLBACK
