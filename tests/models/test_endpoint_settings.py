"""Settings of a model endpoint."""

import pytest

from bailiwick.domain.fault import SettingsFault
from bailiwick.models.endpoint_settings import EndpointSettings


class TestSettings:
    @pytest.mark.parametrize(
        ("base_url", "key"),
        [
            ("https://api.example/v1", "secret"),
            ("http://127.0.0.1:11434/v1", ""),
            ("http://localhost:8000/v1", "secret"),
            ("http://ollama:11434/v1", "secret"),
            ("http://10.0.0.7/v1", "secret"),
        ],
    )
    def test_take_an_address_that_can_be_used(self, base_url: str, key: str) -> None:
        """Remote endpoints by https, near ones by http too."""
        settings = EndpointSettings(base_url=base_url, api_key=key, quick="q", deep="d")
        assert key == "" or key not in repr(settings)

    @pytest.mark.parametrize(
        ("base_url", "what"),
        [
            ("api.example/v1", "must start with"),
            ("ftp://api.example", "must start with"),
            ("https://", "must start with"),
            ("https://me:pw@api.example", "no user"),
            ("https://api.example?key=1", "no user"),
            ("http://api.example/v1", "clear text"),
        ],
    )
    def test_refuse_an_address_that_cannot(self, base_url: str, what: str) -> None:
        """Each wrong address is told with the way to mend it, without the key."""
        with pytest.raises(SettingsFault, match=what) as refused:
            EndpointSettings(base_url=base_url, api_key="secret", quick="q", deep="d")
        assert "secret" not in str(refused.value)

    @pytest.mark.parametrize(
        "headers",
        [{"Host": "x"}, {"a b": "x"}, {"x": "a\r\nb: c"}, {"x": "ü"}, {"content-length": "1"}],
    )
    def test_refuse_headers_that_break_the_wire(self, headers: dict[str, str]) -> None:
        """No injected lines, no second host."""
        with pytest.raises(SettingsFault, match="header"):
            EndpointSettings(base_url="https://a.example", quick="q", deep="d", headers=headers)

    def test_need_a_model_for_each_tier(self) -> None:
        """Quick and deep are both named."""
        with pytest.raises(SettingsFault, match="quick and the deep"):
            EndpointSettings(base_url="https://a.example", quick="", deep="d")

    def test_know_what_stays_on_this_machine(self) -> None:
        """Proxy variables are for remote hosts only."""
        for url in ("http://localhost:1/v1", "http://[::1]:1/v1"):
            assert EndpointSettings(base_url=url, quick="q", deep="d").loopback
        assert not EndpointSettings(base_url="https://a.example", quick="q", deep="d").loopback
