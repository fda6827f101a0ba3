"""The gateway over a scripted endpoint."""

import asyncio
import logging
import time
from collections.abc import Sequence

import pytest
from bench.model_asks import (
    CLASSIFY,
    INQUIRY,
    LETTER,
    NOON,
    RUN,
    SUMMARISE,
    Label,
    Stage,
)
from tests.models.gateway_bench import Bench, faults, good

from bailiwick.domain.model_call import FallbackReason, Usage
from bailiwick.domain.provenance import Source
from bailiwick.kit.clock import FixedClock
from bailiwick.models.breaker import OPEN_SECONDS
from bailiwick.models.budget import DEFAULT_BUDGET, Budget, BudgetLimits
from bailiwick.models.exchange import ChatReply, ChatRequest
from bailiwick.models.gateway import Gateway, GatewayLimits
from bailiwick.models.prices import published_prices
from bailiwick.models.scripted import (
    ScriptedEndpoint,
)
from bailiwick.models.scripted_body import ScriptedFault
from bailiwick.ports.model import Answer

F = FallbackReason


class TestTheGateway:
    def test_makes_no_call_while_halted(self, stage: Stage) -> None:
        """With the halt on, nothing is sent; with it off again, it is."""
        bench = Bench(stage)
        stage.halted = True
        assert bench.classify().reason is F.HALTED
        assert bench.endpoint.requests == []
        stage.halted = False
        assert bench.classify().source is Source.MODEL

    def test_looks_at_the_halt_before_anything_else(self, stage: Stage) -> None:
        """Halted is the reason that is told, also where a budget would have stopped the call."""
        stage.halted = True
        bench = Bench(stage, budget=BudgetLimits(request_tokens_max=1))
        assert bench.classify().reason is F.HALTED

    def test_makes_no_further_call_once_halted(self, stage: Stage) -> None:
        """A halt that comes between two attempts ends the Ask."""

        def halt() -> None:
            stage.halted = True

        stage.when_waiting = halt
        bench = Bench(stage, plan=faults(ScriptedFault.HTTP_500))
        assert bench.classify().reason is F.HALTED
        assert len(bench.endpoint.requests) == 1

    def test_stops_a_request_above_the_ceiling(self, stage: Stage) -> None:
        """A prompt that is too long is not sent."""
        bench = Bench(stage, budget=BudgetLimits(request_tokens_max=300))
        assert bench.classify().reason is F.REQUEST_CEILING
        assert bench.endpoint.requests == []

    def test_keeps_each_run_within_its_cap(self, stage: Stage) -> None:
        """A run is stopped before it can cross its cap; another run goes on."""
        bench = Bench(stage, budget=BudgetLimits(run_tokens_max=1_500))
        reasons = [bench.classify().reason for _ in range(12)]
        served = reasons.index(F.RUN_BUDGET)
        assert 0 < served < 12
        assert set(reasons[served:]) == {F.RUN_BUDGET}
        assert len(bench.endpoint.requests) == served
        assert bench.budget.run_tokens(RUN.run_id) <= 1_500

    def test_overshoots_its_budget_by_one_call_at_most(self, stage: Stage) -> None:
        """An endpoint that uses far more than it was allowed is asked once and no more."""

        class Greedy(ScriptedEndpoint):
            async def complete(self, request: ChatRequest) -> ChatReply:
                reply = await super().complete(request)
                usage = Usage(prompt_tokens=1_000_000, completion_tokens=10**6)
                return ChatReply(text=reply.text, model=reply.model, usage=usage)

        greedy = Greedy(good)
        gateway = Gateway(
            greedy,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
        )
        for expected in (None, F.RUN_BUDGET, F.RUN_BUDGET):
            answer = asyncio.run(gateway.ask(CLASSIFY, INQUIRY, run=RUN))
            assert answer.reason is expected
        assert len(greedy.requests) == 1

    def test_counts_money_and_stops_for_the_day(self, stage: Stage) -> None:
        """The day's money is reserved at the worst case and settled at what was used."""
        bench = Bench(stage, budget=BudgetLimits(day_picodollars_max=3_000_000_000))
        answers = [bench.classify() for _ in range(12)]
        assert answers[0].source is Source.MODEL
        assert answers[-1].reason is F.DAY_BUDGET
        spent = bench.budget.day_picodollars(RUN.workspace_id, NOON.date())
        assert spent == sum(call.cost_picodollars for call in stage.sink.calls)
        assert spent <= 3_000_000_000

    def test_counts_in_full_what_may_have_been_billed(self, stage: Stage) -> None:
        """A timed-out attempt is counted as estimated; a refused connection costs nothing."""
        timed = Bench(stage, plan=faults(*[ScriptedFault.SLOW_FIRST_BYTE] * 3))
        usage = timed.classify().usage
        assert usage.estimated
        assert usage.completion_tokens == 3 * CLASSIFY.tokens_max
        refused = Bench(stage, plan=faults(*[ScriptedFault.REFUSED] * 3))
        assert refused.classify().usage == Usage()
        assert stage.sink.calls[-1].cost_picodollars == 0

    def test_opens_the_breaker_and_closes_it_again(self, stage: Stage) -> None:
        """Five faults in a row pause the endpoint for 30 s; one good reply ends the pause."""
        clock = FixedClock(NOON)
        stage.clock = clock
        bench = Bench(stage, plan=faults(*[ScriptedFault.HTTP_503] * 5))
        assert [bench.classify().reason for _ in range(3)] == [
            F.UNAVAILABLE,
            F.BREAKER_OPEN,
            F.BREAKER_OPEN,
        ]
        assert len(bench.endpoint.requests) == 5
        clock.set(NOON.replace(second=int(OPEN_SECONDS)))
        assert bench.classify().source is Source.MODEL
        assert bench.classify().source is Source.MODEL

    def test_answers_from_several_loops(self, stage: Stage) -> None:
        """A gateway outlives the loop it was first used in, with more askers than places."""
        bench = Bench(stage)

        async def many() -> Sequence[Answer[Label]]:
            asks = (bench.gateway.ask(CLASSIFY, INQUIRY, run=RUN) for _ in range(20))
            return await asyncio.gather(*asks)

        for _ in range(2):
            assert {a.source for a in asyncio.run(many())} == {Source.MODEL}

    def test_bounds_who_is_at_it_and_who_waits(self, stage: Stage) -> None:
        """Two at a time, three in line, the rest take the fallback."""

        class Slow(ScriptedEndpoint):
            at_once = 0
            most = 0

            async def complete(self, request: ChatRequest) -> ChatReply:
                self.at_once += 1
                self.most = max(self.most, self.at_once)
                await asyncio.sleep(0.01)
                self.at_once -= 1
                return await super().complete(request)

        slow = Slow(good)
        gateway = Gateway(
            slow,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
            limits=GatewayLimits(concurrency_max=2, waiting_max=3),
        )

        async def many() -> Sequence[Answer[Label]]:
            asks = (gateway.ask(CLASSIFY, INQUIRY, run=RUN) for _ in range(10))
            return await asyncio.gather(*asks)

        reasons = [a.reason for a in asyncio.run(many())]
        assert slow.most == 2
        assert reasons.count(None) == 5
        assert reasons.count(F.QUEUE_FULL) == 5
        assert len(stage.sink.calls) == 10

    def test_cuts_an_attempt_at_the_deadline(self, stage: Stage) -> None:
        """An endpoint that never ends is cut by our own clock, and counted."""
        endpoint = Endless(good)
        gateway = Gateway(
            endpoint,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
            limits=GatewayLimits(total_seconds_max=0.05),
        )
        began = time.monotonic()
        answer = asyncio.run(gateway.ask(CLASSIFY, INQUIRY, run=RUN))
        assert time.monotonic() - began < 2.0
        assert answer.reason is F.TIMEOUT
        assert answer.usage.estimated
        assert endpoint.cut == 1
        assert stage.sink.calls[0].faults == (F.TIMEOUT,)

    def test_makes_no_call_when_the_halt_comes_in_the_queue(self, stage: Stage) -> None:
        """Who waits for a place asks about the halt again before it calls."""

        class HaltsTheRest(ScriptedEndpoint):
            async def complete(self, request: ChatRequest) -> ChatReply:
                await asyncio.sleep(0.01)
                stage.halted = True
                return await super().complete(request)

        endpoint = HaltsTheRest(good)
        gateway = Gateway(
            endpoint,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
            limits=GatewayLimits(concurrency_max=1),
        )

        async def many() -> Sequence[Answer[Label]]:
            asks = (gateway.ask(CLASSIFY, INQUIRY, run=RUN) for _ in range(3))
            return await asyncio.gather(*asks)

        assert [a.reason for a in asyncio.run(many())] == [None, F.HALTED, F.HALTED]
        assert len(endpoint.requests) == 1

    def test_falls_back_when_it_waits_too_long_for_a_place(self, stage: Stage) -> None:
        """The deadline holds in the queue too, and says nothing about the endpoint."""
        endpoint = Endless(good)
        gateway = Gateway(
            endpoint,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
            limits=GatewayLimits(concurrency_max=1, total_seconds_max=0.05),
        )

        async def many() -> Sequence[Answer[Label]]:
            asks = (gateway.ask(CLASSIFY, INQUIRY, run=RUN) for _ in range(2))
            return await asyncio.gather(*asks)

        assert [a.reason for a in asyncio.run(many())] == [F.TIMEOUT, F.TIMEOUT]
        waited, asked = sorted(stage.sink.calls, key=lambda call: call.attempts)
        assert (waited.attempts, asked.attempts) == (0, 1)
        assert waited.usage == Usage()

    def test_ends_a_call_under_way_within_a_second_of_a_halt(self, stage: Stage) -> None:
        """The socket is closed, the rules answer, and what was set aside counts as used."""
        endpoint = Endless(good)
        gateway = Gateway(
            endpoint,
            stage.surroundings(),
            budget=Budget(DEFAULT_BUDGET),
            prices=published_prices(),
        )

        async def flip() -> tuple[Answer[Label], float]:
            loop = asyncio.get_running_loop()
            asked = asyncio.ensure_future(gateway.ask(CLASSIFY, INQUIRY, run=RUN))
            await asyncio.sleep(0.01)
            stage.halted = True
            flipped = loop.time()
            return await asked, loop.time() - flipped

        answer, seconds = asyncio.run(flip())
        assert answer.reason is F.HALTED
        assert seconds < 1
        assert endpoint.cut == 1
        assert stage.sink.calls[0].usage.estimated

    def test_keeps_the_story_of_a_cancelled_ask(self, stage: Stage) -> None:
        """A run that is stopped while a question is open leaves a call, and stops."""

        async def scene() -> None:
            gateway = Gateway(
                Endless(good),
                stage.surroundings(),
                budget=Budget(DEFAULT_BUDGET),
                prices=published_prices(),
            )
            task = asyncio.create_task(gateway.ask(CLASSIFY, INQUIRY, run=RUN))
            await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        asyncio.run(scene())
        assert [c.reason for c in stage.sink.calls] == [F.CANCELLED]

    def test_logs_no_body(self, stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
        """Neither foreign text nor replies reach a log at any level."""
        caplog.set_level(logging.DEBUG)
        bench = Bench(stage, plan=faults(ScriptedFault.HTTP_500, ScriptedFault.EXTRA_FIELD))
        asyncio.run(bench.gateway.ask(SUMMARISE, LETTER, run=RUN))
        logged = "\n".join(r.getMessage() for r in caplog.records)
        assert "500" in logged
        assert "rival@example.net" not in logged
        assert "wish" not in logged


class Endless(ScriptedEndpoint):
    """Never answers; counts how often it was cut."""

    cut = 0

    async def complete(self, request: ChatRequest) -> ChatReply:
        """Wait to be cancelled."""
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            self.cut += 1
            raise
        return await super().complete(request)
