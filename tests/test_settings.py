"""Settings from the file and the environment."""

from pathlib import Path

import pytest
from tests.settings_reference import PAGE, rendered

from bailiwick.settings import ENVIRONMENT, UnableToReadSettings, killed, read


def written(folder: Path, text: str) -> Path:
    (folder / "bailiwick.toml").write_text(text, encoding="utf-8")
    return folder


class TestSettings:
    def test_have_defaults_that_work_without_a_file(self, tmp_path: Path) -> None:
        """An empty folder gives SQLite, no mail, no model, no stop."""
        found = read(tmp_path, {})
        assert found.store.database_url.startswith("sqlite:///")
        assert (found.mail.smtp_url, found.model.base_url) == ("", "")
        assert not found.policy.kill_switch

    def test_take_the_environment_over_the_file(self, tmp_path: Path) -> None:
        """A variable wins over the file, the file over the default."""
        folder = written(tmp_path, '[store]\nworkspace = "a"\ndatabase_url = "sqlite:///f.db"\n')
        found = read(folder, {"BAILIWICK_WORKSPACE": "b"})
        assert (found.store.workspace, found.store.database_url) == ("b", "sqlite:///f.db")
        assert found.source == str(folder / "bailiwick.toml")

    def test_read_every_variable_they_promise(self, tmp_path: Path) -> None:
        """Each named variable changes its setting."""
        switches = {"BAILIWICK_KILL_SWITCH": "1", "BAILIWICK_TRACE": "1", "BAILIWICK_LOG_JSON": "1"}
        values = dict.fromkeys(ENVIRONMENT, "x") | switches
        found = read(tmp_path, values)
        for concern, name in ENVIRONMENT.values():
            assert getattr(getattr(found, concern), name) in {"x", True}

    @pytest.mark.parametrize(
        ("text", "named"),
        [
            ("[mial]\nsmtp_url = 'x'\n", "mial"),
            ("[mail]\nsmtp = 'x'\n", "smtp"),
            ("[policy]\ntouches_max = 'many'\n", "touches_max"),
            ("[policy]\nkill_switch = 'perhaps'\n", "kill_switch"),
            ("[mail]\nsmtp_url = 3\n", "smtp_url"),
            ("mail = 3\n", "mail"),
            ("[mail\n", "TOML"),
        ],
    )
    def test_name_what_cannot_be_used(self, tmp_path: Path, text: str, named: str) -> None:
        """A misspelt section, key or value is refused at start, by name."""
        with pytest.raises(UnableToReadSettings, match=named):
            read(written(tmp_path, text), {})

    @pytest.mark.parametrize(
        ("word", "on"), [("1", True), ("TRUE", True), ("0", False), ("", False)]
    )
    def test_know_whether_everything_is_stopped(self, word: str, *, on: bool) -> None:
        """The kill switch in the environment is read when it is asked for."""
        assert killed({"BAILIWICK_KILL_SWITCH": word}) is on
        assert not killed({})


class TestReference:
    def test_is_made_from_the_settings(self) -> None:
        """Each setting is explained; write the page anew: python -m tests.settings_reference."""
        assert PAGE.read_text(encoding="utf-8") == rendered()
