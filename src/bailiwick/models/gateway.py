"""The one way to a model: halt, budgets, breaker, queue, attempt, reading, repair, fallback.

This is the only retry layer (SDK and AI gateways make one attempt each; models 2.6), and whatever
happens, the step gets a value that fits its contract and the store gets the call.
"""

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from bailiwick.domain.ids import PREFIX, ModelCallId
from bailiwick.domain.model_call import FallbackReason, Usage
from bailiwick.models.breaker import Breaker
from bailiwick.models.budget import Budget, Reservation, prompt_tokens_estimate
from bailiwick.models.exchange import ChatMessage, ChatReply, ChatRequest, ChatRole, Endpoint
from bailiwick.models.faults import ModelFault, ModelInvalid, ModelMisconfigured
from bailiwick.models.fence import NONCE_BITS
from bailiwick.models.open_call import OpenCall
from bailiwick.models.prices import Prices
from bailiwick.models.reader import read_value
from bailiwick.models.recovery import Again, Backoff, Change, next_move
from bailiwick.models.render import render
from bailiwick.models.surroundings import Surroundings
from bailiwick.ports.model import Answer, Ask, I, ModelContext, O
from bailiwick.ports.trace import Attributes, CallShape, Cost, Span, SpanName

_log: Final = logging.getLogger(__name__)
_DRAW_BITS: Final = 53  # of a float's mantissa
HALT_LOOK_SECONDS: Final = 0.4  # ours: a halt ends calls under way within a second
_NUDGE: Final = "\n\nAnswer now, with the JSON object only."


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayLimits:
    """Bounds of the gateway itself."""

    total_seconds_max: float = 90.0  # models 2.3; an Ask's own limit may be shorter
    concurrency_max: int = 8  # models 2.3
    waiting_max: int = 64  # ours: eight rounds of the eight; beyond it the fallback is faster
    backoff: Backoff = field(default=Backoff())


DEFAULT_LIMITS: Final = GatewayLimits()


@dataclass(slots=True)
class _Queue:
    """The eight places of one event loop."""

    places: asyncio.Semaphore
    asking: int = 0
    """Those who have a place and those who wait for one."""


