"""The OpenAI-compatible adapter over loopback: the production code path."""

import asyncio
import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest
from bench.model_asks import CLASSIFY, INQUIRY, NOON, RUN, Label, Stage
from bench.servers.scripted_model import ScriptedModelServer, serving
from tests.models.endpoint_scene import REQUEST, settings_for
from tests.models.gateway_bench import GOOD, good

from bailiwick.domain.model_call import FallbackReason
from bailiwick.domain.provenance import Source
from bailiwick.models.completion import StructuredMode, read_completion
from bailiwick.models.endpoint import build_gateway
from bailiwick.models.gateway import GatewayLimits
from bailiwick.models.openai_compatible import (
    body_of,
    retry_after_seconds,
)
from bailiwick.models.personas import obedient
from bailiwick.models.prices import PriceRow
from bailiwick.models.scripted import PlannedFault
from bailiwick.models.scripted_body import ScriptedFault, completion_body
from bailiwick.ports.model import Answer

F = FallbackReason
# By status where it is HTTP, else by what the reader of models 2.5 should call it.
EXPECTED = {
    "http_400": F.REJECTED,
    "http_401": F.MISCONFIGURED,
    "http_402": F.UNPAID,
    "http_403": F.MISCONFIGURED,
    "http_404": F.MISCONFIGURED,
    "http_422": F.REJECTED,
    "http_429": F.BUSY,
    "redirect": F.MISCONFIGURED,
    "slow_first_byte": F.TIMEOUT,
    "drip": F.TIMEOUT,
    "html_200": F.GARBLED,
    "json_cut_200": F.GARBLED,
    "error_200": F.GARBLED,
    "null_choices": F.GARBLED,
    "no_choices": F.GARBLED,
    "blank": F.BLANK,
    "length": F.CUT,
    "content_filter": F.DECLINED,
    "bad_enum": F.INVALID,
    "extra_field": F.INVALID,
    "dup_key": F.INVALID,
    "nan": F.INVALID,
}
NOT_RETRIED = {F.REJECTED, F.MISCONFIGURED, F.UNPAID, F.DECLINED}


async def _classify(
    stage: Stage,
    server: ScriptedModelServer,
    *,
    times: int = 1,
    seconds: float = 20.0,
    **changes: object,
) -> Sequence[Answer[Label]]:
    gateway = build_gateway(
        settings_for(server.base_url, **changes),
        stage.surroundings(),
        gateway_limits=GatewayLimits(total_seconds_max=seconds),
    )
    return [await gateway.ask(CLASSIFY, INQUIRY, run=RUN) for _ in range(times)]


def planned(*faults: ScriptedFault) -> list[PlannedFault]:
    return [PlannedFault(fault=f, nth=n) for n, f in enumerate(faults, start=1)]


class TestEveryFault:
    @pytest.mark.parametrize("fault", list(ScriptedFault))
    def test_is_met_by_name_and_the_next_good_reply_is_used(
        self, stage: Stage, fault: ScriptedFault
    ) -> None:
        """Over the wire each fault gets its name; retried ones end with the model's value."""
        reason = EXPECTED.get(fault.value, F.UNAVAILABLE)

        async def scene() -> None:
            async with ScriptedModelServer(good, faults=planned(fault)) as server:
                seconds = 0.3 if fault is ScriptedFault.DRIP else 20.0
                patience = 0.2 if fault is ScriptedFault.SLOW_FIRST_BYTE else 10.0
                (answer,) = await _classify(stage, server, seconds=seconds, read_seconds=patience)
                (call,) = stage.sink.calls
                assert call.faults == (reason,)
                gave_up = reason in NOT_RETRIED or fault is ScriptedFault.DRIP
                assert answer.source is (Source.FALLBACK if gave_up else Source.MODEL)
                assert len(server.served) == (1 if gave_up else 2)

        asyncio.run(scene())

    def test_of_a_refused_connection_is_met_too(self, stage: Stage) -> None:
        """A closed port is tried three times, costs nothing, and the fallback answers."""

        async def scene() -> None:
            async with ScriptedModelServer(good) as server:
                pass
            (answer,) = await _classify(stage, server)
            assert answer.reason is F.UNAVAILABLE
            assert stage.sink.calls[0].faults == (F.UNAVAILABLE,) * 3
            assert stage.sink.calls[0].usage.total_tokens == 0

        asyncio.run(scene())

    def test_of_a_drip_is_cut_at_the_deadline(self, stage: Stage) -> None:
        """Blank lines that never end do not hold a run longer than its deadline."""

        async def scene() -> float:
            loop = asyncio.get_running_loop()
            async with ScriptedModelServer(good, faults=planned(ScriptedFault.DRIP)) as server:
                began = loop.time()
                (answer,) = await _classify(stage, server, seconds=0.4, read_seconds=10.0)
                assert answer.reason is F.TIMEOUT
                return loop.time() - began

        assert 0.35 < asyncio.run(scene()) < 1.5

    def test_of_a_limit_waits_as_it_was_told(self, stage: Stage) -> None:
        """Retry-After is obeyed when it fits the deadline, else the fallback answers at once."""

        async def scene() -> None:
            plan = planned(ScriptedFault.HTTP_429)
            async with ScriptedModelServer(good, faults=plan, retry_after="7") as server:
                (answer,) = await _classify(stage, server)
                assert (answer.source, stage.waits) == (Source.MODEL, [7.0])
            async with ScriptedModelServer(good, faults=plan, retry_after="21") as server:
                (answer,) = await _classify(stage, server)
                assert (answer.reason, stage.waits) == (F.BUSY, [7.0])

        asyncio.run(scene())


