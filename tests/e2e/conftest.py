import shutil
from collections.abc import Generator
from pathlib import Path

import pytest
from bench.servers.smtp import Sink, serving
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


@pytest.fixture(scope="session")
def _asked(_founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("asked")
    shutil.copytree(_founded, folder, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as monkeypatch:
        house = open_house(folder, monkeypatch)
        house.contact()
        assert house.receive().code == 0
        swept = house.run("sweep", "--json")
        assert swept.code == 0, swept.err
        assert swept.json()["failures"] == []
    return folder


@pytest.fixture
def asked(_asked: Path, empty_house: House) -> House:
    """A house where a contact has asked a question and the sweep has drafted an answer."""
    shutil.copytree(_asked, empty_house.folder, dirs_exist_ok=True)
    return empty_house


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> Generator[Sink]:
    """A real mail server on loopback that settings name."""
    kept = Sink()
    with serving(kept) as endpoint:
        monkeypatch.setenv("BAILIWICK_SMTP_URL", f"smtp://{endpoint.host}:{endpoint.port}")
        yield kept
