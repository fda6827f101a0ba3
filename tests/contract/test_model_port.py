"""Every adapter of the Model port against one table of Asks."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import TypeVar

import pytest
from bench.model_asks import (
    CASE,
    CLASSIFY,
    INQUIRY,
    LETTER,
    PROPOSE,
    RUN,
    SUMMARISE,
    Stage,
    write_prompts,
)
from bench.servers.scripted_model import ScriptedModelServer
from pydantic import BaseModel

from bailiwick.domain.fault import InputFault, UnableToReplay
from bailiwick.domain.model_call import FallbackReason
from bailiwick.domain.provenance import Source
from bailiwick.models.budget import DEFAULT_BUDGET, Budget
from bailiwick.models.endpoint import build_gateway
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.faults import UnableToLoadPrompt
from bailiwick.models.gateway import Gateway
from bailiwick.models.personas import obedient
from bailiwick.models.prices import published_prices
from bailiwick.models.recorded import RecordedModel, from_lines, to_line
from bailiwick.models.rules import RulesModel
from bailiwick.models.scripted import ScriptedEndpoint
from bailiwick.ports.model import Ask, Model

I = TypeVar("I")  # noqa: E741 - input, as in ports/model.py
O = TypeVar("O", bound=BaseModel)  # noqa: E741 - output
Adapter = Callable[[Stage], AbstractAsyncContextManager[Model]]


@asynccontextmanager
async def _rules(stage: Stage) -> AsyncGenerator[Model]:
    yield RulesModel(stage.surroundings())


def _scripted_gateway(stage: Stage) -> Gateway:
    return Gateway(
        ScriptedEndpoint(obedient),
        stage.surroundings(),
        budget=Budget(DEFAULT_BUDGET),
        prices=published_prices(),
    )


@asynccontextmanager
async def _scripted(stage: Stage) -> AsyncGenerator[Model]:
    yield _scripted_gateway(stage)


@asynccontextmanager
async def _openai_compatible(stage: Stage) -> AsyncGenerator[Model]:
    async with ScriptedModelServer(obedient) as server:
        settings = EndpointSettings(base_url=server.base_url, quick="small", deep="large")
        yield build_gateway(settings, stage.surroundings())


@asynccontextmanager
async def _recorded(stage: Stage) -> AsyncGenerator[Model]:
    first = Stage(prompts=stage.prompts)
    model = _scripted_gateway(first)
    for _ in range(2):
        await _ask_all(model)
    lines = [to_line(call) for call in first.sink.calls]
    stage.sink.calls.extend(first.sink.calls)
    yield RecordedModel(from_lines(lines), prompts=stage.prompts)


async def _ask_all(model: Model) -> tuple[BaseModel, ...]:
    return (
        (await model.ask(CLASSIFY, INQUIRY, run=RUN)).value,
        (await model.ask(PROPOSE, CASE, run=RUN)).value,
        (await model.ask(SUMMARISE, LETTER, run=RUN)).value,
    )


ADAPTERS: dict[str, Adapter] = {
    "rules": _rules,
    "scripted": _scripted,
    "openai_compatible": _openai_compatible,
    "recorded": _recorded,
}


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(prompts=write_prompts(tmp_path))


@pytest.mark.parametrize("name", ADAPTERS)
class TestEveryModel:
    def test_answers_every_ask_by_its_contract(self, stage: Stage, name: str) -> None:
        """Each answer is of the Ask's output type and says where it came from."""

        async def scene() -> None:
            async with ADAPTERS[name](stage) as model:
                await _check(model, CLASSIFY, INQUIRY, name)
                await _check(model, PROPOSE, CASE, name)
                await _check(model, SUMMARISE, LETTER, name)

        asyncio.run(scene())

    def test_keeps_the_story_of_every_ask(self, stage: Stage, name: str) -> None:
        """The store has each answer's call, with prompt version, hash and request."""

        async def scene() -> None:
            async with ADAPTERS[name](stage) as model:
                answer = await model.ask(CLASSIFY, INQUIRY, run=RUN)
                (call,) = [c for c in stage.sink.calls if c.call_id == answer.call_id]
                assert call.run_id == RUN.run_id
                assert (call.prompt, call.prompt_version) == ("probe/classify", 1)
                assert call.prompt_hash == answer.prompt_hash
                assert call.source is answer.source
                assert len(call.request_sha256) == 64
                assert '"words_count":12' in call.request.replace("\\", "")

        asyncio.run(scene())

    def test_answers_alike_when_asked_alike(self, stage: Stage, name: str) -> None:
        """The same questions in the same order get byte-equal values."""

        async def scene() -> None:
            async with ADAPTERS[name](stage) as model:
                first, second = await _ask_all(model), await _ask_all(model)
                assert [v.model_dump_json() for v in first] == [v.model_dump_json() for v in second]

        asyncio.run(scene())

    def test_refuses_a_prompt_that_is_not_there(self, stage: Stage, name: str) -> None:
        """An Ask without its file is a fault that names the file, never a guess."""
        lost = Ask(
            prompt="probe/lost",
            output=CLASSIFY.output,
            fallback=CLASSIFY.fallback,
            tier=CLASSIFY.tier,
            tokens_max=200,
            wait_seconds_max=5,
        )

        async def scene() -> None:
            async with ADAPTERS[name](stage) as model:
                with pytest.raises(UnableToLoadPrompt, match=r"probe/prompts/lost\.md"):
                    await model.ask(lost, INQUIRY, run=RUN)

        asyncio.run(scene())


