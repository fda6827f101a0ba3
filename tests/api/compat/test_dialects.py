from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.api.compat.asked import Decision, Dialect, Kind, Said, Waiting, answer_for, waiting
from bailiwick.api.compat.dialects import Unclear, normalise
from bailiwick.kit.json_value import Json

ARGS: dict[str, Json] = {"to": "ada@example.org", "count": 2, "urgent": False, "tags": ["a"]}
ALLOWS: dict[str, Json] = {
    "allow_accept": True,
    "allow_edit": True,
    "allow_respond": True,
    "allow_ignore": True,
}
INBOX: dict[str, Json] = {"action_request": {"action": "send", "args": ARGS}, "config": ALLOWS}
BATCH: dict[str, Json] = {
    "action_requests": [{"name": "send", "args": ARGS}],
    "review_configs": [{"action_name": "send", "allowed_decisions": ["approve", "edit", "reject"]}],
}
CALL: dict[str, Json] = {"type": "tool_approval", "tool_call_id": "1", "name": "send", "args": ARGS}
SUPERSET: dict[str, Json] = {**INBOX, **BATCH, "bailiwick": {"payload_sha256": "f" * 64}}
QUESTION: dict[str, Json] = {
    **INBOX,
    "config": {**ALLOWS, "allow_accept": False, "allow_edit": False},
}
ONE, TWO = "1" * 32, "2" * 32
EVERY = (INBOX, BATCH, CALL, SUPERSET, [INBOX])


def said(resume: Json, value: Json = SUPERSET) -> Decision:
    """Return the one decision of a resume on one interrupt."""
    found = normalise(resume, [waiting(ONE, value)])
    assert not isinstance(found, Unclear), found
    ((decision,),) = found.values()
    return decision


def unclear(resume: Json, value: Json = SUPERSET) -> Unclear:
    """Return why a resume on one interrupt decides nothing."""
    found = normalise(resume, [waiting(ONE, value)])
    assert isinstance(found, Unclear), found
    return found


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12) | st.just("approve"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "args", "decisions", "action", "resume", ONE]) | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


def _yes(value: Json, *, deep: bool = True) -> bool:
    """Tell whether a value holds a decision that says yes or edit in one of the known forms."""
    if isinstance(value, dict):
        if value.get("type") in {"accept", "approve", "edit"}:
            return True
        inner: list[Json] = list(value.values()) if deep else []
        return any(_yes(one) for one in inner)
    return isinstance(value, list) and any(_yes(one) for one in value)


