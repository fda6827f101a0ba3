"""The stage of a demo: its folder, and the local mail server."""

import smtplib
import sys
from pathlib import Path

import pytest

from bailiwick.settings import read
from bailiwick.wiring.staging import (
    MARKER,
    UnableToFindSink,
    UnableToStage,
    clear,
    founded,
    mail_sink,
)


class TestClear:
    def test_makes_a_folder_and_empties_its_own(self, tmp_path: Path) -> None:
        """What an earlier demo left is gone, and the folder says whose it is."""
        folder = tmp_path / "a" / "demo"
        clear(folder)
        (folder / "old").write_text("x", encoding="utf-8")
        clear(folder)
        assert [path.name for path in folder.iterdir()] == [MARKER]

    def test_refuses_what_it_did_not_make(self, tmp_path: Path) -> None:
        """Somebody's files are left alone, and the message says what to do."""
        (tmp_path / "mine").write_text("x", encoding="utf-8")
        with pytest.raises(UnableToStage, match="--folder"):
            clear(tmp_path)
        assert (tmp_path / "mine").exists()

    def test_refuses_a_file(self, tmp_path: Path) -> None:
        """A file in the folder's place is a message, not a trace."""
        place = tmp_path / "file"
        place.write_text("x", encoding="utf-8")
        with pytest.raises(UnableToStage, match="--folder"):
            clear(place)


class TestSettingsFile:
    def test_works_for_commands_in_the_folder(self, tmp_path: Path) -> None:
        """What is written can be read, and names the database that was made."""
        settings, workspace = founded(tmp_path, smtp_url="smtp://127.0.0.1:9")
        found = read(tmp_path, {})
        assert found.store.workspace == workspace.name == settings.store.workspace
        database = found.store.database_url.removeprefix("sqlite:///")
        assert (tmp_path / database).is_file()


class TestSink:
    def test_keeps_what_it_is_given(self) -> None:
        """A mail that comes over SMTP is kept byte for byte; before, there is none."""
        sink = mail_sink()
        url = sink.start()
        try:
            assert sink.delivered == ()
            host, _, port = url.removeprefix("smtp://").partition(":")
            with smtplib.SMTP(host, int(port), timeout=10) as client:
                client.sendmail("a@ours.example", ["b@theirs.example"], b"Subject: Hi\r\n\r\nHi")
            assert [mail.rstrip() for mail in sink.delivered] == [b"Subject: Hi\r\n\r\nHi"]
        finally:
            sink.close()

    def test_says_what_to_install_when_it_is_missing(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Without the optional package the demo names the command that brings it."""
        monkeypatch.delitem(sys.modules, "bailiwick.connectors.smtp.sink", raising=False)
        monkeypatch.setitem(sys.modules, "aiosmtpd.controller", None)
        with pytest.raises(UnableToFindSink, match=r"pip install 'bailiwick\[demo\]'"):
            mail_sink()
