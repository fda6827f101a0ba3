from datetime import UTC, datetime
from pathlib import Path

import pytest

from bailiwick.connectors.mailbox import mbox
from bailiwick.connectors.mailbox.mbox import MboxSource
from bailiwick.connectors.mailbox.source import UnableToOpenMail, open_mail
from bailiwick.domain.message import Direction
from bailiwick.ports.mail_source import RAW_BYTES_MAX, RawMail

FROM_LINE = "From dana@acme.example Tue Jul 14 09:12:44 2026\n"
LETTER = "From: dana@acme.example\nSubject: x\n\nhi\n"


def box(tmp_path: Path, content: str, name: str = "box.mbox") -> list[RawMail]:
    path = tmp_path / name
    path.write_bytes(content.encode())
    return list(open_mail(path))


class TestMbox:
    def test_parts_messages(self, tmp_path: Path) -> None:
        """Each message comes out to the byte, with its place and arrival."""
        mails = box(tmp_path, f"{FROM_LINE}{LETTER}\n{FROM_LINE}{LETTER}more\n")
        assert [m.raw for m in mails] == [LETTER.encode(), f"{LETTER}more\n".encode()]
        assert mails[0].received_at == datetime(2026, 7, 14, 9, 12, 44, tzinfo=UTC)
        assert mails[1].external_id == f"box.mbox@{len(FROM_LINE + LETTER) + 1}"
        assert all(m.size_bytes == len(m.raw) for m in mails)

    def test_keeps_lines_that_only_look_like_separators(self, tmp_path: Path) -> None:
        """ "From " inside a body, with or without a blank line before it, parts nothing."""
        body = f"{LETTER}From here on we agree.\n\nFrom 9:00 to 17:00 we work.\n"
        (mail,) = box(tmp_path, FROM_LINE + body)
        assert mail.raw == body.encode()

    def test_takes_one_mark_off_escaped_lines(self, tmp_path: Path) -> None:
        """`>From ` and `>>From ` lose one mark; `> From ` is a quote and stays."""
        (mail,) = box(tmp_path, f"{FROM_LINE}{LETTER}\n>From a\n>>From b\n> From c\n")
        assert mail.raw.endswith(b"\nFrom a\n>From b\n> From c\n")

    def test_reads_crlf_and_a_missing_last_line_end(self, tmp_path: Path) -> None:
        """Files from Windows and cut files are read."""
        crlf = f"{FROM_LINE}{LETTER}\n{FROM_LINE}{LETTER}".replace("\n", "\r\n").removesuffix(
            "\r\n"
        )
        mails = box(tmp_path, crlf)
        assert [m.raw for m in mails] == [
            LETTER.replace("\n", "\r\n").encode(),
            LETTER.replace("\n", "\r\n").encode()[:-2],
        ]

    @pytest.mark.parametrize(
        "line",
        [
            "From - Tue Jul 14 09:12:44 2026\n", "From MAILER-DAEMON Tue Jul 14 09:12 2026\n",
            "From 1839@xxx Tue Jul 14 09:12:44 +0000 2026\n",
            "From a b@c.example  Tue Jul  4 09:12:44 CEST 2026\n",
        ],
    )  # fmt: skip
    def test_knows_the_separators_of_many_programs(self, tmp_path: Path, line: str) -> None:
        """Thunderbird, Google Takeout, old Unix: all separators part messages."""
        mails = box(tmp_path, f"{line}{LETTER}\n{line}{LETTER}")
        assert len(mails) == 2
        assert mails[0].received_at is not None

    def test_cuts_a_message_that_is_too_large(self, tmp_path: Path) -> None:
        """Of a message beyond the limit only the beginning is held; its true size is told."""
        path = tmp_path / "big.mbox"
        line = b"x" * 1023 + b"\n"
        with path.open("wb") as file:
            file.write(FROM_LINE.encode() + LETTER.encode())
            file.writelines(line for _ in range(RAW_BYTES_MAX // 1024 + 10))
            file.write(b"\n" + FROM_LINE.encode() + LETTER.encode())
        big, small = open_mail(path)
        assert len(big.raw) == RAW_BYTES_MAX
        assert big.size_bytes == len(LETTER) + 1024 * (RAW_BYTES_MAX // 1024 + 10)
        assert small.raw == LETTER.encode()

    def test_reads_a_line_without_end_in_pieces(self, tmp_path: Path) -> None:
        """One endless line neither fills memory nor hides the next message."""
        long_line = "From " + "y" * (mbox.LINE_BYTES_MAX + 10)
        mails = box(tmp_path, f"{FROM_LINE}{LETTER}{long_line}\n\n{FROM_LINE}{LETTER}")
        assert mails[0].raw == f"{LETTER}{long_line}\n".encode()
        assert mails[1].raw == LETTER.encode()

    def test_reports_what_lies_before_the_first_separator(self, tmp_path: Path) -> None:
        """Text before the first separator is read as a message and reported."""
        path = tmp_path / "odd.mbox"
        path.write_text(f"\n{LETTER}\n{FROM_LINE}{LETTER}")
        source = MboxSource(path)
        assert [m.raw for m in source] == [LETTER.encode(), LETTER.encode()]
        assert "odd.mbox" in source.problems[0]

    def test_knows_the_sent_folder(self, tmp_path: Path) -> None:
        """A file named like a Sent folder holds what we sent; other names say nothing."""
        assert box(tmp_path, FROM_LINE + LETTER, "Gesendet.mbox")[0].direction is Direction.OUTBOUND
        assert box(tmp_path, FROM_LINE + LETTER, "INBOX.mbox")[0].direction is Direction.INBOUND
        assert box(tmp_path, FROM_LINE + LETTER, "Acme.mbox")[0].direction is None

    def test_may_be_empty(self, tmp_path: Path) -> None:
        """An empty mbox holds no mail and is no error."""
        assert box(tmp_path, "") == []


class TestMaildir:
    def test_reads_cur_new_and_subfolders(self, tmp_path: Path) -> None:
        """Both states of a message and nested folders are read; tmp and hidden files are not."""
        for folder in ("", ".Sent", "Archive"):
            for state in ("cur", "new", "tmp"):
                (tmp_path / folder / state).mkdir(parents=True)
        (tmp_path / "cur" / "1:2,S").write_text(LETTER)
        (tmp_path / "new" / "2").write_text(LETTER)
        (tmp_path / "tmp" / "3").write_text(LETTER)
        (tmp_path / "cur" / ".4").write_text(LETTER)
        (tmp_path / ".Sent" / "cur" / "5").write_text(LETTER)
        (tmp_path / "Archive" / "new" / "6").write_text(LETTER)
        (tmp_path / "cur" / "link").symlink_to(tmp_path / "tmp" / "3")
        found = {m.external_id: (m.folder, m.direction) for m in open_mail(tmp_path)}
        assert found == {
            "cur/1:2,S": ("INBOX", Direction.INBOUND),
            "new/2": ("INBOX", Direction.INBOUND),
            ".Sent/cur/5": ("Sent", Direction.OUTBOUND),
            "Archive/new/6": ("Archive", None),
        }

    def test_goes_on_after_a_file_that_vanished(self, tmp_path: Path) -> None:
        """A message that another program moved meanwhile is reported; the rest is read."""
        for state in ("cur", "new"):
            (tmp_path / state).mkdir()
        for name in ("1", "2", "3"):
            (tmp_path / "cur" / name).write_text(LETTER)
        source = open_mail(tmp_path)
        (tmp_path / "cur" / "2").unlink()
        assert [m.external_id for m in source] == ["cur/1", "cur/3"]
        assert "cur/2: No such file" in source.problems[0]


class TestEml:
    def test_is_read_alone(self, tmp_path: Path) -> None:
        """One .eml file is one message."""
        path = tmp_path / "a.eml"
        path.write_text(LETTER)
        (mail,) = open_mail(path)
        assert (mail.raw, mail.external_id, mail.received_at) == (LETTER.encode(), "a.eml", None)

    def test_may_be_any_bytes(self, tmp_path: Path) -> None:
        """A hostile .eml is handed over as it is: the parser judges it."""
        path = tmp_path / "a.eml"
        path.write_bytes(b"\xff\xfeF\x00r\x00")
        assert [m.raw for m in open_mail(path)] == [b"\xff\xfeF\x00r\x00"]

    def test_is_read_from_a_folder_with_mboxes(self, tmp_path: Path) -> None:
        """A folder of .eml files and mbox files is read whole; other files are left alone."""
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "b.EML").write_text(LETTER)
        (tmp_path / "a.eml").write_text(LETTER)
        (tmp_path / "Sent.mbox").mkdir()
        (tmp_path / "Sent.mbox" / "mbox").write_text(FROM_LINE + LETTER)
        (tmp_path / "readme.txt").write_text("hello")
        found = [(m.external_id, m.direction) for m in open_mail(tmp_path)]
        assert found == [
            ("mbox@0", Direction.OUTBOUND), ("a.eml", None), ("sub/b.EML", None),
        ]  # fmt: skip

    def test_without_a_suffix_is_known_by_its_header(self, tmp_path: Path) -> None:
        """A message in a file of any name is recognised."""
        path = tmp_path / "message"
        path.write_text(LETTER)
        assert len(list(open_mail(path))) == 1


class TestWrongPath:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"!BDN\x00", r"Outlook data file .*export"),
            (b"\xd0\xcf\x11\xe0\xa1", r"Outlook message .*save it as"),
            (b"PK\x03\x04", r"ZIP archive; unpack"),
            (b"\x1f\x8b\x08", r"gzip.*unpack"),
            (b"just words\n", r"neither an mbox file .* nor a message"),
        ],
    )
    def test_is_named_with_what_to_do(self, tmp_path: Path, content: bytes, words: str) -> None:
        """Each wrong kind of file is an error that says what it is and what to do."""
        path = tmp_path / "mail.dat"
        path.write_bytes(content)
        with pytest.raises(UnableToOpenMail, match=words):
            open_mail(path)

    def test_may_not_exist(self, tmp_path: Path) -> None:
        """A missing path is an error that names it."""
        with pytest.raises(UnableToOpenMail, match=r"nowhere does not exist"):
            open_mail(tmp_path / "nowhere")

    def test_may_be_a_folder_without_mail(self, tmp_path: Path) -> None:
        """A folder without mail is an error that says what was looked for."""
        (tmp_path / "a.txt").write_text("x")
        with pytest.raises(UnableToOpenMail, match=r"Maildir.*among 1 files"):
            open_mail(tmp_path)
