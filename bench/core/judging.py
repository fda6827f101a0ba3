"""Decisions of the judge a second: the whole shipped law, from a question to a verdict."""

import dataclasses
import time

from bailiwick.domain.action import Action
from bailiwick.policy import specimen
from bailiwick.policy.judge import judge
from bailiwick.policy.question import Question
from bailiwick.policy.rulebook import Rulebook, load
from bailiwick.policy.verdict import Allowed, Held
from bench.core.figures import Result, Spread, percentile

ROUNDS = 5


def measure(*, quick: bool) -> Result:
    """Judge questions of three kinds, each about another contact: no answer can be kept."""
    law = load()
    count = 200 if quick else 2_000
    figures: dict[str, Spread] = {}
    for name, questions in (
        ("allowed", [_allowed(n) for n in range(count)]),
        ("held", [_held(n) for n in range(count)]),
        ("mixed", [_allowed(n) if n % 2 else _held(n) for n in range(count)]),
    ):
        _insist(law, name, questions)
        speeds: list[float] = []
        each: list[float] = []
        for _ in range(ROUNDS):
            cpu = time.process_time()
            each.extend(_judged(law, questions))
            speeds.append(count / (time.process_time() - cpu))
        figures[f"{name}: decisions per CPU second"] = Spread("/s", tuple(speeds))
        figures[f"{name}: p50 wall"] = Spread("ms", (percentile(each, 0.5),))
        figures[f"{name}: p95 wall"] = Spread("ms", (percentile(each, 0.95),))
        figures[f"{name}: p99 wall"] = Spread("ms", (percentile(each, 0.99),))
    facts = {"rules": len(law.rules), "decisions per round": count}
    return Result("judge", figures, dict(facts))


def _judged(law: Rulebook, questions: list[Question]) -> list[float]:
    each: list[float] = []
    for question in questions:
        began = time.perf_counter()
        judge(law, question)
        each.append((time.perf_counter() - began) * 1000)
    return each


def _allowed(number: int) -> Question:
    asked = specimen.asked(Action.SEND_MESSAGE, specimen.clear_standing(Action.SEND_MESSAGE))
    return dataclasses.replace(asked, resource_id=f"con_{number}")


def _held(number: int) -> Question:
    standing = specimen.clear_standing(Action.SEND_MESSAGE)
    standing = dataclasses.replace(standing, level_granted=0)
    asked = specimen.asked(Action.SEND_MESSAGE, standing)
    return dataclasses.replace(asked, resource_id=f"con_{number}")


def _insist(law: Rulebook, name: str, questions: list[Question]) -> None:
    kinds = {type(judge(law, question)) for question in questions[:2]}
    expected = {"allowed": {Allowed}, "held": {Held}, "mixed": {Allowed, Held}}[name]
    assert kinds == expected, f"{name}: the law gave {kinds}"
