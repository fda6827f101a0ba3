import pytest
from pydantic import ValidationError

from bailiwick.api.compat.bodies import ThreadMade


class TestThreadMade:
    def test_refuses_a_history_made_elsewhere(self) -> None:
        """What a client says has happened was never judged here; leaving it out is fine."""
        with pytest.raises(ValidationError, match="begins empty"):
            ThreadMade.model_validate({"supersteps": [{"updates": []}]})
        assert ThreadMade.model_validate({"supersteps": []}).thread_id is None
        assert ThreadMade.model_validate({}).metadata == {}
