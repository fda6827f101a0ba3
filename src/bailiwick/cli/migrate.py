"""`bailiwick migrate`: after an upgrade, the database is brought to the schema of this program."""

from bailiwick.cli.exits import Exit
from bailiwick.cli.output import Output
from bailiwick.cli.session import Json, require_made
from bailiwick.kit.plain import plain


def migrate(*, json: Json = False) -> int:
    """Bring the database to the schema of this program; stop what uses it and back it up first."""
    from bailiwick.settings import read
    from bailiwick.wiring import migrating

    settings = read()
    require_made(settings.store.database_url)
    output = Output(as_json=json)
    done = migrating.migrate(settings)
    output.answer(plain(done))
    if done.before == done.now:
        output.say(f"The database has schema {done.now} already.", mark="ok")
    else:
        output.say(f"Migrated from {done.before or 'nothing'} to schema {done.now}.", mark="ok")
    return Exit.OK
