from pathlib import Path

import pytest
from tests.cli.house import House, open_house


@pytest.fixture
def empty_house(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> House:
    """A folder without a workspace."""
    return open_house(tmp_path, monkeypatch, capsys)


@pytest.fixture
def house(empty_house: House) -> House:
    """A folder with a workspace and one administrator."""
    empty_house.found()
    return empty_house
