"""Our saver keeps what LangGraph asks of any saver, on both databases."""

import asyncio
from collections.abc import AsyncGenerator

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.checkpoint.conformance import validate  # pyright: ignore[reportMissingTypeStubs] - it has none
from langgraph.checkpoint.conformance.initializer import (  # pyright: ignore[reportMissingTypeStubs] - it has none
    RegisteredCheckpointer,
)
from tests.engine.savers import a_saver
from tests.store.stores import Store


class TestConformance:
    def test_is_complete(self, store: Store) -> None:
        """LangGraph's own suite for savers passes, its optional parts among it."""

        async def savers() -> AsyncGenerator[BaseCheckpointSaver[str], None]:
            yield a_saver(store)

        report = asyncio.run(validate(RegisteredCheckpointer("bailiwick", savers)))
        failed = {
            name: result.failures for name, result in report.results.items() if not result.passed
        }
        assert failed == {}
        assert len(report.results) == 8
