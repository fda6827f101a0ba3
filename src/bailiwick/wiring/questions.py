"""Puts questions in words together: copies of rows, the graph, a model, and what was asked."""

from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.ports.answers import Asker

if TYPE_CHECKING:
    from collections.abc import Generator

    from bailiwick.domain.question.answer import Answer
    from bailiwick.engine.questions import Questions
    from bailiwick.ports.answers import AskedRows
    from bailiwick.wiring.application import Application

DESCRIPTION_SUFFIX: Final = ".schema.json"
"""Beside `sales.sqlite` stands `sales.schema.json`."""


class Asking:
    """Questions over one workspace, or over a database that somebody brings."""

    def __init__(self, application: "Application") -> None:
        self._application = application

    async def ask(self, question: str, *, asker: Asker) -> "Answer":
        """Answer a question over the workspace's rows. Raises InputFault and PortFault."""
        return await self._questions.ask(question, asker=asker, copying=self._crm)

    async def ask_database(self, question: str, *, asker: Asker, database: Path) -> "Answer":
        """Answer a question over a SQLite file. Raises InputFault and PortFault."""

        @contextmanager
        def copying(asker: Asker) -> "Generator[AskedRows]":
            del asker  # whoever can name the file can read it
            from bailiwick.store.answers.registered import registered_copy

            described = database.with_suffix(DESCRIPTION_SUFFIX)
            copy = registered_copy(database, described if described.is_file() else None)
            try:
                yield copy
            finally:
                copy.close()

        return await self._questions.ask(question, asker=asker, copying=copying)

    @cached_property
    def _questions(self) -> "Questions":
        from bailiwick.engine.questions import Questions  # loads LangGraph
        from bailiwick.store.answers.asked_questions import SqlAskedQuestions

        kept = SqlAskedQuestions(self._application.units.scopes)
        return Questions(self._application.runner.parts, kept=kept)

    @contextmanager
    def _crm(self, asker: Asker) -> "Generator[AskedRows]":
        from bailiwick.store.answers.crm_copy import crm_copy

        units = self._application.units
        scopes = units.scopes if asker.sight is None else units.seen_by(asker.sight).scopes
        with scopes.reading() as scope:
            copy = crm_copy(scope, role=asker.role)
        try:
            yield copy
        finally:
            copy.close()
