import stat

from tests.cli.house import House


class TestSettingsFile:
    def test_is_for_its_owner_only(self, house: House) -> None:
        """Passwords of servers will stand in it."""
        mode = (house.folder / "bailiwick.toml").stat().st_mode
        assert stat.S_IMODE(mode) == 0o600
