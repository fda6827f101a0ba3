import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.mail_address import address_hash, domain_of, mailbox_list, normalised


class TestNormalised:
    @pytest.mark.parametrize(
        ("written", "stored"),
        [
            ("dana@acme.example", "dana@acme.example"),
            ("  DANA@Acme.EXAMPLE ", "dana@acme.example"),
            ("dana+crm@acme.example", "dana+crm@acme.example"),
            ("o'brien@sub.acme.example", "o'brien@sub.acme.example"),
            ("a.b-c_d%e@x-1.example", "a.b-c_d%e@x-1.example"),
            ("Zoë@acme.example", "zoë@acme.example"),
            ("info@müller.example", "info@xn--mller-kva.example"),
            ("info@MÜLLER.example", "info@xn--mller-kva.example"),
            ("info@xn--mller-kva.example", "info@xn--mller-kva.example"),
            ("山田@例え.example", "山田@xn--r8jz45g.example"),
        ],
    )
    def test_gives_one_form_to_each_way_of_writing(self, written: str, stored: str) -> None:
        """Case, spaces and Unicode domains come to one form; plus-tags and apostrophes stay."""
        assert normalised(written) == stored

    @pytest.mark.parametrize(
        "text",
        [
            "", "@", "dana", "dana@", "@acme.example", "dana@acme", "a@b@c.example",
            "alice@example.org)bob@evil.test", "dana@acme.example。", "dana@acme.example.",
            ".dana@acme.example", "dana..w@acme.example", "dana @acme.example",
            "dana@acme .example", "dana@-acme.example", "dana@acme-.example", "dana@[127.0.0.1]",
            "dana@127.0.0.1", '"dana"@acme.example', "dana@acme.example\nBcc: x@evil.example",
            "dana@acme.example, x@evil.example", "<dana@acme.example>", "\uff44ana@acme.example",
            "dana@\uff41cme.example", "dana@ac\u200bme.example", "da\u00adna@acme.example",
            "dana@acme.example\x00", "a" * 65 + "@acme.example",
            "a@" + "b" * 64 + ".example", "a@" + ".".join(["b" * 60] * 5) + ".example",
            "x@" + "é" * 63 + ".example", "x@\ud800.example", "\udcff@acme.example",
        ],
    )  # fmt: skip
    def test_refuses_what_is_not_one_plain_address(self, text: str) -> None:
        """Two addresses, comments, look-alike forms, overlong or broken parts are no address."""
        assert normalised(text) is None

    def test_keeps_a_cyrillic_twin_apart(self) -> None:
        """A domain with a Cyrillic letter never compares equal to its Latin look-alike."""
        twin = normalised("dana@\u0430cme.example")
        assert twin == "dana@xn--cme-5cd.example"
        assert twin != normalised("dana@acme.example")

    def test_keeps_dotted_and_plain_i_apart(self) -> None:
        """Turkish capital I with dot does not fall onto plain i."""
        assert normalised("İ@acme.example") != normalised("i@acme.example")

    @given(st.text(max_size=80))
    def test_is_total_and_stable(self, text: str) -> None:
        """Any text gives an address or None, and a normalised address stays as it is."""
        once = normalised(text)
        assert once is None or normalised(once) == once

    def test_knows_the_domain(self) -> None:
        """The domain is what follows the at sign."""
        assert domain_of("dana@acme.example") == "acme.example"


class TestAddressHash:
    def test_is_the_digest_of_the_normalised_form(self) -> None:
        """Every way of writing an address is suppressed by one hash."""
        expected = hashlib.sha256(b"optout@acme.example").hexdigest()
        assert address_hash(" OPTOUT@ACME.EXAMPLE ") == expected
        assert address_hash("other@acme.example") != expected

    def test_loses_no_entry_that_is_not_an_address(self) -> None:
        """Text outside the grammar is still hashed, by its trimmed lower-case form."""
        assert address_hash(" Not An Address ") == address_hash("not an address")
        assert len(address_hash("\ud800")) == 64


class TestMailboxList:
    @pytest.mark.parametrize(
        ("value", "name", "address"),
        [
            ("dana@acme.example", "", "dana@acme.example"),
            ("Dana W <dana@acme.example>", "Dana W", "dana@acme.example"),
            ('"W, Dana (CFO)" <dana@acme.example>', "W, Dana (CFO)", "dana@acme.example"),
            (r'"Dana \"D\" W" <dana@acme.example>', 'Dana "D" W', "dana@acme.example"),
            ("dana@acme.example (Dana W)", "Dana W", "dana@acme.example"),
            ("<dana@acme.example>", "", "dana@acme.example"),
            ("dana@acme.example <dana@acme.example>", "dana@acme.example", "dana@acme.example"),
            ("=?utf-8?q?Zo=C3=AB?= <zoe@acme.example>", "=?utf-8?q?Zo=C3=AB?=", "zoe@acme.example"),
        ],
    )
    def test_reads_the_ways_people_write_one_mailbox(
        self, value: str, name: str, address: str
    ) -> None:
        """Names before, quoted or in a comment; the address is the normalised one."""
        result = mailbox_list(value)
        assert [(m.name, m.address) for m in result.mailboxes] == [(name, address)]
        assert result.invalid_count == 0

    def test_reads_several(self) -> None:
        """Commas part mailboxes, not those inside quotes."""
        result = mailbox_list('"A, B" <a@x.example>, c@y.example,, d@z.example')
        assert [m.address for m in result.mailboxes] == [
            "a@x.example",
            "c@y.example",
            "d@z.example",
        ]

    @pytest.mark.parametrize(
        "value",
        [
            "alice@example.org)bob@evil.test", "alice@example.org(<bob@evil.test>",
            "Dana <dana@acme.example", "Dana dana@acme.example>", '"Dana <dana@acme.example>',
            "<a@x.example> <b@x.example>", "<a@x.example>b@x.example", "Dana <<a@x.example>>",
            "=?utf-8?q?dana=40acme.example?=", "Dana <>", "alice(c)bob@x.example",
        ],
    )  # fmt: skip
    def test_finds_no_mailbox_in_a_trick(self, value: str) -> None:
        """Unbalanced or doubled brackets name nobody, and are counted."""
        result = mailbox_list(value)
        assert result.mailboxes == ()
        assert result.invalid_count >= 1

    def test_counts_groups(self) -> None:
        """A group is seen as a group; an empty one holds nobody."""
        empty = mailbox_list("undisclosed-recipients:;")
        assert (empty.groups_count, empty.mailboxes, empty.invalid_count) == (1, (), 0)
        full = mailbox_list("Team: a@x.example, b@x.example;")
        assert full.groups_count == 1
        assert [m.address for m in full.mailboxes] == ["a@x.example", "b@x.example"]

    @given(st.text(alphabet='a@x.example<>()",;:\\ é', max_size=60))
    def test_is_total(self, value: str) -> None:
        """Any text gives a list whose addresses are all normalised."""
        for mailbox in mailbox_list(value).mailboxes:
            assert normalised(mailbox.address) == mailbox.address
