"""What the hot route loads, and where."""

import asyncio
from types import SimpleNamespace
from typing import cast

import pytest
from tests.api.premises import Premises

from bailiwick.api.caller import Caller
from bailiwick.api.compat.bodies import RunBody
from bailiwick.api.compat.quick import warmed
from bailiwick.control.load import UnableToLoadCapability
from bailiwick.domain.crm import Role

NAME = "decision_maker"
BODY = RunBody(assistant_id=NAME)


class Loading:
    """Runs that take note of where they are loaded."""

    def __init__(self, *, breaks: bool = False) -> None:
        self.on_the_loop: list[bool] = []
        self._breaks = breaks

    def is_warm(self, capability: str) -> bool:
        assert capability == NAME
        return bool(self.on_the_loop)

    def warm(self, capability: str) -> None:
        assert capability == NAME
        try:
            asyncio.get_running_loop()
            self.on_the_loop.append(True)
        except RuntimeError:
            self.on_the_loop.append(False)
        if self._breaks:
            message = "broken"
            raise UnableToLoadCapability(message)

    def caller(self) -> Caller:
        application = SimpleNamespace(runs=self)
        return cast("Caller", SimpleNamespace(application=application))


class TestTheFirstRun:
    @pytest.mark.parametrize("breaks", [False, True])
    def test_is_loaded_beside_the_loop_and_once(self, *, breaks: bool) -> None:
        """Others are answered meanwhile; what cannot be loaded is told by whoever takes the run."""
        runs = Loading(breaks=breaks)
        asyncio.run(warmed(runs.caller(), BODY))
        asyncio.run(warmed(runs.caller(), BODY))
        assert runs.on_the_loop == [False]

    def test_leaves_its_graph_loaded(self, premises: Premises) -> None:
        """After a request for a capability nothing of it is loaded any more."""
        runs = premises.service.application(premises.workspace_id()).runs
        assert not runs.is_warm(NAME)
        premises.client(Role.REP).post("/runs/wait", json={"assistant_id": NAME, "input": {}})
        assert runs.is_warm(NAME)
        assert NAME in premises.service.compiled()

    def test_of_what_is_not_there_stays_cold(self, premises: Premises) -> None:
        """A capability that cannot be loaded is tried again."""
        runs = premises.service.application(premises.workspace_id()).runs
        with pytest.raises(UnableToLoadCapability):
            runs.warm("nobody_knows_it")
        assert not runs.is_warm("nobody_knows_it")
