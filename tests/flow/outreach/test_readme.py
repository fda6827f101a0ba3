"""The table of numbers names tests that are there."""

import re
from pathlib import Path

import pytest

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
ROWS = re.findall(
    r"^\| (\d+) \| .* \| (.*) \|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE
)
OWN = [(number, name) for number, cell in ROWS for name in re.findall(r"`(test_\w+\.py)`", cell)]


@pytest.mark.parametrize(("number", "cell"), ROWS)
def test_a_number_names_files_that_exist(number: str, cell: str) -> None:
    """Each row points to one test file at least, and to none that was moved."""
    names = re.findall(r"`([\w/.]+)`", cell)
    assert names, number
    for name in names:
        assert (HERE / name).exists() or (ROOT / name).exists(), name


@pytest.mark.parametrize(("number", "name"), OWN)
def test_a_number_stands_in_the_names_of_its_tests(number: str, name: str) -> None:
    """Whoever looks for a number finds its tests by their names."""
    tests = re.findall(r"def test_(\d+)_", (HERE / name).read_text("utf-8"))
    assert number in tests
