# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# The library leaves its generics open.
"""Whatever is sent to any documented operation: no server error, no answer beside its document."""

from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from tests.api.routes.conftest import Branch

from bailiwick.api.app import build_app
from bailiwick.api.guard import Doorway
from bailiwick.domain.crm import Role

EXAMPLES_COUNT: Final = 5  # by default; `bench/fuzz.py` sends fifty and more
SLOW: Final = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
ENDLESS: Final = ("/stream", "/events", "/join")
"""Paths whose answer may not end while nothing happens; they have tests of their own."""
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


class TestAnyRequest:
    @pytest.mark.parametrize("role", [Role.ADMIN, Role.VIEWER])
    def test_is_answered_as_documented(self, branch: Branch, role: Role) -> None:
        """Each operation, with values inside and outside its document."""
        doorway = Doorway(hosts=frozenset({"localhost", "testserver"}))
        app = build_app(branch.service, doorway)
        schema = schemathesis.openapi.from_asgi("/openapi.json", app)
        tried, wrong = 0, list[str]()
        for result in schema.get_all_operations():
            assert isinstance(result, Ok), result
            operation = result.ok()
            if operation.path.endswith(ENDLESS):
                continue
            tried += 1

            @settings(
                max_examples=EXAMPLES_COUNT,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=SLOW,
            )
            @given(case=operation.as_strategy())
            def send(case: schemathesis.Case[Any]) -> None:
                case.call_and_validate(checks=CHECKS, headers={"x-api-key": role.value})

            try:
                send()
            except* Failure as failures:
                wrong += [f"{operation.label}: {f}" for f in failures.exceptions]
        assert not wrong, "\n".join(wrong)
        assert tried > 50
