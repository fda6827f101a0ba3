from collections.abc import Generator

import pytest
from tests.api.compat.scene import Scene, played


@pytest.fixture
def scene(sqlite_url: str) -> Generator[Scene]:
    """A served workspace whose threads play what a test writes down."""
    with played(sqlite_url) as found:
        yield found
