import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.connectors.mailbox.html_text import html_text


def text(html: str) -> str:
    return html_text(html)[0]


class TestHtmlText:
    @pytest.mark.parametrize(
        ("html", "shown"),
        [
            ("<p>one</p><p>two</p>", "one\n\ntwo"),
            ("<div>one</div><div>two</div>", "one\ntwo"),
            ("one<br>two<br/><br>three", "one\ntwo\n\nthree"),
            ("a  b\n\t c", "a b c"),
            ("<ul><li>x<li>y</ul>", "x\ny"),
            ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"),
            ("<pre>a\n  b</pre>c", "a\n  b\nc"),
            ("<b>bo</b>ld &lt;x&gt; &amp; &euro; &#233; &bogus;", "bold <x> & € é &bogus;"),
            ("<img src=x alt='A logo'> hi <img src=y>", "A logo hi"),
            ("5 < 6 and 7 > 6 <3", "5 < 6 and 7 > 6 <3"),
            ("<p title='a > b'>x</p>", "x"),
            ("<DIV>x</DIV >", "x"),
            ("", ""),
        ],
    )
    def test_shows_what_a_person_sees(self, html: str, shown: str) -> None:
        """Paragraphs, lines, lists, tables, entities and stray signs read as on a screen."""
        assert text(html) == shown

    @pytest.mark.parametrize(
        "html",
        [
            "<script>evil</script>", "<SCRIPT type=x>evil</SCRIPT\n>", "<style>evil</style>",
            "<!-- evil -->", "<!doctype evil>", "<?evil ?>", "<head><meta x>evil</head>",
            "<title>evil</title>", "<textarea>evil</textarea>", "<svg><text>evil</text></svg>",
            "<template>evil</template>", "<noscript>evil</noscript>", "<iframe>evil</iframe>",
            "<div hidden>evil</div>", "<div style='display:none'>e<div>vi</div>l</div>",
            '<span style="DISPLAY : NONE">evil</span>', "<p style='visibility:hidden'>evil</p>",
            "<font style='font-size:0px'>evil</font>", "<div style='opacity:0'>evil</div>",
            "<div style='max-height:0;overflow:hidden'>evil</div>",
        ],
    )  # fmt: skip
    def test_leaves_out_what_nobody_sees(self, html: str) -> None:
        """Scripts, styles, comments and hidden elements vanish; what surrounds them stays."""
        assert text(f"<p>before</p>{html}<p>after</p>") == "before\n\nafter"

    @pytest.mark.parametrize(
        "html",
        [
            "<div style='font-size:0.9em'>seen</div>", "<div style='opacity:0.5'>seen</div>",
            "<div style='display:block'>seen</div>", "<p class=hidden>seen</p>",
        ],
    )  # fmt: skip
    def test_leaves_visible_styles_alone(self, html: str) -> None:
        """Styles that only resemble hiding hide nothing."""
        assert html_text(html) == ("seen", False)

    def test_says_when_something_was_hidden(self) -> None:
        """Hidden elements are reported; head and scripts are ordinary."""
        assert html_text("<p>a</p><div hidden>b</div>") == ("a", True)
        assert html_text("<head><style>x</style></head><p>a</p>") == ("a", False)

    @pytest.mark.parametrize(
        ("html", "shown"),
        [
            ('<a href="https://x.example/a">here</a>', "here <https://x.example/a>"),
            ("<a href=https://x.example/>https://x.example</a>", "https://x.example"),
            ('<a href="mailto:a@x.example">write</a>', "write <a@x.example>"),
            ('<a href="mailto:a@x.example">a@x.example</a>', "a@x.example"),
            ('<a href="javascript:evil()">go</a>', "go"),
            ('<a href="data:text/html,x">go</a><a>b</a></a>', "gob"),
        ],
    )
    def test_keeps_where_links_lead_as_text(self, html: str, shown: str) -> None:
        """Web and mail addresses stay beside their words; other schemes are dropped."""
        assert text(html) == shown

    def test_marks_quotes(self) -> None:
        """Quoted blocks carry marks, nested ones more."""
        html = "mine<blockquote>old<blockquote>older</blockquote></blockquote>end"
        assert text(html) == "mine\n> old\n> > older\n\nend"

    @given(st.text(alphabet="<>/=\"'! -abipre&;\n", max_size=120))
    def test_takes_anything(self, html: str) -> None:
        """No mark-up makes it raise."""
        html_text(html)