async def _check(model: Model, ask: Ask[I, O], given: I, name: str) -> None:
    answer = await model.ask(ask, given, run=RUN)
    assert type(answer.value) is ask.output
    if name == "rules":
        assert answer.source is Source.FALLBACK
        assert answer.reason is FallbackReason.NO_MODEL
        assert answer.value == ask.fallback(given)
        assert answer.model == ""
    else:
        assert answer.source is Source.MODEL
        assert answer.reason is None
        assert answer.model
        assert answer.usage.total_tokens > 0


class TestRecorded:
    def test_replays_byte_for_byte(self, stage: Stage) -> None:
        """A recording that went through its file form gives the very same values."""

        async def scene() -> None:
            live = _scripted_gateway(stage)
            values = await _ask_all(live)
            calls = from_lines([to_line(call) for call in stage.sink.calls])
            again = await _ask_all(RecordedModel(calls, prompts=stage.prompts))
            assert [v.model_dump_json() for v in again] == [v.model_dump_json() for v in values]

        asyncio.run(scene())

    def test_replays_a_fallback_as_a_fallback(self, stage: Stage) -> None:
        """What the run answered by rule is answered by rule again."""

        async def scene() -> None:
            stage.halted = True
            answer = await _scripted_gateway(stage).ask(CLASSIFY, INQUIRY, run=RUN)
            replay = RecordedModel(stage.sink.calls, prompts=stage.prompts)
            again = await replay.ask(CLASSIFY, INQUIRY, run=RUN)
            assert (again.source, again.reason) == (Source.FALLBACK, FallbackReason.HALTED)
            assert again.value == answer.value

        asyncio.run(scene())

    def test_refuses_a_recording_that_is_none(self) -> None:
        """The first bad line is named."""
        with pytest.raises(InputFault, match="line 1 of the recording"):
            from_lines(["{}"])

    def test_faults_on_a_miss(self, stage: Stage) -> None:
        """A request that was never recorded, or more often than recorded, is a fault."""

        async def scene() -> None:
            await _scripted_gateway(stage).ask(CLASSIFY, INQUIRY, run=RUN)
            replay = RecordedModel(stage.sink.calls, prompts=stage.prompts)
            changed = INQUIRY.model_copy(update={"words_count": 13})
            with pytest.raises(UnableToReplay, match="probe/classify"):
                await replay.ask(CLASSIFY, changed, run=RUN)
            await replay.ask(CLASSIFY, INQUIRY, run=RUN)
            with pytest.raises(UnableToReplay):
                await replay.ask(CLASSIFY, INQUIRY, run=RUN)

        asyncio.run(scene())
