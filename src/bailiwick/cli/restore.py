"""`bailiwick restore`: put a backup back, so that nothing is lost and nothing is sent twice."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from bailiwick.cli.backup import KeyFile, PassphraseFile
from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.cli.session import Json
from bailiwick.cli.wording import moment
from bailiwick.domain.fault import InputFault
from bailiwick.kit.plain import plain

if TYPE_CHECKING:
    from bailiwick.ports.care import RestoreMade
    from bailiwick.settings import Settings


class UnableToReplace(InputFault):
    """Putting a backup in the place of a workspace was not confirmed."""


def restore(
    file: Path,
    *,
    key_file: KeyFile = None,
    passphrase_file: PassphraseFile = None,
    dry_run: Annotated[bool, Parameter(negative=())] = False,
    replace: Annotated[bool, Parameter(negative=())] = False,
    confirm: str = "",
    json: Json = False,
) -> int:
    """Put a backup into the database that settings name; nothing is sent again by itself.

    Parameters
    ----------
    file
        File that `bailiwick backup` made, on either kind of database.
    dry_run
        Read and check the whole file and change nothing.
    replace
        Put the backup in the place of what the database holds.
    confirm
        Name of the workspace that --replace destroys.
    """
    from bailiwick.settings import read
    from bailiwick.wiring.care import Restoring, backup_key

    output = Output(as_json=json)
    settings = read()
    key = backup_key(key_file, passphrase_file)
    restoring = Restoring(settings)
    if dry_run:
        made = restoring.examine(file, key=key)
    else:
        _require_confirmed(settings, replace=replace, confirm=confirm)
        with bar(output, "rows") as step:
            made = restoring.restore(file, key=key, replace=replace, progress=step)
    output.answer(plain(made))
    _tell(output, made)
    return Exit.OK


def _require_confirmed(settings: "Settings", *, replace: bool, confirm: str) -> None:
    if replace and confirm != settings.store.workspace:
        message = (
            "--replace destroys what the database holds; to confirm, add "
            f"--confirm {settings.store.workspace}"
        )
        raise UnableToReplace(message)


def _tell(output: Output, made: "RestoreMade") -> None:
    manifest = made.manifest
    output.say(
        f"Backup of {moment(manifest.made_at)}: {manifest.rows_count} rows of schema "
        f"{manifest.schema} from {manifest.database}, whole and unchanged.",
        mark="ok",
    )
    if made.dry_run:
        output.say("Nothing was changed.")
        return
    rows = [
        (w.name, str(w.records_count), str(w.epoch), str(w.doubtful_count),
         str(w.closed_cards_count), str(w.silenced_count), str(w.paused_count),
         str(w.erased_count))
        for w in made.workspaces
    ]  # fmt: skip
    output.table(
        "Restored",
        (
            "workspace",
            "records verified",
            "epoch",
            "in doubt",
            "cards closed",
            "webhooks off",
            "campaigns paused",
            "erased again",
        ),
        rows,
    )
    for remark in made.remains:
        output.say(f"{remark[:1].upper()}{remark[1:]}.", mark="held")
    output.say(
        "All effects are stopped. Read new mail (bailiwick mail sync), settle what is in doubt",
        "(bailiwick worker doubt), and then resume with: bailiwick halt lift '*' --reason …",
        "Webhook endpoints are told nothing until you enable them: bailiwick webhook enable ID",
        "Campaigns wait until you let them go on: bailiwick campaign resume NAME",
        mark="held",
    )
