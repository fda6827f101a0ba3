"""Bringing a database's schema up to date, over a connection that is already open.

There is no alembic.ini and no env.py: the environment is built here, so migrating needs nothing but
the installed package and reads no configuration of its own.
"""

from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext, RevisionStep
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from bailiwick.store.revision import HEAD
from bailiwick.store.tables import METADATA


def known_revisions() -> frozenset[str]:
    """Return the revisions that this program can start from."""
    return frozenset(script.revision for script in _scripts().walk_revisions())


def upgrade(connection: Connection, revision: str = HEAD) -> None:
    """Run the migrations up to a revision that the database has not had, in its transaction."""
    scripts = _scripts()

    def steps(found: tuple[str, ...], context: MigrationContext) -> list[RevisionStep]:
        del context
        assert len(found) <= 1, "the history of revisions is one line"
        return scripts._upgrade_revs(revision, found[0] if found else "base")  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what Alembic's own `upgrade` command calls

    with EnvironmentContext(Config(), scripts, fn=steps, destination_rev=revision) as environment:
        environment.configure(connection=connection, target_metadata=METADATA, render_as_batch=True)
        environment.run_migrations()


def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(Path(__file__).with_name("migrations")))
