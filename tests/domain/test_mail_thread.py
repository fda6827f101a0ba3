# ruff: noqa: RUF001 - subjects of every script
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bailiwick.domain.ids import ThreadId
from bailiwick.domain.mail_thread import (
    LOOKUP_IDS_MAX,
    Join,
    JoinDoubt,
    KnownThread,
    ThreadChoice,
    choose_thread,
    lookup_ids,
    parties,
    subject_key,
)
from bailiwick.domain.message import Direction, Parse, ParsedMail

NOW = datetime(2026, 7, 14, 9, 12, tzinfo=UTC)
US = "sales@northwind.example"
DANA = "dana@acme.example"
MALLORY = "m@evil.example"
OURS = "<campaign-7-1042@northwind.example>"
THREAD = KnownThread(
    thread_id=ThreadId("thr_1"), parties=frozenset({US, DANA}), last_at=NOW - timedelta(days=2)
)
ANSWER = ParsedMail(
    raw_sha256="0" * 64,
    parse=Parse.CLEAN,
    rfc_message_id="<m1@acme.example>",
    in_reply_to=(OURS,),
    from_address=DANA,
    to=(US,),
    subject="Re: Renewal",
)


def choice(
    mail: ParsedMail,
    *,
    direction: Direction = Direction.INBOUND,
    by_id: dict[str, tuple[KnownThread, ...]] | None = None,
    by_subject: tuple[KnownThread, ...] = (),
) -> ThreadChoice:
    return choose_thread(
        mail,
        direction=direction,
        own=frozenset({US}),
        by_id={OURS: (THREAD,)} if by_id is None else by_id,
        by_subject=by_subject,
        at=NOW,
    )


class TestJoinById:
    def test_takes_an_answer_from_a_party(self) -> None:
        """Sender and id agree: the mail joins."""
        assert choice(ANSWER) == ThreadChoice(join=Join.BY_ID, thread_id=THREAD.thread_id)

    def test_refuses_a_stranger_with_a_guessed_id(self) -> None:
        """An id alone joins nothing, and the attempt is named."""
        guessed = replace(ANSWER, from_address=MALLORY)
        assert choice(guessed) == ThreadChoice(join=Join.NEW, doubt=JoinDoubt.FOREIGN_ID)

    def test_refuses_our_own_address_from_outside(self) -> None:
        """A mail that came in under our own address joins nothing: we are party to everything."""
        forged = replace(ANSWER, from_address=US, to=(DANA,))
        assert choice(forged) == ThreadChoice(join=Join.NEW, doubt=JoinDoubt.OWN_ADDRESS)

    def test_takes_what_we_sent_to_a_party(self) -> None:
        """A mail from the Sent folder joins the thread of its recipient."""
        sent = replace(ANSWER, from_address=US, to=(DANA,))
        assert choice(sent, direction=Direction.OUTBOUND).thread_id == THREAD.thread_id
        other = replace(sent, to=(MALLORY,))
        assert choice(other, direction=Direction.OUTBOUND).join is Join.NEW

    def test_takes_a_colleague_who_was_copied(self) -> None:
        """Everybody who received a mail of the thread may answer in it."""
        thread = replace(THREAD, parties=THREAD.parties | {"max@acme.example"})
        mail = replace(ANSWER, from_address="max@acme.example")
        assert choice(mail, by_id={OURS: (thread,)}).join is Join.BY_ID

    def test_takes_a_bounce_about_a_party(self) -> None:
        """A delivery report joins by the recipient that it is about."""
        bounce = replace(
            ANSWER,
            from_address="mailer-daemon@mx.example",
            in_reply_to=(),
            references=(OURS,),
            dsn_status="5.1.1",
            dsn_recipient=DANA,
        )
        assert choice(bounce).join is Join.BY_ID
        assert choice(replace(bounce, dsn_recipient=MALLORY)).join is Join.NEW
        assert choice(replace(bounce, dsn_status="")).join is Join.NEW

    def test_passes_over_a_thread_planted_under_the_same_id(self) -> None:
        """When a stranger's thread claims the id too, the sender's own thread is chosen."""
        planted = KnownThread(
            thread_id=ThreadId("thr_evil"), parties=frozenset({US, MALLORY}), last_at=NOW
        )
        result = choice(ANSWER, by_id={OURS: (planted, THREAD)})
        assert result.thread_id == THREAD.thread_id

    def test_finds_answers_that_came_before_their_question(self) -> None:
        """A mail whose own id a stored answer refers to joins that answer's thread."""
        late = replace(ANSWER, in_reply_to=(), rfc_message_id=OURS, subject="Renewal")
        assert choice(late).join is Join.BY_ID

    def test_takes_no_quarantined_mail(self) -> None:
        """A mail without a usable sender stays alone."""
        assert choice(replace(ANSWER, parse=Parse.QUARANTINED)).join is Join.NEW


