"""From an Ask to the messages of a request."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import pytest
from bench.model_asks import LETTER, PROPOSE, SUMMARISE, Letter, Proposal, write_prompts
from pydantic import BaseModel, Field

from bailiwick.models.render import FOREIGN_COUNT_MAX, Rendered, render, to_canonical, user_text
from bailiwick.models.schema import contract_schema
from bailiwick.ports.model import Foreign


class Mood(StrEnum):
    GLAD = "glad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    mood: Mood
    at: datetime
    tags: frozenset[str]
    pairs: dict[str, int]


def _render(root: Path, *, nonce: str, letter: Letter = LETTER) -> Rendered:
    prompt = write_prompts(root).for_ask(SUMMARISE)
    return render(prompt, SUMMARISE, letter, nonce=nonce)


class TestRendering:
    def test_shares_the_system_text_byte_for_byte(self, tmp_path: Path) -> None:
        """Two calls of one version differ in the user text alone, so prefix caches serve them."""
        first = _render(tmp_path / "a", nonce="a" * 32)
        other = Letter(subject_id="msg_2", body=Foreign(text="other"))
        second = _render(tmp_path / "b", nonce="b" * 32, letter=other)
        assert first.messages[0] == second.messages[0]
        assert first.messages[1] != second.messages[1]

    def test_keeps_foreign_text_out_of_the_system_role(self, tmp_path: Path) -> None:
        """Foreign text stands behind its fence in the user text, nowhere else."""
        system, user = _render(tmp_path, nonce="a" * 32).messages
        assert "rival@example.net" not in system.content
        before, _, after = user.content.partition(f"<<<foreign text 1 {'a' * 32}>>>")
        assert "rival@example.net" not in before
        assert "rival@example.net" in after

    def test_hashes_the_question_and_not_the_nonce(self, tmp_path: Path) -> None:
        """A replay finds the same request although its fence had another nonce."""
        first = _render(tmp_path / "a", nonce="a" * 32)
        second = _render(tmp_path / "b", nonce="b" * 32)
        assert first.request_sha256 == second.request_sha256
        changed = Letter(subject_id="msg_1", body=Foreign(text="changed"))
        third = _render(tmp_path / "c", nonce="a" * 32, letter=changed)
        assert third.request_sha256 != first.request_sha256

    def test_writes_input_as_canonical_json(self) -> None:
        """Dataclasses, enums, instants and sets become sorted JSON without angle brackets."""
        given = Sample(
            mood=Mood.GLAD,
            at=datetime(2026, 1, 2, tzinfo=UTC),
            tags=frozenset({"b", "<a>"}),
            pairs={"z": 1, "a": 2},
        )
        line = user_text(given, nonce="a" * 32).split("\n")[2]
        assert line == (
            '{"at":"2026-01-02T00:00:00+00:00","mood":"glad","pairs":{"a":2,"z":1},'
            '"tags":["\\u003ca\\u003e","b"]}'
        )
        assert json.loads(line)["tags"] == ["<a>", "b"]

    @pytest.mark.parametrize("value", [0.5, b"bytes", object(), {1: 2}])
    def test_refuses_input_without_a_canonical_form(self, value: object) -> None:
        """Floats, bytes, unknown objects and odd keys are bugs with a clear sentence."""
        with pytest.raises(TypeError, match=r"takes no|not text"):
            user_text(value, nonce="a" * 32)

    def test_bounds_the_foreign_texts(self) -> None:
        """More foreign texts than the bound is a bug; the bound itself passes."""
        some = [Foreign(text="x")] * FOREIGN_COUNT_MAX
        assert user_text(some, nonce="a" * 32).count("<<<end of") == FOREIGN_COUNT_MAX
        with pytest.raises(AssertionError):
            user_text([*some, Foreign(text="y")], nonce="a" * 32)

    def test_collects_foreign_texts_in_place(self) -> None:
        """The JSON names the place of each text that follows it."""
        found: list[Foreign] = []
        value = to_canonical({"a": Foreign(text="1"), "b": [Foreign(text="2")]}, found)
        assert value == {"a": {"foreign_text": 1}, "b": [{"foreign_text": 2}]}
        assert [f.text for f in found] == ["1", "2"]


class TestAContractSchema:
    def test_requires_every_property_and_forbids_others(self) -> None:
        """The strict modes of all vendors take it: required, closed, no defaults, no titles."""
        schema = contract_schema(Proposal)
        text = json.dumps(schema)
        assert schema["required"] == ["moves", "objective"]
        assert text.count('"additionalProperties": false') == 2
        assert '"title"' not in text
        assert '"default"' not in text

    def test_keeps_a_property_that_is_called_title(self) -> None:
        """Only the schema's own titles go, never a field of that name."""

        class Person(BaseModel):
            title: str
            default: int = 3

        schema = contract_schema(Person)
        assert schema["properties"] == {"title": {"type": "string"}, "default": {"type": "integer"}}

    def test_refuses_a_bound_that_is_no_whole_number(self) -> None:
        """A canonical schema has no floats; the sentence says what to do."""

        class Odd(BaseModel):
            share: float = Field(ge=0.25)

        class Even(BaseModel):
            share: float = Field(ge=0.0, le=1.0)

        assert '"maximum": 1,' in json.dumps(contract_schema(Even))
        with pytest.raises(TypeError, match="scale"):
            contract_schema(Odd)

    def test_of_the_table_is_stable(self) -> None:
        """The same class gives the same schema."""
        assert contract_schema(PROPOSE.output) == contract_schema(Proposal)
