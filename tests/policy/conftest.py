import dataclasses
from collections.abc import Callable

import pytest

from bailiwick.domain.action import Action
from bailiwick.policy import rulebook, specimen
from bailiwick.policy.judge import judge
from bailiwick.policy.rulebook import Rulebook
from bailiwick.policy.verdict import Verdict


@pytest.fixture(scope="session")
def law() -> Rulebook:
    return rulebook.load()


@pytest.fixture(scope="session")
def ruling(law: Rulebook) -> Callable[..., Verdict]:
    """Judge the clear case of an action with some facts changed."""

    def judged(action: Action = Action.SEND_MESSAGE, /, **facts: object) -> Verdict:
        standing = dataclasses.replace(specimen.clear_standing(action), **facts)  # pyright: ignore[reportArgumentType] - a test names the facts it changes
        return judge(law, specimen.asked(action, standing))

    return judged