class TestForms:
    @pytest.mark.parametrize("value", EVERY)
    @pytest.mark.parametrize(
        "resume",
        [
            [{"type": "accept", "args": None}],
            [{"type": "accept", "args": {"action": "send", "args": {"to": "eve@example.org"}}}],
            [{"type": "accept", "args": {}}],
            {"type": "approve"},
            {"decisions": [{"type": "approve"}]},
            {ONE: [{"type": "accept"}]},
            {ONE: {"decisions": [{"type": "approve"}]}},
            {ONE: {"type": "approve", "args": "anything"}},
        ],
    )
    def test_yes_is_heard_in_every_dialect(self, resume: Json, value: Json) -> None:
        """Whatever a graph asked in, each client's yes approves, and its arguments are ignored."""
        decision = said(resume, value)
        assert decision.said is Said.APPROVE
        assert decision.args is None

    @pytest.mark.parametrize("value", EVERY)
    def test_an_edit_keeps_its_types(self, value: Json) -> None:
        """Numbers, truths and lists that came back as text have their types again."""
        sent = {"to": "bob@example.org", "count": "3", "urgent": "true", "tags": '["b", "c"]'}
        wanted = {"to": "bob@example.org", "count": 3, "urgent": True, "tags": ["b", "c"]}
        legacy = said([{"type": "edit", "args": {"action": "send", "args": sent}}], value)
        batched = said(
            {"decisions": [{"type": "edit", "edited_action": {"name": "send", "args": sent}}]},
            value,
        )
        assert legacy == batched == Decision(said=Said.EDIT, args=wanted)

    @pytest.mark.parametrize(
        ("resume", "expected"),
        [
            (
                [{"type": "response", "args": "shorter"}],
                Decision(said=Said.REJECT, message="shorter"),
            ),
            ({"type": "reject", "message": "no"}, Decision(said=Said.REJECT, message="no")),
            ({"decisions": [{"type": "reject"}]}, Decision(said=Said.REJECT)),
            ([{"type": "ignore", "args": None}], Decision(said=Said.DROP)),
        ],
    )
    def test_no_is_heard(self, resume: Json, expected: Decision) -> None:
        """A no is with a message to draft by, or drops the matter."""
        assert said(resume) == expected

    @pytest.mark.parametrize("word", ["response", "respond", "reject"])
    def test_a_question_is_answered(self, word: str) -> None:
        """On a question every word with a text is the answer."""
        found = said({"type": word, "message": "blue"}, QUESTION)
        assert found == Decision(said=Said.ANSWER, message="blue")

    def test_respond_never_skips_an_action(self) -> None:
        """`respond` on something that would be done is refused, even where a graph allows it."""
        allowed: Json = ["approve", "respond"]
        review: Json = [{"action_name": "send", "allowed_decisions": allowed}]
        for value in (*EVERY, {**BATCH, "review_configs": review}):
            found = unclear({"type": "respond", "message": "hi"}, value)
            assert found.status is HTTPStatus.UNPROCESSABLE_ENTITY

    def test_what_is_not_allowed_is_refused(self) -> None:
        """A client cannot use a decision that the graph does not offer."""
        value: Json = {**INBOX, "config": {**ALLOWS, "allow_edit": False}}
        found = unclear([{"type": "edit", "args": {"action": "send", "args": ARGS}}], value)
        assert "not allowed" in found.detail
        assert said([{"type": "accept"}], value).said is Said.APPROVE
        silent: Json = {"action_request": {"action": "send", "args": ARGS}}
        assert unclear([{"type": "accept"}], silent).status is HTTPStatus.UNPROCESSABLE_ENTITY

    def test_the_action_is_pinned(self) -> None:
        """An edit that names another action is refused."""
        for resume in (
            [{"type": "edit", "args": {"action": "delete", "args": ARGS}}],
            {"type": "edit", "edited_action": {"name": "delete", "args": ARGS}},
            {"type": "edit", "edited_action": {"args": ARGS}},
        ):
            assert unclear(resume).status is HTTPStatus.UNPROCESSABLE_ENTITY

    def test_another_payload_is_refused(self) -> None:
        """A yes to what was shown before does not approve what waits now."""
        stale = unclear([{"type": "accept", "payload_sha256": "e" * 64}])
        assert stale.status is HTTPStatus.CONFLICT
        assert said([{"type": "accept", "payload_sha256": "f" * 64}]).payload_sha256 == "f" * 64


class TestSeveral:
    def test_a_plain_answer_must_name_its_interrupt(self) -> None:
        """With two waiting, an answer without an id decides nothing and the ids are told."""
        both = [waiting(ONE, INBOX), waiting(TWO, BATCH)]
        found = normalise([{"type": "accept"}], both)
        assert isinstance(found, Unclear)
        assert found.status is HTTPStatus.CONFLICT
        assert ONE in found.detail
        assert TWO in found.detail

    def test_one_of_two_may_be_answered(self) -> None:
        """A map decides those that it names, and only those."""
        both = [waiting(ONE, INBOX), waiting(TWO, BATCH)]
        found = normalise({TWO: {"type": "approve"}}, both)
        assert found == {TWO: (Decision(said=Said.APPROVE),)}

    def test_one_unclear_answer_decides_none(self) -> None:
        """A map with one bad answer changes nothing at all."""
        both = [waiting(ONE, INBOX), waiting(TWO, BATCH)]
        found = normalise({ONE: {"type": "approve"}, TWO: "yes"}, both)
        assert isinstance(found, Unclear)

    def test_an_interrupt_that_is_gone_is_a_conflict(self) -> None:
        """Ids of another moment are told as such, alone or beside one that waits."""
        for resume in ({TWO: {"type": "approve"}}, {ONE: {"type": "approve"}, TWO: {}}):
            assert unclear(resume).status is HTTPStatus.CONFLICT

    def test_the_number_of_decisions_must_match(self) -> None:
        """Two actions take two decisions."""
        value: Json = {**BATCH, "action_requests": [{"name": "send", "args": ARGS}] * 2}
        assert unclear({"decisions": [{"type": "approve"}]}, value).status == 422
        found = normalise(
            {"decisions": [{"type": "approve"}, {"type": "reject"}]}, [waiting(ONE, value)]
        )
        assert found == {ONE: (Decision(said=Said.APPROVE), Decision(said=Said.REJECT))}

    def test_nothing_waits(self) -> None:
        """An answer to nothing is a conflict."""
        found = normalise([{"type": "accept"}], [])
        assert isinstance(found, Unclear)
        assert found.status is HTTPStatus.CONFLICT


