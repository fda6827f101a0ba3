"""The first act: a company's exports and mail are written, and read in through the usual doors."""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.cli.demonstration.play import Play
from bailiwick.cli.output import Output
from bailiwick.cli.progress import bar
from bailiwick.domain.fault import HaltedFault
from bailiwick.evals.world.situation import CONTACTS_COUNT
from bailiwick.evals.world.world import World, WorldFiles, generate, write
from bailiwick.kit.clock import RunningClock, SystemClock
from bailiwick.settings import killed

if TYPE_CHECKING:
    from bailiwick.engine.mail.intake import MailReport
    from bailiwick.ports.intake_files import ImportReport

START: Final = time(9, 30)  # ours: a working morning in every country of the world
TUESDAY: Final = 1
ACCOUNTS_COUNT_MIN: Final = 200
CONTACTS_COUNT_MIN: Final = 500
MAILS_COUNT_MIN: Final = 2_000


@contextmanager
def curtain(folder: Path, *, contacts_count: int, output: Output) -> Generator[Play]:
    """Make the workspace and its mail server, and take both down afterwards."""
    from bailiwick.wiring.application import build
    from bailiwick.wiring.doubles import Doubles
    from bailiwick.wiring.staging import clear, founded, mail_sink, staffed

    if killed():
        message = "BAILIWICK_KILL_SWITCH is on, so a demo could send nothing; unset it first"
        raise HaltedFault(message)
    sink = mail_sink()
    clear(folder)
    smtp_url = sink.start()
    try:
        now = last_tuesday(SystemClock().now())
        settings, _ = founded(folder, smtp_url=smtp_url)
        app = build(settings, Doubles(clock=RunningClock(now)))
        try:
            world = generate(contacts_count=contacts_count)
            yield Play(
                app=app, output=output, world=world, folder=folder, sink=sink, staff=staffed(app)
            )
        finally:
            app.close()
    finally:
        sink.close()


def last_tuesday(now: datetime) -> datetime:
    """Return the latest Tuesday at half past nine that is over."""
    day = now - timedelta(days=(now.weekday() - TUESDAY) % 7)
    at = datetime.combine(day.date(), START, tzinfo=now.tzinfo)
    return at if at <= now else at - timedelta(days=7)


def bring_in(play: Play) -> None:
    """Write the company's files and read them in."""
    from bailiwick.wiring.staging import furnish

    now = play.app.clock.now()
    play.act("1  A company's exports and mail are read in")
    play.output.say(
        f"Workspace {play.app.workspace.name!r} in {play.folder}; mail goes to "
        f"{play.app.settings.mail.smtp_url}, a server of this demo on this machine.",
        f"Its clock starts at {now:%A %Y-%m-%d %H:%M} UTC, so that working hours are alive.",
    )
    files = write(play.world, play.folder / "exports", mailbox=play.app.workspace.mailbox, now=now)
    rows = _import_rows(play, files)
    statements_count, consents_count = furnish(play.app, play.world.people, now=now)
    mails = _import_mail(play, files)
    _tell(play, rows, mails, consents_count=consents_count, statements_count=statements_count)
    _hold_to_account(play, rows, mails, files=files)


def _import_rows(play: Play, files: WorldFiles) -> "ImportReport":
    from bailiwick.ports.intake_files import ImportOptions

    with bar(play.output, "rows") as step:
        return play.app.import_csv(
            [files.accounts, files.contacts, files.deals],
            options=ImportOptions(),
            progress=lambda _name, done: step(done, None),
        )


def _import_mail(play: Play, files: WorldFiles) -> "MailReport":
    with bar(play.output, "mails") as step:
        return play.app.mail_intake.take(
            play.app.mail_source(files.mail),
            progress=lambda report: step(report.new_count, files.mails_count),
        )


def _tell(
    play: Play,
    rows: "ImportReport",
    mails: "MailReport",
    *,
    consents_count: int,
    statements_count: int,
) -> None:
    imported = {f.plan.kind.value: f.new_count for f in rows.files}
    play.figures["imported"] = {
        **imported,
        "mails": mails.new_count,
        "opt_outs_read": mails.opt_outs_count,
        "bounces_read": mails.bounces_count,
        "consents": consents_count,
        "statements": statements_count,
    }
    counts = ", ".join(f"{count} {kind}" for kind, count in imported.items())
    system = rows.files[0].plan.system
    play.output.say(
        f"CSV from {system} (columns found out by themselves): {counts}, 0 rejected."
        if not any(f.rejected_count for f in rows.files)
        else f"CSV from {system}: {counts}, some rows rejected.",
        f"Mail: {mails.new_count} messages; {mails.opt_outs_count} ask to stop, "
        f"{mails.bounces_count} bounced, {mails.quarantined_count} unreadable.",
        f"Said by people beforehand: {consents_count} consents to marketing, "
        f"{statements_count} statements that mail may use.",
    )


def _hold_to_account(
    play: Play, rows: "ImportReport", mails: "MailReport", *, files: WorldFiles
) -> None:
    world: World = play.world
    written = (len(world.firms), len(world.people), len(world.deals))
    read = tuple(f.new_count for f in rows.files)
    play.promise("every row of the exports arrived", kept=read == written)
    play.promise("every mail arrived", kept=mails.new_count == files.mails_count)
    if len(world.people) == CONTACTS_COUNT:
        least = (ACCOUNTS_COUNT_MIN, CONTACTS_COUNT_MIN)
        enough = written[:2] >= least and files.mails_count >= MAILS_COUNT_MIN
        play.promise("the company has 200 accounts, 500 contacts and 2,000 mails", kept=enough)
