"""Who presented what a moment ago."""

from datetime import UTC, datetime, timedelta

from bailiwick.domain.access import Admission, Means
from bailiwick.domain.crm import Role
from bailiwick.domain.ids import PersonId, WorkspaceId
from bailiwick.kit.clock import FixedClock
from bailiwick.wiring.recall import RECALLED_COUNT_MAX, Recall

NOW = datetime(2026, 7, 14, 10, 0, tzinfo=UTC)
SOMEBODY = Admission(
    workspace_id=WorkspaceId("wsp_1"),
    person_id=PersonId("per_1"),
    role=Role.ADMIN,
    means=Means.KEY,
    means_id="key_1",
)


class Scene:
    """A recall in which somebody was let in now."""

    def __init__(self) -> None:
        self.clock = FixedClock(NOW)
        self.recall = Recall(self.clock)
        self.let_in()

    def let_in(self, key: str = "a") -> None:
        self.recall.keep(Means.KEY, key, SOMEBODY, self.recall.asking())

    def after(self, seconds: float) -> bool | None:
        """Tell whether the answer is due so long after; None when it is forgotten."""
        self.clock.set(NOW + timedelta(seconds=seconds))
        found = self.recall.found(Means.KEY, "a")
        return None if found is None else found.due


class TestRecall:
    def test_ends_after_a_second(self) -> None:
        """It holds for a second, and is due from the middle of it on."""
        scene = Scene()
        assert [scene.after(seconds) for seconds in (0.4, 0.6, 1.0, 1.1)] == [
            False, True, True, None,
        ]  # fmt: skip

    def test_is_of_what_was_presented(self) -> None:
        """Another token, or the same one as a session, is somebody else."""
        scene = Scene()
        assert scene.recall.found(Means.KEY, "b") is None
        assert scene.recall.found(Means.SESSION, "a") is None

    def test_counts_from_the_question(self) -> None:
        """An answer that took long is old when it comes: it tells how it was when it was asked."""
        scene = Scene()
        asked = scene.recall.asking()
        scene.clock.set(NOW + timedelta(seconds=0.8))
        scene.recall.keep(Means.KEY, "a", SOMEBODY, asked)
        assert scene.after(1.1) is None

    def test_of_nobody_ends_at_once(self) -> None:
        """Who was asked for again and is nobody now is forgotten before the second is over."""
        scene = Scene()
        scene.recall.keep(Means.KEY, "a", None, scene.recall.asking())
        assert scene.after(0.1) is None

    def test_is_not_of_what_was_asked_before_something_was_taken_back(self) -> None:
        """An answer under way while everything is forgotten is not kept; a later one is."""
        scene = Scene()
        asked = scene.recall.asking()
        scene.recall.forget()
        scene.recall.keep(Means.KEY, "a", SOMEBODY, asked)
        assert scene.after(0.1) is None
        scene.clock.set(NOW)
        scene.let_in()
        assert scene.after(0.1) is False

    def test_is_bounded(self) -> None:
        """The callers known longest make room."""
        scene = Scene()
        for number in range(RECALLED_COUNT_MAX):
            scene.let_in(f"other-{number}")
        assert scene.after(0.0) is None
