"""Known-vulnerable versions of what we depend on stay out, offline too."""

import re
from pathlib import Path
from typing import Final

import pytest

LOCK: Final = Path(__file__).parents[2] / "requirements" / "dev.txt"
FLOORS: Final = {
    "langgraph": (1, 0, 10),  # CVE-2026-28277
    "langgraph-checkpoint": (4, 0, 0),  # CVE-2025-64439, CVE-2026-27794
    "langchain-core": (1, 3, 3),  # CVE-2026-44843, CVE-2025-68664, CVE-2026-34070
    "langsmith": (0, 8, 18),  # GHSA-f4xh-w4cj-qxq8
}
"""Package to the lowest version without the named advisories."""


def locked() -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for name, version in re.findall(
        r"^([A-Za-z0-9._-]+)==([0-9]+(?:\.[0-9]+)*)", LOCK.read_text(), re.MULTILINE
    ):
        found[name.lower()] = tuple(int(part) for part in version.split("."))
    return found


class TestTheLock:
    @pytest.mark.parametrize("name", FLOORS)
    def test_is_above_every_floor(self, name: str) -> None:
        """Each package with a known hole is locked above it."""
        version = locked().get(name)
        assert version is None or version >= FLOORS[name]

    def test_pins_every_package_by_hash(self) -> None:
        """What is installed is what was locked, byte for byte."""
        text = LOCK.read_text()
        entries = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)
        unpinned = [e.split("\n")[0] for e in entries if "==" in e and "--hash=sha256:" not in e]
        assert len(locked()) > 50
        assert unpinned == []

    def test_holds_nothing_that_may_not_be_shipped(self) -> None:
        """The servers under the Elastic licence are no dependency."""
        assert not {"langgraph-api", "langgraph-runtime-inmem"} & set(locked())
