import pytest
from tests.engine.entrance import Entered, entered_in
from tests.store.stores import Store


@pytest.fixture
def entered(sqlite_store: Store) -> Entered:
    """A workspace whose admin can log in."""
    return entered_in(sqlite_store)
