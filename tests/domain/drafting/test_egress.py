import base64
import random
from collections.abc import Callable
from urllib.parse import quote

import pytest

from bailiwick.domain.drafting.egress import foreign_links, restricted

CANARY = "CNRY-7f3a91d2e84b"
VALUES = frozenset({CANARY, "floor-price-19850-EUR"})

DISGUISES: tuple[Callable[[str, random.Random], str], ...] = (
    lambda v, _: v,
    lambda v, _: v.upper(),
    lambda v, _: v.swapcase(),
    lambda v, _: v[::-1],
    lambda v, _: " ".join(v),
    lambda v, _: ".".join(v),
    lambda v, _: "\u200b".join(v),
    lambda v, _: "\n".join(v),
    lambda v, r: "".join(c + r.choice(("", "-", "_", " ", "*", "|")) for c in v),
    lambda v, r: "".join(c.upper() if r.random() < 0.5 else c.lower() for c in v),
    lambda v, _: base64.b64encode(v.encode()).decode(),
    lambda v, r: base64.b64encode(b"ab"[: r.randrange(3)] + v.encode() + b"tail").decode(),
    lambda v, _: base64.urlsafe_b64encode(v.lower().encode()).decode().rstrip("="),
    lambda v, _: base64.b64encode(v[::-1].encode()).decode(),
    lambda v, _: v.encode().hex(),
    lambda v, _: v.upper().encode().hex().upper(),
    lambda v, _: " ".join(f"{b:02x}" for b in v.encode()),
    lambda v, _: "".join(f"%{b:02X}" for b in v.encode()),
    lambda v, _: quote("".join(f"%{b:02x}" for b in v.encode()), safe=""),
    lambda v, _: "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in v),
)


def test_a_thousand_disguises_of_a_marked_value_are_found() -> None:
    """Case, gaps, reversal, base64 at any place, hexadecimal and URL codes hide nothing."""
    dice = random.Random(20261120)  # noqa: S311 - seeded on purpose
    missed: list[str] = []
    for number in range(1000):
        disguise = DISGUISES[number % len(DISGUISES)]
        hidden = disguise(dice.choice(sorted(VALUES)), dice)
        if not restricted(f"Dear Dana, as discussed {hidden} is it. Regards", VALUES):
            missed.append(hidden)
    assert missed == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello Dana, thank you for your message. A colleague will follow up.",
        "The Pro plan costs 40 EUR per seat and month, see https://northwind.example/pricing.",
        "Our API key management is described in the manual. The password policy asks for length.",
        "Reference 7f3a91 and 12 March 2026.",
        "Grüße aus Köln, bis Donnerstag um 15:00 Uhr. 価格は後日です。",
        "Order QmFzZTY0IGlzIGZpbmUgaGVyZQ== is fine.",
        "floor prices are not discussed",
    ],
)
def test_ordinary_text_leaves(text: str) -> None:
    """Benign text, encoded or not, passes."""
    assert not restricted(text, VALUES)


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN RSA PRIVATE KEY-----",
        "AKIAABCDEFGHIJKLMNOP",
        "sk-proj-abcdefghij1234567890ABCD",
        "ghp_abcdefghijklmnopqrstuvwxyz0123456789",
        "api_key = a1b2c3d4e5f6g7h8",
        "password: Tr0ub4dor&3xyz99".replace("&", ""),
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N",
    ],
)
def test_things_shaped_like_keys_stay(text: str) -> None:
    """Keys and tokens are restricted without being listed."""
    assert restricted(f"Here it is: {text}", frozenset())


def test_a_link_is_own_only_by_its_host() -> None:
    """Own domains and what lies below them pass; look-alikes, user names and schemes do not."""
    own = frozenset({"northwind.example"})
    good = "See https://northwind.example/a, https://docs.northwind.example:8443/b?c=d"
    assert foreign_links(good, own) == ()
    bad = (
        "https://evil.example/x",
        "https://northwind.example.evil.example/",
        "https://northwind.example@evil.example/",
        "http://notnorthwind.example",
        "www.evil.example",
        "javascript:alert(1)",
        "![x](//evil.example/p.png)",
        "https://EVIL.example",
    )
    assert [link for link in bad if not foreign_links(link, own)] == []
