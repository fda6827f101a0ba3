from bailiwick.domain.action import Action
from bailiwick.policy import schema
from bailiwick.policy.rulebook import RULES_FOLDER


class TestSchema:
    def test_is_the_committed_one(self) -> None:
        """The copy that readers and editors see is what the judge uses."""
        committed = (RULES_FOLDER / "schema.cedarschema").read_text(encoding="utf-8")
        assert committed == schema.rendered()

    def test_knows_every_action(self) -> None:
        """Each action of the closed list can be asked about."""
        text = schema.rendered()
        assert all(f'action "{action}" in ["effect/' in text for action in Action)

    def test_renders_each_kind_of_fact(self) -> None:
        """Bools, whole numbers, words, sets and the optional approval have their Cedar types."""
        lines = {line.strip().rstrip(",") for line in schema.rendered().splitlines()}
        assert {
            "halted: Bool",
            "confidence_permille: Long",
            "purpose: String",
            "concerns: Set<String>",
            "approval?: {",
            "age_seconds: Long",
        } <= lines

    def test_groups_protection_apart(self) -> None:
        """Protection belongs to no group that a general rule stops; reading changes nothing."""
        assert schema.names_of(Action.SUPPRESS_CONTACT) == {"suppress_contact", "effect/protect"}
        assert schema.names_of(Action.DO_NOTHING) == {
            "do_nothing",
            "effect/read",
            schema.STOPPABLE,
        }
        assert schema.names_of(Action.SEND_MESSAGE) == {
            "send_message",
            "effect/outward",
            schema.CHANGING,
            schema.STOPPABLE,
        }
