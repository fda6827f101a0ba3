from dataclasses import replace

import pytest
from tests.api.compat.scene import Scene
from tests.fakes.threads import THREAD

from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId
from bailiwick.domain.thread import Answer, Pause, Verb
from bailiwick.kit.json_value import Json

HASH = "f" * 64
MAIL: dict[str, Json] = {"subject": "Hello", "text": "How are you?", "to": "ada@example.org"}
HELD: dict[str, Json] = {
    "action_request": {"action": "send_message", "args": {"contact_id": "con_1", "mail": MAIL}},
    "config": dict.fromkeys(("allow_accept", "allow_edit", "allow_respond", "allow_ignore"), True),
    "bailiwick": {"payload_sha256": HASH},
}
ONE, TWO = "1" * 32, "2" * 32
CARD = Pause(interrupt_id=ONE, task_id="task", value=HELD, approval_id=ApprovalId("apr_1"))
QUESTION = Pause(interrupt_id=TWO, task_id="task", value="which colour?")


def edit(mail: Json) -> Json:
    """Return what agent-inbox sends for an edited mail."""
    args: Json = {"contact_id": "con_1", "mail": mail}
    return [{"type": "edit", "args": {"action": "send_message", "args": args}}]


class TestCards:
    @pytest.mark.parametrize(
        ("resume", "expected"),
        [
            ([{"type": "accept", "args": None}], Answer(interrupt_id=ONE, verb=Verb.APPROVE)),
            (
                {"decisions": [{"type": "approve", "payload_sha256": HASH}]},
                Answer(interrupt_id=ONE, verb=Verb.APPROVE, payload_sha256=HASH),
            ),
            (
                [{"type": "response", "args": "shorter"}],
                Answer(interrupt_id=ONE, verb=Verb.REJECT, message="shorter"),
            ),
            ([{"type": "ignore", "args": None}], Answer(interrupt_id=ONE, verb=Verb.DROP)),
            (
                edit({**MAIL, "subject": "Hi"}),
                Answer(interrupt_id=ONE, verb=Verb.EDIT, changes={"subject": "Hi"}),
            ),
        ],
    )
    def test_go_to_the_inbox(self, scene: Scene, resume: Json, expected: Answer) -> None:
        """A decision reaches the inbox in the caller's name, with the changed texts alone."""
        scene.threads.pauses = (CARD,)
        assert scene.start("/wait", command={"resume": resume}).status_code == 200
        assert scene.threads.answered == [(expected, scene.premises.person(Role.ADMIN))]

    def test_arguments_of_a_yes_are_not_looked_at(self, scene: Scene) -> None:
        """Whatever arguments a client sends with its yes, the inbox gets none."""
        scene.threads.pauses = (CARD,)
        args: Json = {"action": "send_message", "args": {"mail": {"to": "eve@example.org"}}}
        scene.start("/wait", command={"resume": [{"type": "accept", "args": args}]})
        ((answer, _),) = scene.threads.answered
        assert answer == Answer(interrupt_id=ONE, verb=Verb.APPROVE)

    @pytest.mark.parametrize(
        ("resume", "status"),
        [
            ("approve", 422),
            (None, 422),
            (True, 422),
            ([{"type": "respond", "args": "skip it"}], 422),
            (edit(MAIL), 422),
            (edit({**MAIL, "to": 7}), 422),
            (edit("{}"), 422),
            ({"type": "approve", "payload_sha256": "0" * 64}, 409),
            ({TWO: {"type": "approve"}}, 409),
        ],
    )
    def test_what_is_unclear_resumes_nothing(self, scene: Scene, resume: Json, status: int) -> None:
        """Free text, a skipped action, an edit of nothing and a stale hash change nothing."""
        scene.threads.pauses = (CARD,)
        assert scene.start("/wait", command={"resume": resume}).status_code == status
        assert scene.threads.answered == []
        assert scene.threads.started == []

    def test_come_alone(self, scene: Scene) -> None:
        """Cards and questions are answered apart, and no state is written beside a decision."""
        scene.threads.pauses = (CARD, QUESTION)
        both: Json = {ONE: {"type": "approve"}, TWO: "blue"}
        assert scene.start("/wait", command={"resume": both}).status_code == 422
        plain = scene.start("/wait", command={"resume": [{"type": "accept"}]})
        assert plain.status_code == 409
        assert ONE in plain.json()["detail"]
        scene.threads.pauses = (CARD,)
        beside: Json = {"resume": {"type": "approve"}, "update": {"plan": "mine"}}
        assert scene.start("/wait", command=beside).status_code == 422
        assert scene.threads.started == []


