"""The generated company: lifelike, complete, and the same for the same seed."""

import csv
import mailbox
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from bailiwick.connectors.mailbox.parse import parse
from bailiwick.domain.message import Parse
from bailiwick.domain.reader.read import read
from bailiwick.domain.reading import Concern, Intent
from bailiwick.evals.world.letters import CLOSINGS, GREETINGS, INBOUND
from bailiwick.evals.world.situation import (
    CONTACTS_COUNT,
    CONTACTS_COUNT_MIN,
    SHARES,
    Situation,
    counts,
)
from bailiwick.evals.world.world import World, WorldFiles, generate, write
from bailiwick.models.reply_labels import published_weights

NOW = datetime(2026, 7, 14, 9, 30, tzinfo=UTC)
OURS = "sales@northwind.example"


@pytest.fixture(scope="module")
def world() -> World:
    return generate()


@pytest.fixture(scope="module")
def small() -> World:
    return generate(contacts_count=CONTACTS_COUNT_MIN)


@pytest.fixture(scope="module")
def files(small: World, tmp_path_factory: pytest.TempPathFactory) -> WorldFiles:
    return write(small, tmp_path_factory.mktemp("world"), mailbox=OURS, now=NOW)


class TestCompany:
    def test_is_as_large_as_a_real_one(self, world: World) -> None:
        """There are 200 accounts and 500 contacts, nobody twice."""
        assert len(world.firms) >= 200
        assert len(world.people) == CONTACTS_COUNT >= 500
        assert len({p.address for p in world.people}) == CONTACTS_COUNT
        assert len({f.domain for f in world.firms}) == len(world.firms)

    def test_is_the_same_for_the_same_seed(self, small: World) -> None:
        """What a test or a demo showed can be shown again; another seed is another company."""
        assert generate(contacts_count=CONTACTS_COUNT_MIN) == small
        assert generate(7, contacts_count=CONTACTS_COUNT_MIN) != small

    def test_has_namesakes_in_other_companies(self, world: World, small: World) -> None:
        """Some names belong to two people, and to no more."""
        for one in (world, small):
            shared = [n for n, count in Counter(p.name for p in one.people).items() if count > 1]
            assert shared
            for name in shared:
                assert len({p.firm.domain for p in one.people if p.name == name}) == 2

    @pytest.mark.parametrize("contacts_count", [CONTACTS_COUNT_MIN, 123, CONTACTS_COUNT])
    def test_has_every_situation_at_every_size(self, contacts_count: int) -> None:
        """A smaller company leaves out no situation and has exactly as many people."""
        shared = counts(contacts_count)
        assert sum(shared.values()) == contacts_count
        assert min(shared.values()) >= 2
        assert set(shared) == set(SHARES)

    def test_speaks_four_languages_where_letters_are_due(self, small: World) -> None:
        """Follow-ups and first letters come in every language, with and without consent."""
        for situation in (Situation.SILENT, Situation.NEW):
            people = [p for p in small.people if p.situation is situation]
            assert {p.firm.locale.language for p in people} == {"en", "de", "fr", "es"}
            assert {p.consents for p in people} == {True, False}


class TestFiles:
    def test_are_exports_and_a_mailbox(self, small: World, files: WorldFiles) -> None:
        """Every account, contact, deal and mail is in a file that other programs read."""
        for path, rows in ((files.accounts, small.firms), (files.contacts, small.people)):
            with path.open(encoding="utf-8", newline="") as file:
                assert len(list(csv.DictReader(file))) == len(rows)
        box = mailbox.mbox(files.mail)
        try:
            assert len(box) == files.mails_count
        finally:
            box.close()

    def test_date_their_mail_in_the_past(self, files: WorldFiles) -> None:
        """The envelope date of each mail is the one in its header, before now."""
        box = mailbox.mbox(files.mail)
        try:
            for mail in box:
                stamp = str(mail.get_from()).split(" ", 1)[1]
                at = datetime.strptime(stamp, "%a %b %d %H:%M:%S %Y").replace(tzinfo=UTC)
                sent_at = parse(mail.as_bytes()).sent_at
                assert sent_at is not None
                assert abs(at - sent_at) < timedelta(seconds=1)
                assert at < NOW
        finally:
            box.close()

    def test_hold_mail_that_parses(self, files: WorldFiles) -> None:
        """Whatever its dress, no mail of the world is unreadable."""
        box = mailbox.mbox(files.mail)
        try:
            states = Counter(parse(mail.as_bytes()).parse for mail in box)
        finally:
            box.close()
        assert set(states) == {Parse.CLEAN}


def _readings(situation: Situation) -> list[tuple[str, Intent, frozenset[Concern], bool]]:
    found: list[tuple[str, Intent, frozenset[Concern], bool]] = []
    for language, texts in INBOUND[situation].items():
        for words in texts:
            text = words.replace("{day}", "2026-07-22").replace("{{", "{").replace("}}", "}")
            text = f"{GREETINGS[language]}\n\n{text}\n\n{CLOSINGS[language]}"
            raw = (
                f"From: a@theirs.example\r\nTo: {OURS}\r\nSubject: Re: Hi\r\n"
                f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
            )
            reading = read(parse(raw.encode()), now=NOW, weights=published_weights())
            certain = reading.opt_out_certain
            found.append((language, reading.intent, reading.concerns, certain))
    return found


class TestLetters:
    def test_that_ask_to_stop_are_surely_read_so(self) -> None:
        """In each language the wish is certain, so nobody needs to guess."""
        readings = _readings(Situation.OPTS_OUT)
        assert {language for language, *_ in readings} == {"en", "de", "fr", "es"}
        assert all(certain for *_, certain in readings)

    def test_that_are_hostile_are_seen_through(self) -> None:
        """Each carries signs of injected instructions, and none passes for a question."""
        for _, intent, concerns, _ in _readings(Situation.HOSTILE):
            assert Concern.INJECTION in concerns
            assert intent is Intent.OTHER

    def test_that_are_plain_raise_no_concern(self) -> None:
        """An everyday question or interest can be answered."""
        for situation in (Situation.ASKS, Situation.INTERESTED, Situation.MEETING):
            for language, intent, concerns, certain in _readings(situation):
                assert not concerns, (situation, language)
                assert not certain
                assert intent in {Intent.INFO_REQUEST, Intent.INTERESTED, Intent.MEETING_SCHEDULED}