class TestJoinBySubject:
    ORPHAN = replace(ANSWER, in_reply_to=("<lost@acme.example>",))

    def test_takes_an_answer_of_a_party(self) -> None:
        """Without a known id, a reply prefix and a common party join."""
        result = choice(self.ORPHAN, by_subject=(THREAD,))
        assert result == ThreadChoice(join=Join.BY_SUBJECT, thread_id=THREAD.thread_id)

    def test_refuses_others(self) -> None:
        """A stranger with the right subject begins a thread of their own."""
        mail = replace(self.ORPHAN, from_address=MALLORY)
        assert choice(mail, by_subject=(THREAD,)).join is Join.NEW

    def test_refuses_a_mail_that_answers_nothing(self) -> None:
        """The same subject without any sign of an answer, such as "Invoice", is a new matter."""
        mail = replace(ANSWER, in_reply_to=(), subject="Renewal")
        assert choice(mail, by_id={}, by_subject=(THREAD,)).join is Join.NEW

    def test_refuses_an_empty_subject(self) -> None:
        """An empty subject joins nothing."""
        mail = replace(self.ORPHAN, subject="Re: ")
        assert choice(mail, by_subject=(THREAD,)).join is Join.NEW

    @pytest.mark.parametrize(("days", "join"), [(30, Join.BY_SUBJECT), (31, Join.NEW)])
    def test_ends_after_thirty_days(self, days: int, join: Join) -> None:
        """Thirty days are near enough, thirty-one are not."""
        old = replace(THREAD, last_at=NOW - timedelta(days=days))
        assert choice(self.ORPHAN, by_subject=(old,)).join is join

    def test_prefers_the_latest(self) -> None:
        """Of several threads the one with the latest mail is joined."""
        later = replace(THREAD, thread_id=ThreadId("thr_2"), last_at=NOW)
        assert choice(self.ORPHAN, by_subject=(THREAD, later)).thread_id == "thr_2"


class TestLookup:
    @pytest.mark.parametrize(
        "subject",
        [
            "Renewal 2026", "Re: Renewal 2026", "RE: AW: Re[2]: renewal 2026", "Fwd: Renewal  2026",
            "WG: RENEWAL 2026", "SV: Antw: Renewal 2026", "[EXT] Re: Renewal 2026",
            "\u56de\u590d\uff1aRenewal 2026", "Ｒｅｎｅｗａｌ 2026",
        ],
    )  # fmt: skip
    def test_folds_the_subjects_of_one_matter(self, subject: str) -> None:
        """Prefixes of many languages, case, width and spaces do not part a thread."""
        assert subject_key(subject) == "renewal 2026"

    def test_keeps_other_subjects_apart(self) -> None:
        """Words that only begin like a prefix stay."""
        assert subject_key("Regarding: x") == "regarding: x"
        assert subject_key("Return of goods") == "return of goods"

    def test_is_bounded_and_nearest_first(self) -> None:
        """The direct parent is looked up first, the mail's own id last, never more than 32."""
        mail = replace(ANSWER, references=tuple(f"<r{n}@x.example>" for n in range(100)))
        ids = lookup_ids(mail)
        assert ids[:2] == (OURS, "<r99@x.example>")
        assert ids[-1] == "<m1@acme.example>"
        assert len(ids) == LOOKUP_IDS_MAX

    def test_names_every_party(self) -> None:
        """Sender and all recipients are parties."""
        mail = replace(ANSWER, cc=("max@acme.example",))
        assert parties(mail) == {DANA, US, "max@acme.example"}
