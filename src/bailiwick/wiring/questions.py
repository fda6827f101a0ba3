"""Puts questions in words together: copies of rows, the graph, a model, and what was asked."""

from collections.abc import Generator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bailiwick.engine.questions import Asker, Questions, QuestionsParts
from bailiwick.store.answers.asked_questions import SqlAskedQuestions
from bailiwick.store.answers.crm_copy import crm_copy

if TYPE_CHECKING:
    from bailiwick.domain.question.answer import Answer
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
    def _questions(self) -> Questions:
        application = self._application
        return Questions(
            QuestionsParts(
                workspace_id=application.workspace.workspace_id,
                units=application.units,
                graphs=application.graphs,
                model=lambda: application.model,
                model_calls=application.waiting_calls,
                clock=application.clock,
                ids=application.ids,
                kept=SqlAskedQuestions(application.units.scopes),
                tracer=application.observation.tracer,
            )
        )

    @contextmanager
    def _crm(self, asker: Asker) -> "Generator[AskedRows]":
        units = self._application.units
        scopes = units.scopes if asker.sight is None else units.seen_by(asker.sight).scopes
        with scopes.reading() as scope:
            copy = crm_copy(scope, role=asker.role)
        try:
            yield copy
        finally:
            copy.close()