class TestTheWire:
    def test_carries_our_headers_only(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nothing of the SDK's environment travels, nor of the machine; ours travel exactly."""
        monkeypatch.setenv("OPENAI_ORG_ID", "org-leak")
        monkeypatch.setenv("OPENAI_PROJECT_ID", "project-leak")
        monkeypatch.setenv("OPENAI_API_KEY", "key-leak")
        monkeypatch.setenv("OPENAI_ADMIN_KEY", "admin-leak")
        monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/leak")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        custom = "X-Leak: custom-leak\nAuthorization: custom-leak\nAccept: custom-leak"
        monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", custom)
        headers = {"cf-aig-authorization": "Bearer gate", "X-Team": "sales"}

        async def scene() -> None:
            async with ScriptedModelServer(good) as server:
                (answer,) = await _classify(stage, server, headers=headers)
                assert answer.source is Source.MODEL
                (served,) = server.served
                assert set(served.headers) == {
                    "host",
                    "accept",
                    "content-type",
                    "content-length",
                    "user-agent",
                    "authorization",
                    "cf-aig-authorization",
                    "x-team",
                }
                assert served.headers["authorization"] == "Bearer key-1"
                assert served.headers["cf-aig-authorization"] == "Bearer gate"
                assert "leak" not in str(served)

        asyncio.run(scene())

    def test_sends_no_key_to_where_a_redirect_points(self, stage: Stage) -> None:
        """A redirect is a wrong setting; the other host gets no request at all."""

        async def scene() -> None:
            async with ScriptedModelServer(good) as thief:
                server = ScriptedModelServer(
                    good,
                    faults=planned(ScriptedFault.REDIRECT),
                    redirect_to=f"{thief.base_url}/chat/completions",
                )
                async with server:
                    answers = await _classify(stage, server, times=2)
                    assert [a.reason for a in answers] == [F.MISCONFIGURED, F.ENDPOINT_OFF]
                    assert thief.served == []

        asyncio.run(scene())

    def test_logs_neither_bodies_nor_keys(
        self, stage: Stage, caplog: pytest.LogCaptureFixture
    ) -> None:
        """Also at debug level."""
        caplog.set_level(logging.DEBUG)

        async def scene() -> None:
            async with ScriptedModelServer(good) as server:
                await _classify(stage, server)

        asyncio.run(scene())
        logged = "\n".join(r.getMessage() for r in caplog.records)
        assert "key-1" not in logged
        assert "words_count" not in logged

    @pytest.mark.parametrize("mode", list(StructuredMode))
    def test_speaks_every_structured_mode(self, stage: Stage, mode: StructuredMode) -> None:
        """Each mode asks in its own way and is read by the one reader."""

        async def scene() -> None:
            async with ScriptedModelServer(obedient) as server:
                (answer,) = await _classify(stage, server, structured=mode)
                assert answer.source is Source.MODEL
                assert answer.value.confidence_permille == 1000
                body = json.loads(server.served[0].body)
                assert body["model"] == answer.model == "small"
                assert (body["max_tokens"], body["temperature"]) == (200, 0.0)
                if mode is StructuredMode.STRICT_TOOL:
                    assert body["tool_choice"]["function"]["name"] == "Label"
                    assert body["tools"][0]["function"]["strict"]
                else:
                    assert body["response_format"]["type"] == mode.value
                    assert "JSON" in body["messages"][0]["content"]

        asyncio.run(scene())

    def test_is_open_to_a_process_without_a_loop(self, stage: Stage) -> None:
        """The threaded server serves a gateway that is used from one loop after another."""
        with serving(good) as server:
            gateway = build_gateway(settings_for(server.base_url), stage.surroundings())
            for _ in range(2):
                answer = asyncio.run(gateway.ask(CLASSIFY, INQUIRY, run=RUN))
                assert answer.source is Source.MODEL

    def test_takes_a_price_of_the_settings(self, stage: Stage) -> None:
        """A model on one's own machine costs what one says."""
        free = PriceRow(
            model="small",
            valid_from=datetime(2026, 1, 1, tzinfo=UTC),
            hit_picodollars=0,
            miss_picodollars=0,
            output_picodollars=0,
            source="own machine",
            read_on=date(2026, 1, 1),
        )

        async def scene() -> None:
            async with ScriptedModelServer(good) as server:
                await _classify(stage, server, price=free)
                await _classify(stage, server)

        asyncio.run(scene())
        first, second = stage.sink.calls
        assert (first.cost_picodollars, first.price_known) == (0, True)
        assert second.cost_picodollars > 0
        assert not second.price_known


class TestABody:
    def test_holds_what_the_endpoint_is_said_to_need(self) -> None:
        """Fragments, thinking level and the pseudonym of the tenant come from settings."""
        settings = settings_for(
            "https://models.example/v1",
            body={"seed": 1},
            thinking_on={"thinking": {"type": "enabled"}},
            thinking_off={"thinking": {"type": "disabled"}},
            tenant_field="user_id",
        )
        body = body_of(REQUEST, settings, "large")
        assert body["seed"] == 1
        assert body["thinking"] == {"type": "disabled"}
        assert body["user_id"] == "pseudonym"
        assert body["temperature"] == 0.2

    @pytest.mark.parametrize(
        ("header", "seconds"),
        [
            (None, None),
            ("7", 7.0),
            ("Thu, 19 Nov 2026 12:00:30 GMT", 30.0),
            ("Thu, 19 Nov 2026 11:00:00 GMT", 0.0),
            ("soon", None),
            ("-5", None),
            ("Thu, 19 Nov 2026 12:00:30 -0000", None),
            ("9" * 400, 999_999_999.0),
        ],
    )
    def test_of_headers_may_name_a_wait(self, header: str | None, seconds: float | None) -> None:
        """Seconds or an HTTP date; anything else is no wait."""
        assert retry_after_seconds(header, NOON) == seconds

    def test_counts_cached_and_reasoning_tokens(self) -> None:
        """Both vendors' places are read, and nonsense is bounded."""
        body = json.loads(completion_body(GOOD, messages=(), model="m"))
        body["usage"] = {
            "prompt_tokens": 600,
            "completion_tokens": 200,
            "prompt_cache_hit_tokens": 512,
            "completion_tokens_details": {"reasoning_tokens": 83},
        }
        mode = StructuredMode.JSON_OBJECT
        usage = read_completion(json.dumps(body).encode(), mode=mode, endpoint="e").usage
        assert (usage.cached_tokens, usage.reasoning_tokens) == (512, 83)
        body["usage"] = {
            "prompt_tokens": -5,
            "completion_tokens": 10**30,
            "prompt_tokens_details": {"cached_tokens": 64},
        }
        usage = read_completion(json.dumps(body).encode(), mode=mode, endpoint="e").usage
        assert (usage.prompt_tokens, usage.cached_tokens) == (0, 0)
        assert usage.completion_tokens == 10_000_000


class TestTheDefaultPath:
    def test_loads_no_sdk(self) -> None:
        """Without an endpoint neither openai nor an HTTP client is imported."""
        code = (
            "import sys\n"
            "import bailiwick.models.rules, bailiwick.models.recorded, bailiwick.models.scripted\n"
            "import bailiwick.models.gateway, bailiwick.models.endpoint\n"
            "print(sorted({'openai', 'httpx', 'httpx2', 'httpcore2'} & set(sys.modules)))\n"
        )
        done = subprocess.run(  # noqa: S603 - our own interpreter
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
        )
        assert done.stdout.strip() == "[]"
