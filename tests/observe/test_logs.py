import io
import json
import logging
from collections.abc import Generator
from pathlib import Path

import pytest
from tests.fakes.office import letter, office

from bailiwick.domain.model_call import FallbackReason
from bailiwick.observe.logs import HIDDEN, JsonLines, log_json, shown
from bailiwick.ports.trace import TraceContext, placed, running

PLANTED = "Zorblatt"


@pytest.fixture
def stream() -> Generator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    found = io.StringIO()
    log_json(found)
    yield found
    root.handlers[:] = before
    root.setLevel(level)


def formatted(message: str, *values: object, name: str = "bailiwick.x") -> dict[str, object]:
    record = logging.LogRecord(name, logging.INFO, "x.py", 1, message, values, None)
    found = json.loads(JsonLines().format(record))
    assert isinstance(found, dict)
    return found  # pyright: ignore[reportUnknownVariableType] - JSON is untyped


class TestValues:
    @pytest.mark.parametrize(
        "value", [1, 1.5, None, "run_01kxg13c80bw2fkv04pf6hpj2f.3", "reply/write", "store.spans"]
    )
    def test_that_name_nobody_are_shown(self, value: object) -> None:
        """Numbers, ids and dotted names are what a log is for."""
        assert shown(value) == value

    @pytest.mark.parametrize("value", ["dana@acme.example", "Dana", "two words", b"x", ["a"], ""])
    def test_of_any_other_kind_are_hidden(self, value: object) -> None:
        """What could be somebody's is never shown."""
        assert shown(value) == HIDDEN

    def test_of_enums_and_faults_are_their_names(self) -> None:
        """A fault's message may quote what it failed on; its type does not."""
        assert shown(FallbackReason.BUSY) == "busy"
        assert shown(ValueError("dana@acme.example")) == "ValueError"


class TestLines:
    def test_name_run_and_trace(self) -> None:
        """A line leads to the run and to the span in which it was written."""
        with running("run_1"), placed(TraceContext(trace_id=255, span_id=16)):
            line = formatted("took %d of %s", 3, "dana@acme.example")
        assert line["event"] == f"took 3 of {HIDDEN}"
        assert line["run"] == "run_1"
        assert str(line["trace"]).endswith("ff")
        assert str(line["span"]).endswith("10")

    def test_of_libraries_without_values_are_hidden(self) -> None:
        """A library may have put values into its words before it logs them."""
        assert formatted("mail to dana", name="lib")["event"] == HIDDEN

    def test_of_exceptions_carry_type_and_place(self, stream: io.StringIO) -> None:
        """The message of an exception is left out."""
        try:
            raise ValueError(PLANTED)  # noqa: TRY301 - what is logged
        except ValueError:
            logging.getLogger("bailiwick.x").exception("a bug")
        line = json.loads(stream.getvalue())
        assert line["fault"] == "ValueError"
        assert line["frames"]
        assert PLANTED not in stream.getvalue()


class TestARun:
    def test_leaves_no_planted_word_in_logs_or_spans(
        self, tmp_path: Path, stream: io.StringIO
    ) -> None:
        """A letter full of planted words leaves none of them in any line or span."""
        with office(tmp_path) as place:
            text = f"I am {PLANTED}, {PLANTED.lower()}@acme.example, call +44 20 7946 0958. Price?"
            sender = f"{PLANTED} <dana@acme.example>"
            place.receive(letter(text, sender=sender))
            place.sweep()
            place.app.observation.flush()
            tops = place.app.observation.spans.tops(
                capability="", kept_by=None, cursor=None, size=100
            ).items
            spans = [s for top in tops for s in place.app.observation.spans.of_run(top.run_id)]
        told = (stream.getvalue() + repr(spans)).lower()
        assert spans
        for word in (PLANTED.lower(), "@acme", "7946", "whitfield"):
            assert word not in told
