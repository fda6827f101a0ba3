"""What published endpoints want, as data."""

from datetime import date

import pytest

from bailiwick.domain.fault import SettingsFault
from bailiwick.models.endpoint import endpoint_doubts
from bailiwick.models.endpoint_settings import EndpointSettings
from bailiwick.models.habits import published_habits, read_habits, with_habits

DIRECT = "https://api.deepseek.com"
GATED = "https://gateway.ai.cloudflare.com/v1/account/gate/deepseek"


def _settings(base_url: str, **models: str) -> EndpointSettings:
    quick, deep = models.get("quick", "deepseek-flash"), models.get("deep", "deepseek-v4-pro")
    return EndpointSettings(base_url=base_url, api_key="k", quick=quick, deep=deep)


class TestHabits:
    @pytest.mark.parametrize("base_url", [DIRECT, f"{DIRECT}/v1", f"{DIRECT}/beta", GATED])
    def test_switch_thinking_off_where_it_is_on_by_default(self, base_url: str) -> None:
        """Base URL, key and model names are enough."""
        filled = with_habits(_settings(base_url), published_habits())
        assert filled.thinking_off == {"thinking": {"type": "disabled"}}
        assert filled.tenant_field == "user_id"

    def test_allow_an_ai_gateway_one_attempt_and_no_cache(self) -> None:
        """The gateway between must not retry, cache or log on its own."""
        filled = with_habits(_settings(GATED), published_habits())
        assert filled.headers["cf-aig-max-attempts"] == "1"
        assert filled.headers["cf-aig-skip-cache"] == "true"
        assert filled.headers["cf-aig-collect-log"] == "false"

    def test_leave_what_the_settings_say(self) -> None:
        """A person's own value stands, whatever the case of its name."""
        mine = EndpointSettings(
            base_url=GATED,
            quick="q",
            deep="d",
            headers={"CF-AIG-Collect-Log": "true"},
            thinking_off={"thinking": "mine"},
            tenant_field="who",
        )
        filled = with_habits(mine, published_habits())
        assert filled.headers["CF-AIG-Collect-Log"] == "true"
        assert "cf-aig-collect-log" not in filled.headers
        assert (filled.thinking_off, filled.tenant_field) == ({"thinking": "mine"}, "who")

    @pytest.mark.parametrize(
        "base_url",
        [
            "http://127.0.0.1:11434/v1",
            "https://deepseek.com.example/v1",
            "https://evil-api.deepseek.com",
        ],
    )
    def test_do_not_touch_other_endpoints(self, base_url: str) -> None:
        """A host that only looks alike gets nothing."""
        settings = _settings(base_url)
        assert with_habits(settings, published_habits()) == settings

    @pytest.mark.parametrize("content", [b"", b"{}", b'{"rows": [{"hosts": 1}]}'])
    def test_refuse_a_file_that_cannot_be_used(self, content: bytes) -> None:
        """The sentence says where."""
        with pytest.raises(SettingsFault, match="habits cannot be used at"):
            read_habits(content)


class TestDoubts:
    def test_name_a_model_that_is_gone(self) -> None:
        """Retired names are told before the first 404."""
        gone = _settings(DIRECT, quick="deepseek-chat")
        found = endpoint_doubts(gone, today=date(2026, 11, 1))
        assert found[0].found == "model 'deepseek-chat' is served no more since 2026-07-24"
        assert [doubt.fails for doubt in found if "served" in doubt.found] == [True]

    def test_name_a_price_that_is_old_or_missing(self) -> None:
        """Sixty days pass, sixty-one do not; an unknown model is told too."""
        settings = _settings(DIRECT)
        assert endpoint_doubts(settings, today=date(2026, 11, 30)) == ()
        assert len(endpoint_doubts(settings, today=date(2026, 12, 1))) == 2
        unknown = _settings("http://localhost:1", quick="mine", deep="mine")
        (doubt,) = endpoint_doubts(unknown, today=date(2026, 11, 1))
        assert doubt.found == "no price row names model 'mine'; its calls count at the dearest row"
        assert not doubt.fails
