"""Row scope fails closed: every table and every name in a path has a decision."""

import re

from tests.api.test_law_of_routes import routes

from bailiwick.api.reach import LOOKS, NAMELESS
from bailiwick.store.reach import DECISIONS
from bailiwick.store.tables import METADATA

LOOKED_UP_OTHERWISE = {"thread_id", "cron_id"}  # api/reach.py: their ids are UUIDs


class TestEachTable:
    def test_says_who_sees_its_rows(self) -> None:
        """A new table is seen by nobody with a lesser reach until somebody decides."""
        assert set(DECISIONS) == set(METADATA.tables.values())


class TestEachName:
    def test_of_a_path_is_looked_up_or_names_no_customer(self) -> None:
        """A new name in a path is out of reach until somebody decides."""
        named = {name for route in routes() for name in re.findall(r"{(\w+)", route.path)}
        assert named <= {*LOOKS, *NAMELESS, *LOOKED_UP_OTHERWISE}

    def test_is_decided_once(self) -> None:
        """No name is both looked up and let through."""
        assert not (LOOKS.keys() | LOOKED_UP_OTHERWISE) & NAMELESS
