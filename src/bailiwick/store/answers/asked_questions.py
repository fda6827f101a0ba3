"""Keeps what was asked, for the time that retention leaves it."""

from bailiwick.ports.answers import AskedQuestion
from bailiwick.store.scopes import Scopes
from bailiwick.store.tables.questions import SQL_RUNS


class SqlAskedQuestions:
    """Questions asked in one workspace."""

    def __init__(self, scopes: Scopes) -> None:
        self._scopes = scopes

    def keep(self, asked: AskedQuestion) -> None:
        """Keep one question. Raises PortFault."""
        with self._scopes.writing() as scope:
            scope.insert(
                SQL_RUNS,
                {
                    "id": asked.question_id,
                    "created_at": asked.asked_at,
                    "question": asked.question,
                    "made_by": asked.made_by,
                    "status": asked.status,
                    "way": asked.way,
                    "sql": asked.sql,
                    "attempts_count": asked.attempts_count,
                    "rows_count": asked.rows_count,
                    "milliseconds": asked.milliseconds,
                    "schema_hash": asked.schema_hash,
                    "data_version": asked.data_version,
                    "model": asked.model,
                    "prompt_version": asked.prompt_version,
                },
            )