class TestFreeForm:
    @given(resume=JSON, value=st.sampled_from(EVERY))
    def test_nothing_free_form_ever_approves(self, resume: Json, value: Json) -> None:
        """Only an object whose type says so approves or edits, whatever else is sent."""
        found = normalise(resume, [waiting(ONE, value)])
        if isinstance(found, Unclear):
            return
        for decision in (d for ds in found.values() for d in ds):
            if decision.said in {Said.APPROVE, Said.EDIT}:
                assert _yes(resume), resume

    @pytest.mark.parametrize(
        "resume", [True, 1, "approve", "yes", None, [], {}, [True], ["accept"]]
    )
    def test_plain_values_decide_nothing(self, resume: Json) -> None:
        """A truth, a text, a number or nothing is no decision."""
        assert unclear(resume).status is HTTPStatus.UNPROCESSABLE_ENTITY

    @given(resume=JSON)
    def test_a_graphs_own_question_gets_what_was_sent(self, resume: Json) -> None:
        """What asks in no dialect is answered in none, except that ids of interrupts are ids."""
        waits = waiting(ONE, "what colour?")
        assert waits.dialect is Dialect.OWN
        assert waits.asked[0].kind is Kind.QUESTION
        found = normalise(resume, [waits])
        if isinstance(resume, dict) and ONE in resume:
            assert isinstance(found, Unclear) or found[ONE][0].raw == resume[ONE]
        else:
            assert not isinstance(found, Unclear)
            assert answer_for(waits, found[ONE]) == resume


class TestAnswerFor:
    @given(
        st.sampled_from(EVERY),
        st.sampled_from(
            [
                Decision(said=Said.APPROVE),
                Decision(said=Said.EDIT, args=ARGS),
                Decision(said=Said.REJECT, message="shorter"),
            ]
        ),
    )
    def test_is_read_back_as_the_same_decision(self, value: Json, decision: Decision) -> None:
        """What a graph is told in its own dialect means what the person said."""
        waits: Waiting = waiting(ONE, value)
        assert normalise(answer_for(waits, (decision,)), [waits]) == {ONE: (decision,)}

    def test_a_graph_reads_its_own_dialect(self) -> None:
        """Each dialect is answered in the form that its graphs read."""
        yes = (Decision(said=Said.APPROVE),)
        assert answer_for(waiting(ONE, INBOX), yes) == [{"type": "accept", "args": None}]
        assert answer_for(waiting(ONE, SUPERSET), yes) == [{"type": "accept", "args": None}]
        assert answer_for(waiting(ONE, BATCH), yes) == {"decisions": [{"type": "approve"}]}
        assert answer_for(waiting(ONE, CALL), yes) == {"type": "approve"}

    def test_a_drop_tells_a_batch_no(self) -> None:
        """The batched dialect has no word for letting a matter lie, so it hears a plain no."""
        drop = (Decision(said=Said.DROP),)
        assert answer_for(waiting(ONE, BATCH), drop) == {"decisions": [{"type": "reject"}]}
        assert answer_for(waiting(ONE, INBOX), drop) == [{"type": "ignore", "args": None}]
