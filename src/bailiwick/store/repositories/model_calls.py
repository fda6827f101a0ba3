"""What was asked of models, with bodies, so that a run can be replayed and explained."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import RowMapping, select

from bailiwick.domain.ids import ModelCallId, RunId
from bailiwick.domain.model_call import FallbackReason, ModelCall, Tier, Usage
from bailiwick.domain.provenance import Source
from bailiwick.store.scope import ROWS_COUNT_MAX, Scope, key, own
from bailiwick.store.tables.work import MODEL_CALLS

_OF_RUN: Final = (
    select(MODEL_CALLS)
    .where(own(MODEL_CALLS), MODEL_CALLS.c.run_id == key())
    .order_by(MODEL_CALLS.c.at, MODEL_CALLS.c.id)
    .limit(ROWS_COUNT_MAX)
)


class SqlModelCalls:
    """Model calls of one workspace."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    def save(self, call: ModelCall) -> None:
        """Store one call with its bodies; the same call again changes nothing."""
        assert call.workspace_id == self._scope.workspace_id, "a call stays in its workspace"
        self._scope.insert_new(
            MODEL_CALLS,
            {
                "id": call.call_id,
                "run_id": call.run_id,
                "capability": call.capability,
                "step": call.step,
                "ask": call.prompt,
                "prompt_version": str(call.prompt_version),
                "prompt_hash": call.prompt_hash,
                "tier": call.tier.value,
                "model_requested": call.requested_model,
                "model_resolved": call.resolved_model,
                "endpoint": call.endpoint,
                "source": call.source.value,
                "reason": call.reason.value if call.reason else "",
                "tokens_prompt": call.usage.prompt_tokens,
                "tokens_cached": call.usage.cached_tokens,
                "tokens_completion": call.usage.completion_tokens,
                "tokens_reasoning": call.usage.reasoning_tokens,
                "tokens_estimated": call.usage.estimated,
                "cost_picodollars": call.cost_picodollars,
                "price_known": call.price_known,
                "latency_ms": call.latency_ms,
                "attempts": call.attempts,
                "faults": [fault.value for fault in call.faults],
                "request_sha256": call.request_sha256,
                "request": call.request,
                "reply": call.reply,
                "at": call.asked_at,
                "created_at": call.asked_at,
            },
            unique=("id",),
        )

    def of_run(self, run_id: RunId) -> Sequence[ModelCall]:
        """Return the calls of a run, in order."""
        return tuple(self._call(row) for row in self._scope.rows(_OF_RUN, key=run_id))

    def _call(self, row: RowMapping) -> ModelCall:
        return ModelCall(
            call_id=ModelCallId(row["id"]),
            workspace_id=self._scope.workspace_id,
            run_id=RunId(row["run_id"]),
            capability=row["capability"],
            step=row["step"],
            prompt=row["ask"],
            prompt_version=int(row["prompt_version"]),
            prompt_hash=row["prompt_hash"],
            tier=Tier(row["tier"]),
            requested_model=row["model_requested"],
            resolved_model=row["model_resolved"],
            endpoint=row["endpoint"],
            source=Source(row["source"]),
            reason=FallbackReason(row["reason"]) if row["reason"] else None,
            usage=Usage(
                prompt_tokens=row["tokens_prompt"],
                cached_tokens=row["tokens_cached"],
                completion_tokens=row["tokens_completion"],
                reasoning_tokens=row["tokens_reasoning"],
                estimated=row["tokens_estimated"],
            ),
            cost_picodollars=row["cost_picodollars"],
            price_known=row["price_known"],
            latency_ms=row["latency_ms"],
            attempts=row["attempts"],
            faults=tuple(FallbackReason(fault) for fault in row["faults"]),
            request_sha256=row["request_sha256"],
            request=row["request"],
            reply=row["reply"],
            asked_at=row["at"],
        )
