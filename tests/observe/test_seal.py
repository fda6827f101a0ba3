"""The file of seals outside the database: what a crash in the middle of a line does to it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailiwick.domain.ids import WorkspaceId
from bailiwick.domain.seal import Seal
from bailiwick.observe.seal import UnableToReadSeals, read_outside, write_outside


def a_seal(seq: int) -> Seal:
    return Seal(
        workspace_id=WorkspaceId("wsp_1"),
        seq=seq,
        head_hash="a" * 64,
        sealed_at=datetime(2026, 11, 20, tzinfo=UTC),
        public_key="b" * 64,
        signature="c" * 128,
    )


class TestTheOutsideFile:
    def test_survives_a_line_that_was_cut_short(self, tmp_path: Path) -> None:
        """A power cut costs the seal that was being written, not those before and after it."""
        path = tmp_path / "seals.jsonl"
        write_outside(path, a_seal(1))
        write_outside(path, a_seal(2))
        path.write_bytes(path.read_bytes()[:-20])
        assert read_outside(path) == (a_seal(1),)
        write_outside(path, a_seal(3))
        assert read_outside(path) == (a_seal(1), a_seal(3))

    def test_keeps_a_line_that_lacks_only_its_break(self, tmp_path: Path) -> None:
        """A whole seal at the end counts, as when it was put there by hand."""
        path = tmp_path / "seals.jsonl"
        write_outside(path, a_seal(1))
        path.write_bytes(path.read_bytes()[:-1])
        assert read_outside(path) == (a_seal(1),)
        write_outside(path, a_seal(2))
        assert read_outside(path) == (a_seal(1), a_seal(2))

    def test_names_a_line_in_the_middle_that_is_none(self, tmp_path: Path) -> None:
        """Damage that no crash explains is told, not passed over."""
        path = tmp_path / "seals.jsonl"
        path.write_bytes(b"no seal\n")
        write_outside(path, a_seal(2))
        with pytest.raises(UnableToReadSeals, match="line 1"):
            read_outside(path)
