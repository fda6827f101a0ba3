"""Opens mail from a path: an mbox file, a Maildir, one .eml file, or a folder of any of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Final

from bailiwick.connectors.mailbox.folder_name import direction_of
from bailiwick.connectors.mailbox.mbox import MboxSource
from bailiwick.domain.fault import InputFault
from bailiwick.ports.mail_source import RAW_BYTES_MAX, MailSource, RawMail

FILES_COUNT_MAX: Final = 1_000_000  # ours: names of one folder tree, held in memory
_HEAD_BYTES: Final = 4096  # ours: enough to tell the kinds apart
_MAILDIR: Final = ("cur", "new")
_FOREIGN: Final = (
    (b"!BDN", "an Outlook data file (.pst); export it as mbox or .eml first"),
    (b"\xd0\xcf\x11\xe0", "an Outlook message (.msg); save it as .eml first"),
    (b"PK\x03\x04", "a ZIP archive; unpack it first"),
    (b"\x1f\x8b", "gzip-compressed; unpack it first"),
    (b"SQLite format 3", "a database; export the mail as mbox or .eml first"),
    (b"%PDF", "a PDF; mail is read from mbox, Maildir or .eml"),
)


class UnableToOpenMail(InputFault):
    """The path holds no mail that can be read."""


class FileSource:
    """Files that hold one message each: .eml files or a Maildir; implements `MailSource`."""

    def __init__(self, paths: Sequence[Path], *, root: Path, dated: bool) -> None:
        self._paths = tuple(paths)
        self._root = root
        self._dated = dated
        self._problems: list[str] = []

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far."""
        return tuple(self._problems)

    def __iter__(self) -> Iterator[RawMail]:
        """Read the files in the order of their names."""
        for path in self._paths:
            try:
                mail = self._mail(path)
            except OSError as error:
                self._problems.append(f"{path}: {error.strerror}; check the file and run again")
                continue
            yield mail

    def _mail(self, path: Path) -> RawMail:
        with path.open("rb") as file:
            raw = file.read(RAW_BYTES_MAX)
        known = path.stat()
        folder = _folder_of(path, self._root)
        return RawMail(
            raw=raw,
            size_bytes=max(known.st_size, len(raw)),
            folder=folder,
            external_id=str(path.relative_to(self._root)),
            direction=direction_of(folder),
            received_at=datetime.fromtimestamp(int(known.st_mtime), UTC) if self._dated else None,
            of_copy=self._dated,
        )


class ManySources:
    """Several sources, one after the other; implements `MailSource`."""

    def __init__(self, sources: Sequence[MailSource]) -> None:
        self._sources = tuple(sources)

    @property
    def problems(self) -> tuple[str, ...]:
        """What could not be read so far."""
        return tuple(problem for source in self._sources for problem in source.problems)

    def __iter__(self) -> Iterator[RawMail]:
        """Read each source in turn."""
        for source in self._sources:
            yield from source


def open_mail(path: Path) -> MailSource:
    """Open whatever mail is at a path.

    Raises UnableToOpenMail with what was found there and what to do.
    """
    if path.is_dir():
        return _folder_source(path)
    if not path.exists():
        message = f"{path} does not exist; name an mbox file, a Maildir or an .eml file"
        raise UnableToOpenMail(message)
    return _file_source(path)


def _file_source(path: Path) -> MailSource:
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        message = f"{path} cannot be opened: {error.strerror}"
        raise UnableToOpenMail(message) from error
    if _is_mbox(head):
        return MboxSource(path)
    for magic, what in _FOREIGN:
        if head.startswith(magic):
            message = f"{path} is {what}"
            raise UnableToOpenMail(message)
    if path.suffix.lower() == ".mbox" and not head.strip():
        return MboxSource(path)
    if path.suffix.lower() == ".eml" or _has_header(head):
        return FileSource([path], root=path.parent, dated=False)
    message = (
        f"{path} is neither an mbox file (begins with 'From … date') nor a message "
        "(begins with header lines); export the mail as mbox or .eml"
    )
    raise UnableToOpenMail(message)


def _folder_source(path: Path) -> MailSource:
    maildirs = [d for d in (path, *_subfolders(path)) if _is_maildir(d)]
    if maildirs:
        files = [f for d in maildirs for n in _MAILDIR for f in _files(d / n)]
        return FileSource(sorted(files), root=path, dated=True)
    files = list(islice((f for f in sorted(path.rglob("*")) if _is_plain(f)), FILES_COUNT_MAX))
    letters = [f for f in files if f.suffix.lower() == ".eml"]
    boxes = [f for f in files if f.suffix.lower() != ".eml" and _begins_like_mbox(f)]
    sources: list[MailSource] = [MboxSource(box, folder=_box_name(box)) for box in boxes]
    if letters:
        sources.append(FileSource(letters, root=path, dated=False))
    if not sources:
        message = (
            f"{path} holds no mail: looked for cur/ and new/ (Maildir), *.eml files and mbox files "
            f"among {len(files)} files"
        )
        raise UnableToOpenMail(message)
    return ManySources(sources)


def _subfolders(path: Path) -> list[Path]:
    """Return nested Maildirs: `.Sent` (Maildir++) or `Sent` (file system layout)."""
    found = (d for d in path.rglob("*") if d.is_dir() and not d.is_symlink())
    return sorted(
        islice((d for d in found if d.name not in {"cur", "new", "tmp"}), FILES_COUNT_MAX)
    )


def _is_maildir(path: Path) -> bool:
    return all((path / name).is_dir() for name in _MAILDIR)


def _files(path: Path) -> list[Path]:
    return list(islice((f for f in path.iterdir() if _is_plain(f)), FILES_COUNT_MAX))


def _is_plain(path: Path) -> bool:
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def _folder_of(path: Path, root: Path) -> str:
    """Name the folder that a message lies in, as a person would."""
    parent = path.parent.parent if path.parent.name in _MAILDIR else path.parent
    relative = parent.relative_to(root)
    return str(relative).lstrip(".") or ("INBOX" if path.parent.name in _MAILDIR else root.name)


def _box_name(box: Path) -> str:
    """Name an mbox: Apple Mail keeps it as `Sent.mbox/mbox`."""
    return box.parent.stem if box.name == "mbox" else box.stem


def _begins_like_mbox(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return _is_mbox(file.read(_HEAD_BYTES))
    except OSError:
        return False


def _is_mbox(head: bytes) -> bool:
    return head.lstrip(b"\r\n").startswith(b"From ")


def _has_header(head: bytes) -> bool:
    name, colon, _ = head.lstrip(b"\xef\xbb\xbf\r\n").partition(b"\n")[0].partition(b":")
    return bool(colon) and name.strip().replace(b"-", b"").isalnum()
