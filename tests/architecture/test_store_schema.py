"""The schema keeps workspaces apart, and migrations lead to exactly the tables of the code."""

import ast
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import ForeignKeyConstraint, Table

import bailiwick.store
from bailiwick.store.database import Database
from bailiwick.store.migrate import known_revisions
from bailiwick.store.revision import HEAD
from bailiwick.store.tables import METADATA

STORE = Path(bailiwick.store.__file__).parent
VERSIONS = sorted((STORE / "migrations" / "versions").glob("*.py"))
TABLES = [table for table in METADATA.sorted_tables if table.name != "workspaces"]


@pytest.fixture(params=["sqlite", "postgres"])
def migrated_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(f"{request.param}_url"))


class TestTables:
    @pytest.mark.parametrize("table", TABLES, ids=str)
    def test_begin_their_key_with_the_workspace(self, table: Table) -> None:
        """A row is named by its workspace first, so no id reaches into another one."""
        assert next(iter(table.primary_key.columns)).name == "workspace_id"

    @pytest.mark.parametrize("table", TABLES, ids=str)
    def test_refer_within_their_workspace_only(self, table: Table) -> None:
        """Every reference carries the workspace, and the workspace itself must exist."""
        keys = [c for c in table.constraints if isinstance(c, ForeignKeyConstraint)]
        targets = {key.referred_table.name for key in keys}
        assert "workspaces" in targets
        for key in keys:
            local = [column.name for column in key.columns]
            remote = [element.column.name for element in key.elements]
            assert local[0] == "workspace_id"
            assert remote[0] == (
                "id" if key.referred_table.name == "workspaces" else "workspace_id"
            )

    @pytest.mark.parametrize("table", TABLES, ids=str)
    def test_are_unique_and_indexed_within_a_workspace(self, table: Table) -> None:
        """No index or uniqueness spans workspaces: one cannot learn of another through it."""
        for index in table.indexes:
            assert next(iter(index.columns)).name == "workspace_id", index.name
        for constraint in table.constraints:
            columns = [column.name for column in getattr(constraint, "columns", ())]
            assert "workspace_id" in columns, constraint


class TestMigrations:
    def test_lead_to_the_tables_of_the_code(self, migrated_url: str) -> None:
        """A migrated database differs in nothing from the metadata, on either database."""
        database = Database.open(migrated_url)
        with database.reading() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, METADATA) == []
        database.close()

    def test_end_at_the_version_that_the_program_needs(self) -> None:
        """The newest migration file is the head that the code names."""
        assert max(known_revisions()) == HEAD
        assert len(VERSIONS) == len(known_revisions())

    @pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
    def test_stand_alone(self, path: Path) -> None:
        """A migration imports nothing of ours, so that later changes cannot change it."""
        tree = ast.parse(path.read_text())
        imported = {
            name.partition(".")[0]
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        assert imported <= {"alembic", "sqlalchemy", "collections"}


def _statements(path: Path) -> list[ast.Call]:
    """Return each whole expression that begins with select, update or delete."""
    found: list[ast.Call] = []
    parents = {
        child: node
        for node in ast.walk(ast.parse(path.read_text()))
        for child in ast.iter_child_nodes(node)
    }
    for node in parents:
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in {"select", "update", "delete"}:
            whole: ast.AST = node
            while isinstance(parents.get(whole), (ast.Attribute, ast.Call)) and not (
                isinstance(parent := parents[whole], ast.Call) and whole in parent.args
            ):
                whole = parent
            assert isinstance(whole, ast.Call)
            found.append(whole)
    return found


REPOSITORIES = sorted(
    path
    for path in (
        *STORE.glob("*.py"),
        *(STORE / "repositories").glob("*.py"),
        *(STORE / "queue").glob("*.py"),
    )
    if not path.name.startswith("intake") and path.name not in {"workspaces.py", "database.py"}
)


class TestStatements:
    @pytest.mark.parametrize("path", REPOSITORIES, ids=lambda path: path.stem)
    def test_name_their_workspace(self, path: Path) -> None:
        """Every statement says `own(table)`, joins on `workspace_id`, or is about the workspace."""
        for statement in _statements(path):
            source = ast.unparse(statement)
            named = "own(" in source or "workspace_id ==" in source
            about = "WORKSPACES" in source or "pg_" in source or "take(number)" in source
            about = about or "CLOCK" in source
            assert named or about, source

    def test_are_found_by_this_test(self) -> None:
        """The search sees the statements it is meant to judge."""
        assert sum(len(_statements(path)) for path in REPOSITORIES) > 50
