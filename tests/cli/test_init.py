import stat

import pytest
from tests.cli.house import House


class TestSettingsFile:
    def test_is_for_its_owner_only(self, house: House) -> None:
        """Passwords of servers will stand in it."""
        mode = (house.folder / "bailiwick.toml").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600


class TestPostgres:
    def test_shows_no_password(
        self, empty_house: House, postgres_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The address is told without the password that it holds; the file has it."""
        given = postgres_url.replace("bailiwick@", "bailiwick:s3cret@", 1)
        monkeypatch.setenv("BAILIWICK_DATABASE_URL", given)
        empty_house.found()
        ran = empty_house.run("init", "--mailbox", "b@ours.example", "--company", "B",
                              "--workspace", "second")  # fmt: skip
        assert "bailiwick:…@" in ran.out
        assert "s3cret" not in ran.out
        assert "s3cret" in (empty_house.folder / "bailiwick.toml").read_text(encoding="utf-8")
