from bailiwick.kit.paging import Page, page_of, sliced


class TestPageOf:
    def test_leads_on_after_the_last_it_shows(self) -> None:
        """One found beyond the size is not shown, and says that there is more."""
        assert page_of(["a", "b", "c"], size=2, key=str) == Page(("a", "b"), "b")

    def test_ends_where_nothing_more_was_found(self) -> None:
        """A last page that is just full leads nowhere."""
        assert page_of(["a", "b"], size=2, key=str) == Page(("a", "b"))
        assert page_of([], size=2, key=str) == Page(())


class TestSliced:
    def test_goes_on_after_the_cursor(self) -> None:
        """Pages of a list at hand follow each other without gap or repetition."""
        assert sliced(["a", "b", "c"], key=str, cursor=None, size=2) == Page(("a", "b"), "b")
        assert sliced(["a", "b", "c"], key=str, cursor="b", size=2) == Page(("c",))

    def test_does_not_know_a_foreign_cursor(self) -> None:
        """A cursor that is no key of the list is nobody's page."""
        assert sliced(["a"], key=str, cursor="z", size=2) is None
