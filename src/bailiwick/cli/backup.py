"""`bailiwick backup`: one file that holds the whole database."""

from pathlib import Path
from typing import Annotated, Final

from cyclopts import App, Parameter

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.pages import SIZE, Cursor, Size, sliced, tell_more
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json, application
from bailiwick.cli.wording import moment
from bailiwick.kit.plain import plain

KEEP_DAYS: Final = 35  # ours: five weeks, so that a monthly look finds one; told at erasure

KeyFile = Annotated[
    Path | None, Parameter(help="File of 32 or more random bytes that seals the backup.")
]
PassphraseFile = Annotated[
    Path | None, Parameter(help="File with a passphrase that seals the backup (Argon2id).")
]

app = App(name="backup", help="Back the whole database up while it is in use.")


@app.default
def backup(
    file: Path,
    *,
    key_file: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    keep_days: int = KEEP_DAYS,
    json: Json = False,
) -> int:
    """Write one consistent state of all workspaces to a new file.

    Parameters
    ----------
    file
        New file; it appears when all of it is on the disk.
    keep_days
        How long you will keep it; an erasure names the backups that still hold the person.
    """
    from bailiwick.wiring.care import backup_key, make_backup

    output = Output(as_json=json)
    key = backup_key(key_file, passphrase_file)
    with application() as bailiwick, bar(output, "rows") as step:
        made = make_backup(bailiwick, file, key=key, keep_days=keep_days, progress=step)
    output.answer(plain(made))
    output.say(
        f"{made.path}: {made.manifest.rows_count} rows, {made.size_bytes} bytes, "
        f"SHA-256 {made.sha256}.",
        mark="ok",
    )
    if not made.sealed:
        output.say(
            "It is not sealed: whoever reads the file reads all of it; see --key-file.", mark="held"
        )
    return Exit.OK


@app.command(name="list")
def list_(*, cursor: Cursor = "", size: Size = SIZE, json: Json = False) -> int:
    """List the backups that should still be there, oldest first."""
    from bailiwick.wiring.care import backups_kept

    output = Output(as_json=json)
    with application() as bailiwick:
        kept = backups_kept(bailiwick)
    page = sliced(kept, key=lambda b: b.backup_id, cursor=cursor, size=size)
    output.answer({"items": plain(page.items), "next_cursor": page.next_cursor})
    rows = [(b.file_name, moment(b.made_at), moment(b.keep_until), b.sha256) for b in page.items]
    output.table("Backups", ("file", "made", "kept until", "SHA-256"), rows)
    if not rows:
        output.say("No backup is known; make one with: bailiwick backup FILE", mark="held")
    tell_more(output, page.next_cursor)
    return Exit.OK
