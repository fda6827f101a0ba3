import shutil
from pathlib import Path

import pytest
from tests.cli.house import House, open_house


@pytest.fixture(scope="session")
def _founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("founded")
    with pytest.MonkeyPatch.context() as monkeypatch:
        open_house(folder, monkeypatch).found()
    return folder


@pytest.fixture
def empty_house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A folder without a workspace."""
    return open_house(tmp_path, monkeypatch)


@pytest.fixture
def house(_founded: Path, empty_house: House) -> House:
    """A folder with a workspace and one administrator."""
    shutil.copytree(_founded, empty_house.folder, dirs_exist_ok=True)
    return empty_house
