"""Log lines as JSON, with run and trace, and without a person's data.

A line carries the words that a programmer wrote and, of the values put into them, only numbers,
ids and plain lower-case names; anything else becomes "…". Of an exception: type and place.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from enum import Enum
from typing import Final, TextIO

from bailiwick.ports.trace import current, current_run

HIDDEN: Final = "…"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]*([./:-][a-z0-9_]+)*|[a-z]{3}_[0-9a-z]{6,30}(\.\d+)?")
_NAME_LENGTH_MAX: Final = 80  # ours: the longest of our ids and dotted names


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "event": _told(record),
        }
        run_id, place = current_run(), current()
        if run_id:
            line["run"] = run_id
        if place is not None:
            line["trace"] = f"{place.trace_id:032x}"
            line["span"] = f"{place.span_id:016x}"
        if record.exc_info and record.exc_info[0] is not None:
            line["fault"] = record.exc_info[0].__name__
            line["frames"] = [
                f"{frame.filename.rpartition('/')[2]}:{frame.lineno}"
                for frame in traceback.extract_tb(record.exc_info[2])
            ]
        return json.dumps(line, ensure_ascii=False)


def log_json(stream: TextIO | None = None) -> logging.Handler:
    """Send every log line of this process as JSON to a stream, by default standard error."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    return handler


def _told(record: logging.LogRecord) -> str:
    words = str(record.msg) if isinstance(record.msg, str) else type(record.msg).__name__
    if not record.args:
        # Without values to put in, a line made elsewhere may hold them already.
        return words if record.name.startswith("bailiwick") else HIDDEN
    values = record.args
    if isinstance(values, Mapping):
        return words % {name: shown(value) for name, value in values.items()}
    try:
        return words % tuple(shown(value) for value in values)
    except (TypeError, ValueError):  # as of %.2f, whose value is hidden
        return words


def shown(value: object) -> object:
    """Return a value as a log may hold it."""
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str) and len(value) <= _NAME_LENGTH_MAX and _NAME.fullmatch(value):
        return value
    return HIDDEN
