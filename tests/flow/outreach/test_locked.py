"""What no setting switches off: disclosure and the two escalations (peers' acceptance 25)."""

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.fakes.office import DANA, InlineParser, Office, letter, office

from bailiwick.domain.crm import Task
from bailiwick.domain.drafting.templates import PACKS
from bailiwick.domain.fault import SettingsFault
from bailiwick.domain.outbound import from_args
from bailiwick.settings import BudgetSettings, PlanSettings, PolicySettings, Settings
from bailiwick.wiring.application import build
from bailiwick.wiring.doubles import Doubles

OPT_OUT = "Please take me off your mailing list and do not write to me again."
UNSURE = "The blue one stood next to the other one when we came back on Monday."
QUESTIONS: Mapping[str, str] = {
    "en": "Hello, could you please tell me how the onboarding works? Thank you and best regards",
    "de": "Guten Tag, können Sie mir bitte sagen, wie die Einführung abläuft? Vielen Dank",
    "fr": "Bonjour, pourriez-vous me dire comment se passe la mise en route ? Merci beaucoup",
    "es": "Buenos días, ¿podría decirme cómo funciona la puesta en marcha? Muchas gracias",
}


SWITCHES: Mapping[str, Callable[[Settings], Settings]] = {
    "no planner": lambda s: replace(s, plan=PlanSettings(enabled=False)),
    "no money": lambda s: replace(
        s, budget=BudgetSettings(day_dollars="0", capability_day_dollars="0")
    ),
    "a generous cap": lambda s: replace(s, policy=PolicySettings(touches_max=1000)),
}
"""The settings by which somebody may try to switch the escalations off."""


@pytest.fixture
def place(tmp_path: Path, sqlite_url: str) -> Generator[Office]:
    with office(tmp_path, url=sqlite_url) as opened:
        yield opened


@contextmanager
def switched(place: Office, switch: str) -> Generator[Office]:
    """Open the same workspace with other settings."""
    settings = SWITCHES[switch](place.app.settings)
    app = build(settings, Doubles(clock=place.clock, mail=place.mail, parser=InlineParser()))
    try:
        yield Office(app=app, clock=place.clock, mail=place.mail, people=place.people)
    finally:
        app.close()


def tasks(place: Office) -> tuple[Task, ...]:
    with place.app.units.read() as unit:
        return tuple(unit.guards.open_tasks(None, cursor=None, size=9).items)


class TestAskingToUnsubscribe:
    @pytest.mark.parametrize("switch", SWITCHES)
    def test_25_is_heard_whatever_is_set(self, place: Office, switch: str) -> None:
        """Peers 25: nothing goes from the moment the mail is in, and the address is suppressed."""
        with switched(place, switch) as lax:
            lax.receive(letter(OPT_OUT))
            with lax.app.units.read() as unit:
                assert unit.crm.safety(DANA).opt_out_doubtful, "before anything is planned"
            lax.sweep()
            with lax.app.units.read() as unit:
                assert unit.crm.safety(DANA).suppressed
            assert lax.pending() == ()
            lax.drain()
            assert lax.mail.delivered == []


class TestBeingUnsure:
    @pytest.mark.parametrize("switch", SWITCHES)
    def test_25_asks_a_person_whatever_is_set(self, place: Office, switch: str) -> None:
        """Peers 25: a mail that nobody understands becomes a task, and no draft."""
        with switched(place, switch) as lax:
            lax.receive(letter(UNSURE))
            lax.sweep()
            assert [task.contact_id for task in tasks(lax)] == [DANA]
            assert lax.pending() == ()

    def test_25_asks_nobody_when_it_is_sure(self, place: Office) -> None:
        """Peers 25, the other side: a plain question gets a draft to sign instead."""
        place.receive(letter(QUESTIONS["en"]))
        place.sweep()
        assert len(place.pending()) == 1


class TestARuleOfTheirOwn:
    @pytest.mark.parametrize(
        "scope",
        [
            'action == Action::"escalate_to_person"',
            'action == Action::"suppress_contact"',
            'action in Action::"effect/protect"',
            "action",
        ],
    )
    def test_25_may_not_forbid_an_escalation(
        self, place: Office, tmp_path: Path, scope: str
    ) -> None:
        """Peers 25: a workspace whose rules would switch it off does not start at all."""
        rule = (
            f'@id("workspace/own") @harm("x") @reason("x") forbid (principal, {scope}, resource);'
        )
        with pytest.raises(SettingsFault, match="protection of contacts"):
            self.judge(place, tmp_path, rule)

    def test_25_may_forbid_what_can_wait(self, place: Office, tmp_path: Path) -> None:
        """Peers 25, the other side: a rule against sending is theirs to make."""
        scope = 'action == Action::"send_message"'
        rule = (
            f'@id("workspace/own") @harm("x") @reason("x") forbid (principal, {scope}, resource);'
        )
        self.judge(place, tmp_path, rule)

    def judge(self, place: Office, folder: Path, rule: str) -> None:
        """Read the law with a rule of the workspace's own."""
        (folder / "own.cedar").write_text(rule)
        policy = PolicySettings(rules_folder=str(folder))
        app = build(replace(place.app.settings, policy=policy), Doubles(clock=place.clock))
        try:
            assert app.rulebook
        finally:
            app.close()


class TestTheDisclosure:
    @pytest.mark.parametrize("language", sorted(QUESTIONS))
    def test_25_stands_in_what_goes_out(self, place: Office, language: str) -> None:
        """Peers 25: the sentence stands in the delivered mail, in the language of the thread."""
        place.receive(letter(QUESTIONS[language]))
        place.sweep()
        (card,) = place.pending()
        args = card.args["mail"]
        assert isinstance(args, Mapping)
        mail = from_args(args)
        assert mail.language == language
        assert PACKS[language].disclosure in mail.text
