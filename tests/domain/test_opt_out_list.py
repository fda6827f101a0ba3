"""Lists of who is left alone are read with or without a head, and every bad line is named."""

from itertools import repeat

import pytest

from bailiwick.domain.mail_address import address_hash
from bailiwick.domain.opt_out_list import (
    LINES_COUNT_MAX,
    Entry,
    UnableToReadList,
    entries,
    list_of,
    one_of,
)

ADA = address_hash("ada@theirs.example")


def read(text: str) -> list[Entry]:
    return list(list_of(text.encode()))


class TestAList:
    @pytest.mark.parametrize(
        "text",
        [
            "address\nada@theirs.example\n",
            "ada@theirs.example\n",
            "\ufeffEmail,name\r\nADA@Theirs.example,Ada\r\n",
            f"address_hash\n{ADA}\n",
            f"{ADA.upper()}\n",
            'name;x,address\n"Byron, Ada",ada@theirs.example\n\n',
        ],
    )
    def test_is_read_in_any_usual_form(self, text: str) -> None:
        """Addresses and hashes, with a head, other columns and another system's habits."""
        assert [entry.address_hash for entry in read(text)] == [ADA]

    def test_names_topics(self) -> None:
        """A line without one is about everything."""
        found = read("address,topic\nada@theirs.example,news\nada@theirs.example,\n")
        assert [entry.topic for entry in found] == ["news", ""]

    def test_tells_which_lines_name_nobody(self) -> None:
        """By number, without repeating what they say."""
        found = read("address,topic\nnobody\nada@theirs.example,No Topic!\n,news\n")
        assert [(entry.line, bool(entry.wrong), entry.address_hash) for entry in found] == [
            (2, True, ""), (3, True, ""), (4, True, ""),
        ]  # fmt: skip
        assert "nobody" not in found[0].wrong

    @pytest.mark.parametrize("text", ["name,company\nAda,Theirs\n", "\0\n", "unknown\n"])
    def test_is_not_every_file(self, text: str) -> None:
        """A file that names no column of addresses is refused whole."""
        with pytest.raises(UnableToReadList, match=r"no column|no CSV"):
            read(text)

    def test_is_utf_8(self) -> None:
        """Another encoding could change an address."""
        with pytest.raises(UnableToReadList, match="UTF-8"):
            list_of("müller@theirs.example".encode("latin-1"))

    def test_has_a_bound(self) -> None:
        """A file without end is not read to its end."""
        lines = repeat("\n", LINES_COUNT_MAX + 1)
        with pytest.raises(UnableToReadList, match="more than"):
            list(entries(lines))


class TestOne:
    def test_is_an_address_or_a_hash(self) -> None:
        """Either names the same person."""
        assert one_of("Ada@theirs.example") == one_of(ADA)

    @pytest.mark.parametrize("words", ["address", "", "Ada", "a@x.example\nb@x.example"])
    def test_is_nothing_else(self, words: str) -> None:
        """A head or a name is nobody."""
        with pytest.raises(UnableToReadList):
            one_of(words)
