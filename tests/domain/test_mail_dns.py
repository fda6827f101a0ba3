"""Records that a domain publishes about its mail are read as receivers read them."""

import pytest

from bailiwick.domain.mail_dns import aligned, dmarc_record, parents, spf_records, tags


class TestSpf:
    def test_is_one_among_other_texts(self) -> None:
        """Only a record of this version is one, in any case."""
        texts = ("google-site-verification=x", "V=SPF1 include:_spf.a.example -all", "v=spf10 +all")
        (found,) = spf_records(texts)
        assert (found.rest, found.lookups_count, found.goes_on) == ("-", 1, ("_spf.a.example",))

    @pytest.mark.parametrize(
        ("text", "rest", "lookups"),
        [
            ("v=spf1 all", "+", 0),
            ("v=spf1 ~ALL", "~", 0),
            ("v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 ?all", "?", 0),
            ("v=spf1 a mx a:b.example mx/24 ptr exists:%{i}.x.example", "", 6),
            ("v=spf1 redirect=_spf.b.example", "", 1),
        ],
    )
    def test_counts_what_asks_again(self, text: str, rest: str, lookups: int) -> None:
        """Addresses ask nobody; names, includes and redirects do (RFC 7208, 4.6.4)."""
        (found,) = spf_records((text,))
        assert (found.rest, found.lookups_count) == (rest, lookups)


class TestTags:
    def test_are_read_without_spaces(self) -> None:
        """A key may be folded, and the first of two tags counts."""
        found = tags("v=DKIM1; p=AB CD\tEF; t = y ; p=other; odd")
        assert found == {"v": "DKIM1", "p": "ABCDEF", "t": "y"}


class TestDmarc:
    def test_is_one_record(self) -> None:
        """Two are none, and another text is none."""
        one = "v=DMARC1; p=reject"
        assert dmarc_record((one, "hello")) == {"v": "DMARC1", "p": "reject"}
        assert dmarc_record((one, one)) is None
        assert dmarc_record(("p=reject",)) is None

    def test_is_looked_for_upwards(self) -> None:
        """From the sender's domain to the one below the top, and not at the top."""
        assert parents("a.b.ours.example") == ("a.b.ours.example", "b.ours.example", "ours.example")
        assert parents("ours.example") == ("ours.example",)

    @pytest.mark.parametrize(
        ("signed_for", "strict", "counts"),
        [
            ("ours.example", True, True),
            ("mail.ours.example", False, True),
            ("mail.ours.example", True, False),
            ("theirs.example", False, False),
            ("notours.example", False, False),
        ],
    )
    def test_asks_for_one_organisation(
        self, signed_for: str, *, strict: bool, counts: bool
    ) -> None:
        """A signature of a domain below ours counts, unless the record is strict."""
        assert aligned(signed_for, "ours.example", strict=strict) is counts