class Gateway:
    """Answers Asks over one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        surroundings: Surroundings,
        *,
        budget: Budget,
        prices: Prices,
        limits: GatewayLimits = DEFAULT_LIMITS,
    ) -> None:
        self._endpoint = endpoint
        self._budget = budget
        self._prices = prices
        self._limits = limits
        self._prompts = surroundings.prompts
        self._sink = surroundings.sink
        self._halted = surroundings.halted
        self._clock = surroundings.clock
        self._ids = surroundings.ids
        self._bits = surroundings.bits
        self._sleep = surroundings.sleep
        self._tracer = surroundings.tracer
        self._breaker = Breaker()
        self._off: set[str] = set()
        # A semaphore belongs to one event loop; a process may run one loop after another.
        self._queues: WeakKeyDictionary[asyncio.AbstractEventLoop, _Queue] = WeakKeyDictionary()

    async def ask(self, ask: Ask[I, O], given: I, *, run: ModelContext) -> Answer[O]:
        """Answer by the model when it can in time and budget, else by the Ask's fallback.

        Raises UnableToLoadPrompt.
        """
        call, request = self._begin(ask, given, run)
        value: O | None = None
        try:
            async with asyncio.timeout(call.deadline - call.began):
                value = await self._converse(call, request, ask.output)
        except TimeoutError:
            call.reason = FallbackReason.TIMEOUT
            if call.in_flight:  # a server that only drips is met here
                call.faults.append(FallbackReason.TIMEOUT)
                now = self._clock.monotonic()
                self._breaker.failed(call.requested_model, FallbackReason.TIMEOUT, now=now)
        except asyncio.CancelledError:
            call.reason = FallbackReason.CANCELLED
            self._sink.save(call.told(now=self._clock.monotonic()))
            raise
        if value is None:
            assert call.reason is not None, "no value without a reason"
            _log.info("ask %s took its fallback: %s", ask.prompt, call.reason)
            value = ask.fallback(given)
        self._sink.save(call.told(now=self._clock.monotonic()))
        return call.answered(value)

    def _begin(self, ask: Ask[I, O], given: I, run: ModelContext) -> tuple[OpenCall, ChatRequest]:
        prompt = self._prompts.for_ask(ask)
        rendered = render(prompt, ask, given, nonce=f"{self._bits(NONCE_BITS):032x}")
        began = self._clock.monotonic()
        call = OpenCall(
            call_id=ModelCallId(self._ids.new(PREFIX["model_call"])),
            run=run,
            prompt=prompt,
            tier=ask.tier,
            rendered=rendered,
            requested_model=self._endpoint.model_for(ask.tier),
            endpoint=self._endpoint.name,
            asked_at=self._clock.now(),
            began=began,
            deadline=began + min(ask.wait_seconds_max, self._limits.total_seconds_max),
        )
        request = ChatRequest(
            prompt=prompt.name,
            schema_name=prompt.schema,
            schema=rendered.schema,
            messages=rendered.messages,
            tier=ask.tier,
            tokens_max=ask.tokens_max,
            temperature_permille=ask.temperature_permille,
            thinking=ask.thinking,
            tenant=run.tenant,
        )
        return call, request

    async def _converse(self, call: OpenCall, request: ChatRequest, output: type[O]) -> O | None:
        """Make attempts until one reply fits; None with `call.reason` when none will."""
        while True:  # at most ATTEMPTS_MAX rounds: next_move ends it
            reserved = self._reserve(call, request)
            if isinstance(reserved, FallbackReason):
                call.reason = reserved
                return None
            try:
                reply = await self._attempt(call, request, reserved)
                if reply is None:
                    return None
                value = read_value(reply.text, output)
            except ModelFault as fault:
                move = self._meet(call, fault)
                if move is None:
                    call.reason = fault.reason
                    return None
                await self._sleep(move.wait_seconds)
                request = changed(request, move, fault)
            else:
                return value

    def _reserve(self, call: OpenCall, request: ChatRequest) -> Reservation | FallbackReason:
        """Check what can stop a call before it starts, in the order of models 2.6."""
        model = call.requested_model
        if self._halted(call.run.capability):
            return FallbackReason.HALTED
        if model in self._off:
            return FallbackReason.ENDPOINT_OFF
        now = self._clock.now()
        prompt_tokens = prompt_tokens_estimate(request.messages)
        reserved = self._budget.reserve(
            workspace_id=call.run.workspace_id,
            run_id=call.run.run_id,
            capability=call.run.capability,
            first=call.attempts == 0,
            tokens=prompt_tokens + request.tokens_max,
            picodollars=self._prices.ceiling(
                model, prompt_tokens=prompt_tokens, tokens_max=request.tokens_max, at=now
            ),
            at=now,
        )
        if isinstance(reserved, FallbackReason):
            return reserved
        if not self._breaker.lets_pass(model, now=self._clock.monotonic()):
            self._budget.settle(reserved, tokens=0, picodollars=0)
            return FallbackReason.BREAKER_OPEN
        return reserved

    async def _attempt(
        self, call: OpenCall, request: ChatRequest, reserved: Reservation
    ) -> ChatReply | None:
        """Make one attempt and account for it. None when it did not start."""
        queue = self._queue()
        if queue.asking >= self._limits.concurrency_max + self._limits.waiting_max:
            self._budget.settle(reserved, tokens=0, picodollars=0)
            call.reason = FallbackReason.QUEUE_FULL
            return None
        used: Usage | None = Usage()  # nothing, until the attempt starts
        cached = False
        began = self._clock.now()
        queue.asking += 1
        try:
            async with queue.places:
                if self._halted(call.run.capability):  # it may come while we wait
                    call.reason = FallbackReason.HALTED
                    return None
                used = None  # from here on it may be billed
                call.attempts += 1
                with self._tracer.span(SpanName.CHAT, _about(call, request)) as span:
                    reply = await self._complete(call, request)
                    if reply is None:
                        call.reason = FallbackReason.HALTED
                        return None
                    _tell(span, reply)
                used = None if reply.usage.estimated else reply.usage
                cached = reply.cached
                return reply
        except ModelFault as fault:
            used = fault.usage
            if used is None and not fault.perhaps_billed:
                used = Usage()
            raise
        finally:
            queue.asking -= 1
            self._settle(call, request, reserved, used, cached=cached, began=began)

    async def _complete(self, call: OpenCall, request: ChatRequest) -> ChatReply | None:
        """Make one attempt; None when a halt ended it."""
        call.in_flight = True
        reply = await self._unless_halted(call, request)
        call.in_flight = False
        if reply is None:
            return None
        self._breaker.served(call.requested_model)
        call.resolved_model = reply.model
        call.reply = reply.text
        return reply

    async def _unless_halted(self, call: OpenCall, request: ChatRequest) -> ChatReply | None:
        work = asyncio.ensure_future(self._endpoint.complete(request))
        try:
            while True:  # ends with the reply, a fault, a halt or the deadline around it
                done, _ = await asyncio.wait({work}, timeout=HALT_LOOK_SECONDS)
                if done:
                    return work.result()
                if self._halted(call.run.capability):
                    return None
        finally:
            if not work.done():  # closes the socket
                work.cancel()
                await asyncio.wait({work}, timeout=HALT_LOOK_SECONDS)

    def _settle(
        self,
        call: OpenCall,
        request: ChatRequest,
        reserved: Reservation,
        used: Usage | None,
        *,
        cached: bool,
        began: datetime,
    ) -> None:
        """Replace the reservation by what was used; what cannot be known counts in full."""
        if used is None:
            used = Usage(
                prompt_tokens=prompt_tokens_estimate(request.messages),
                completion_tokens=request.tokens_max,
                estimated=True,
            )
        model = call.resolved_model or call.requested_model
        cost = self._prices.cost(model, used, began=began, ended=self._clock.now())
        picodollars = 0 if cached else cost.picodollars
        self._budget.settle(reserved, tokens=used.total_tokens, picodollars=picodollars)
        call.usage = call.usage.plus(used)
        call.cost_picodollars += picodollars
        call.price_known = call.price_known and cost.known

    def _meet(self, call: OpenCall, fault: ModelFault) -> Again | None:
        """Note a fault and say how to go on."""
        now = self._clock.monotonic()
        call.in_flight = False
        if fault.reply:
            call.reply = fault.reply
        self._breaker.failed(call.requested_model, fault.reason, now=now)
        if isinstance(fault, ModelMisconfigured):
            self._off.add(call.requested_model)
        _log.warning("attempt %d of ask %s: %s", call.attempts, call.prompt.name, fault)
        move = next_move(
            fault,
            earlier=call.faults,
            draw=self._bits(_DRAW_BITS) / 2**_DRAW_BITS,
            backoff=self._limits.backoff,
            seconds_left=call.deadline - now,
        )
        call.faults.append(fault.reason)
        return move

    def _queue(self) -> _Queue:
        loop = asyncio.get_running_loop()
        queue = self._queues.get(loop)
        if queue is None:
            queue = _Queue(asyncio.Semaphore(self._limits.concurrency_max))
            self._queues[loop] = queue
        return queue


def _about(call: OpenCall, request: ChatRequest) -> Attributes:
    return {
        CallShape.OPERATION: "chat",
        CallShape.PROVIDER: call.endpoint,
        CallShape.MODEL: call.requested_model,
        CallShape.TOKENS_MAX: request.tokens_max,
        CallShape.PROMPT: call.prompt.name,
        CallShape.PROMPT_VERSION: call.prompt.version,
        CallShape.ATTEMPTS: call.attempts,
    }


def _tell(span: Span, reply: ChatReply) -> None:
    span.set(
        {
            CallShape.MODEL_RESOLVED: reply.model,
            Cost.TOKENS_IN: reply.usage.prompt_tokens,
            Cost.TOKENS_OUT: reply.usage.completion_tokens,
            Cost.TOKENS_CACHED: reply.usage.cached_tokens,
            Cost.TOKENS_REASONING: reply.usage.reasoning_tokens,
        }
    )


def changed(request: ChatRequest, move: Again, fault: ModelFault) -> ChatRequest:
    """Return the next attempt's request."""
    if move.change is Change.DOUBLE:
        return replace(request, tokens_max=request.tokens_max * 2)
    if move.change is Change.NUDGE:
        *before, last = request.messages
        nudged = replace(last, content=last.content + _NUDGE)
        return replace(request, messages=(*before, nudged))
    if move.change is Change.REPAIR:
        assert isinstance(fault, ModelInvalid), "only an invalid reply is repaired"
        repair = ChatMessage(
            role=ChatRole.USER,
            content=(
                "That reply cannot be used:\n"
                f"{fault.errors}\n"
                "Answer again with the whole JSON object, corrected, and nothing else."
            ),
        )
        reply = ChatMessage(role=ChatRole.ASSISTANT, content=fault.reply)
        return replace(request, messages=(*request.messages, reply, repair))
    return request