class TestQuestions:
    def test_get_the_answer_as_it_came(self, scene: Scene) -> None:
        """A graph's own question is answered in its own words, by the interrupt's id."""
        scene.threads.pauses = (CARD, QUESTION)
        answer: Json = {"hue": [1, 2.5, None]}
        assert scene.start("/wait", command={"resume": {TWO: answer}}).status_code == 200
        (asked,) = scene.threads.started
        assert asked.command is not None
        assert asked.command.resume == {TWO: answer}
        assert scene.threads.answered == []

    def test_a_review_without_a_card_hears_its_own_dialect(self, scene: Scene) -> None:
        """A third party's graph that asks in one dialect is told a yes of another in its own."""
        scene.threads.pauses = (replace(CARD, approval_id=None),)
        scene.start("/wait", command={"resume": {"decisions": [{"type": "approve"}]}})
        (asked,) = scene.threads.started
        assert asked.command is not None
        assert asked.command.resume == {ONE: [{"type": "accept", "args": None}]}

    def test_nothing_waits(self, scene: Scene) -> None:
        """An answer when nothing waits is a conflict."""
        assert scene.start("/wait", command={"resume": "yes"}).status_code == 409


class TestAsking:
    def test_what_a_body_says_reaches_the_engine(self, scene: Scene) -> None:
        """Input, modes, nodes and strategy come through; nothing of them carries authority."""
        scene.start(
            input={"contact_id": "con_1"},
            stream_mode=["updates", "messages-tuple"],
            interrupt_before="*",
            interrupt_after=["judge"],
            multitask_strategy="reject",
            metadata={"role": "admin"},
            config={"recursion_limit": 5},
            after_seconds=60,
            durability="exit",
        )
        (asked,) = scene.threads.started
        assert asked.capability == "crm_orchestrator"
        assert asked.input == {"contact_id": "con_1"}
        assert asked.stream_modes == ("updates", "messages")
        assert (asked.interrupt_before, asked.interrupt_after) == (("*",), ("judge",))
        assert asked.multitask == "reject"
        assert asked.due_at is not None
        assert asked.requested_by == scene.premises.person(Role.ADMIN)

    def test_a_command_may_send_a_thread_to_nodes(self, scene: Scene) -> None:
        """goto is a node, a node with input, or a list of both."""
        goto: Json = ["judge", {"node": "recall", "input": {"a": 1}}]
        scene.start(command={"goto": goto})
        scene.start(command={"goto": "judge"})
        first, second = (asked.command for asked in scene.threads.started)
        assert first is not None
        assert second is not None
        assert [(g.node, g.payload) for g in first.goto] == [("judge", None), ("recall", {"a": 1})]
        assert [g.node for g in second.goto] == ["judge"]
        assert scene.start(command={"goto": {"no": "node"}}).status_code == 422

    def test_a_stateless_run_is_forgotten_unless_kept(self, scene: Scene) -> None:
        """Without a thread the run's own is deleted afterwards, or kept on request."""
        for on_completion in ("delete", "keep"):
            body = {"assistant_id": "crm_orchestrator", "on_completion": on_completion}
            assert scene.client.post("/runs/wait", json=body).status_code == 200
        assert [asked.forget for asked in scene.threads.started] == [True, False]

    def test_wrong_requests_say_what_is_wrong(self, scene: Scene) -> None:
        """Unknown names, ids that are none, and a webhook are refused in JSON."""
        answers = [
            (scene.start(webhook="https://example.com/hook"), 422),
            (scene.client.post(f"/threads/{THREAD}/runs", json={"input": {}}), 422),
            (scene.client.post(f"/threads/{THREAD}/runs", json={"assistant_id": "nope"}), 422),
            (scene.client.get("/threads/not-a-uuid"), 422),
            (scene.client.get(f"/threads/{THREAD}/runs/not-a-uuid"), 422),
            (scene.client.get("/threads/00000000-0000-4000-8000-000000000000"), 404),
            (scene.client.post("/threads", content=b"{bad"), 422),
        ]
        for answer, status in answers:
            assert answer.status_code == status, answer.text
            assert "detail" in answer.json()
