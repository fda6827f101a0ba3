"""What a person sees before deciding is what would be done."""

import io
from contextlib import redirect_stdout
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from tests.store.stores import NOW

from bailiwick.cli.card_view import show_card
from bailiwick.cli.output import Output
from bailiwick.cli.wording import visible
from bailiwick.domain.action import Action
from bailiwick.domain.approval import Approval, ApprovalStatus, Needs
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import ApprovalId, ContactId, PlanId, RunId, StepId
from bailiwick.domain.outbound import OutboundMail, Purpose
from bailiwick.domain.plan import payload_hash
from bailiwick.kit.text import without_controls
from bailiwick.observe.card_contents import Card, changes, payload_text, recipient

MAIL = OutboundMail(
    to_address="ada@theirs.example",
    to_name="Ada",
    from_address="sales@ours.example",
    from_name="Ours",
    subject="Hello",
    text="First line\nsecond [bold]line[/bold]",
    purpose=Purpose.SERVICE,
    language="en",
)


def a_card(mail: OutboundMail = MAIL, *, approval_id: str = "apr_1") -> Approval:
    """Return a pending card for a mail."""
    args = {"contact_id": "con_1", "mail": mail.to_args()}
    return Approval(
        approval_id=ApprovalId(approval_id),
        plan_id=PlanId("pln_1"),
        run_id=RunId("run_1"),
        step_id=StepId("run_1.1"),
        capability="reply",
        action=Action.SEND_MESSAGE,
        args=args,
        payload_hash=payload_hash(Action.SEND_MESSAGE, args),
        contact_id=ContactId("con_1"),
        rules=("autonomy",),
        reasons=("a person decides",),
        needs=Needs(role=Role.APPROVER),
        status=ApprovalStatus.PENDING,
        confidence_permille=600,
        evidence=("message:msg_1",),
        requested_by="reply",
        created_at=NOW,
        expires_at=NOW,
    )


def shown(approval: Approval, *, replaced: Approval | None = None) -> str:
    """Return what the terminal shows."""
    card = Card(
        approval=approval, contact="Ada", evidence=(("message:msg_1", "hi"),), replaced=replaced
    )
    out = io.StringIO()
    with redirect_stdout(out):
        show_card(Output(as_json=False), card)
    return out.getvalue()


class TestCard:
    def test_shows_the_recipient_first(self) -> None:
        """Whoever decides reads first who would receive it."""
        assert shown(a_card()).splitlines()[0] == "To: Ada <ada@theirs.example>"
        assert recipient(a_card()) == "Ada <ada@theirs.example>"

    def test_shows_everything_that_a_decision_needs(self) -> None:
        """Text, rule, reason, evidence, confidence with its gate, risk and hash are there."""
        text = shown(a_card())
        for word in ("second", "autonomy", "a person decides", "message:msg_1", "0.60", "R2"):
            assert word in text
        digits = "".join(text.split()).replace("│", "")
        assert a_card().payload_hash in digits

    def test_prints_markup_as_text(self) -> None:
        """What looks like markup is shown as it stands and styles nothing."""
        assert "[bold]line[/bold]" in shown(a_card())

    def test_spells_out_what_cannot_be_seen(self) -> None:
        """A character that turns writing around or hides is named, not obeyed."""
        hidden = replace(MAIL, text="pay \u202eevil\u200b now\x1b[2J")
        text = shown(a_card(hidden))
        for name in ("U+202E", "U+200B", "U+001B"):
            assert name in text
        assert not {"\u202e", "\u200b", "\x1b"} & set(text)

    def test_shows_what_an_edit_changed(self) -> None:
        """The difference to the replaced card is shown line by line; a first card has none."""
        edited = a_card(replace(MAIL, text="First line\nother line"), approval_id="apr_2")
        text = shown(edited, replaced=a_card())
        assert "+other line" in text
        assert "-second" in text
        assert changes(Card(approval=edited, contact="", evidence=(), replaced=None)) == ""

    def test_tells_no_mail_argument_by_argument(self) -> None:
        """A change of a field is shown with every argument."""
        args = {"contact_id": "con_1", "field": "title", "value": "Head"}
        card = replace(a_card(), action=Action.UPDATE_FIELD, args=args)
        assert payload_text(card) == "contact_id: con_1\nfield: title\nvalue: Head"
        assert recipient(card) == "con_1"
        many = replace(card, args={"records": ["con_1", "con_2"]})
        assert recipient(many) == "2 records"


class TestVisible:
    @given(st.text())
    def test_nothing_invisible_is_left(self, text: str) -> None:
        """Whatever comes in, what is shown has no control or format character but line ends."""
        told = visible(text)
        assert without_controls(told, keep="\n") == told

    @given(st.text(st.characters(categories=("L", "N", "P"))))
    def test_what_can_be_read_is_left_alone(self, text: str) -> None:
        """Letters, digits and punctuation are shown as they are."""
        assert visible(text) == text
