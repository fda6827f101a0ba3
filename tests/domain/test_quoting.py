# ruff: noqa: RUF001 - mails of every script

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bailiwick.domain.quoting import split

OWN = "Yes, Thursday works for us."
OLD = "Would Thursday work?"

ATTRIBUTIONS = [
    "On Tue, 14 Jul 2026 at 09:12, Sales <sales@northwind.example> wrote:",
    "On Jul 14, 2026, at 9:12 AM, Sales\n<sales@northwind.example> wrote:",
    "Am 14.07.2026 um 09:12 schrieb Sales <sales@northwind.example>:",
    "Am Di., 14. Juli 2026 um 09:12 Uhr schrieb Sales <\nsales@northwind.example>:",
    "Le mar. 14 juil. 2026 à 09:12, Sales <sales@northwind.example> a écrit :",
    "El mar, 14 jul 2026 a las 9:12, Sales (<sales@northwind.example>) escribió:",
    "Il giorno mar 14 lug 2026 alle ore 09:12 Sales <sales@northwind.example> ha scritto:",
    "Em ter., 14 de jul. de 2026 às 09:12, Sales <sales@northwind.example> escreveu:",
    "Op di 14 jul 2026 om 09:12 schreef Sales <sales@northwind.example>:",
    "Den tis 14 juli 2026 kl 09:12 skrev Sales <sales@northwind.example>:",
    "W dniu 14.07.2026 o 09:12, Sales northwind pisze:",
    "wt., 14 lip 2026 o 09:12 Sales <sales@northwind.example> napisał(a):",
    "вт, 14 июл. 2026 г. в 09:12, Sales <sales@northwind.example>:",
    "14.07.2026, 09:12, Sales <sales@northwind.example> написал:",
    "On Tuesday, July 14, 2026 at 09:12:44 AM GMT+2, Sales <sales@northwind.example> wrote:",
    "On 14 Jul 2026, at 09:12, Sales <sales@northwind.example> wrote:",
    "Sales <sales@northwind.example> schrieb am Di., 14. Juli 2026, 09:12:",
    "Sales via northwind <sales@northwind.example> wrote:",
    "Dne út 14. 7. 2026 9:12 Sales northwind napsal:",
    "2026年7月14日(火) 9:12 Sales <sales@northwind.example>のメール:",
    "Sales <sales@northwind.example> 于2026年7月14日周二 09:12写道：",
]

BLOCKS = [
    "From: Sales <s@n.example>\nSent: Tuesday, July 14, 2026 9:12\nTo: Dana\nSubject: Visit",
    "________________________________\nFrom: Sales\nSent: Tuesday\nTo: Dana\nSubject: Visit",
    "Von: Sales <s@n.example>\nGesendet: Dienstag, 14. Juli\nAn: Dana\nBetreff: Besuch",
    "De : Sales <s@n.example>\nEnvoyé : mardi 14 juillet\nÀ : Dana\nObjet : Visite",
    "De: Sales <s@n.example>\nEnviado el: martes\nPara: Dana\nAsunto: Visita",
    "*From:* Sales <s@n.example>\n*Sent:* Tuesday\n*To:* Dana\n*Subject:* Visit",
    "-----Original Message-----\nFrom: Sales",
    "---------- Forwarded message ---------\nFrom: Sales <s@n.example>",
    "Begin forwarded message:\n\nFrom: Sales",
    "-----Ursprüngliche Nachricht-----\nVon: Sales",
    "-------- Message transféré --------\nDe: Sales",
    "---------- Mensaje reenviado ---------",
]


class TestQuotes:
    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_go_with_their_attribution(self, attribution: str) -> None:
        """The line "On … wrote:" and the marked lines under it are quoted, in each language."""
        result = split(f"{OWN}\n\n{attribution}\n> {OLD}\n> Sales\n")
        assert result.own == OWN
        assert OLD in result.quoted
        assert "northwind" in result.quoted

    @pytest.mark.parametrize("attribution", ATTRIBUTIONS)
    def test_need_no_marks_under_an_attribution(self, attribution: str) -> None:
        """Clients that do not mark lines still quote all that follows."""
        result = split(f"{OWN}\n\n{attribution}\n\n{OLD}\nSales\n")
        assert result.own == OWN
        assert result.quoted.endswith(f"{OLD}\nSales")

    @pytest.mark.parametrize("block", BLOCKS)
    def test_start_at_a_copied_header(self, block: str) -> None:
        """Outlook header blocks and forward dividers end the sender's own words."""
        result = split(f"{OWN}\n\n{block}\n\n{OLD}\n")
        assert result.own == OWN
        assert result.quoted.endswith(OLD)

    def test_leave_answers_between_them_alone(self) -> None:
        """Words written between and under quoted lines are the sender's own."""
        text = "On Mon, S <s@n.example> wrote:\n> How many?\n\n40.\n\n> And when?\n\nIn May.\n"
        result = split(text)
        assert result.own == "40.\n\n\nIn May."
        assert result.quoted.count("\n>") == 2

    @pytest.mark.parametrize(
        "text",
        [
            "On Thursday we will decide.\nThe board wrote to us.",
            "On the phone John wrote:\nplease take me off your list.",
            "From: our side everything is fine.",
            "From: 1 May\nwe need 40 seats.",
            "Am Donnerstag passt es uns gut.",
            "Here is a 3-part answer:\n---\n1. yes\n2. no",
            "Please ignore my previous email, the date was wrong.",
            "Original message was lost, please send it again.",
            "El precio es alto. Lo escribió mi jefe.",
        ],
    )
    def test_are_not_seen_in_plain_words(self, text: str) -> None:
        """Ordinary sentences that begin alike stay the sender's own, to the byte."""
        result = split(text)
        assert (result.own, result.quoted, result.signature) == (text, "", "")

    def test_may_be_all_there_is(self) -> None:
        """A mail that only forwards holds no own words."""
        assert split("---------- Forwarded message ---------\nFrom: x\n").own == ""


class TestSignature:
    def test_starts_at_the_delimiter(self) -> None:
        """Everything under `-- ` is signature."""
        result = split(f"{OWN}\n\n-- \nDana Whitfield\nCFO, Acme\n+1 555 0100")
        assert result.own == OWN
        assert result.signature == "-- \nDana Whitfield\nCFO, Acme\n+1 555 0100"

    @pytest.mark.parametrize(
        "closing",
        [
            "Best regards,", "Kind regards", "Thanks!", "Thanks, Dana", "Mit freundlichen Grüßen",
            "Viele Grüße", "Cordialement,", "Saludos cordiales,", "Cordiali saluti",
            "Met vriendelijke groet,", "Med vänliga hälsningar", "Pozdrawiam", "С уважением,",
        ],
    )  # fmt: skip
    def test_starts_at_a_closing_phrase(self, closing: str) -> None:
        """A closing phrase near the end, alone on its line, begins the signature."""
        result = split(f"{OWN}\n\n{closing}\nDana Whitfield\nCFO\n")
        assert result.own == OWN
        assert result.signature == f"{closing}\nDana Whitfield\nCFO"

    @pytest.mark.parametrize(
        "line",
        [
            "Sent from my iPhone", "Von meinem iPhone gesendet", "Envoyé de mon iPhone",
            "Enviado desde mi iPhone", "Inviato da iPhone", "Get Outlook for iOS", "iPhoneから送信",
        ],
    )  # fmt: skip
    def test_takes_device_lines(self, line: str) -> None:
        """The line a phone adds is not the sender's own."""
        result = split(f"{OWN}\n\n{line}\n")
        assert (result.own, result.signature) == (OWN, line)

    def test_is_found_above_a_quote(self) -> None:
        """Own words, signature and quoted mail part cleanly."""
        result = split(
            f"{OWN}\n\nBest regards\nDana\n\nOn Mon, Sales <s@n.example> wrote:\n> {OLD}\n"
        )
        assert result.own == OWN
        assert result.signature == "Best regards\nDana"
        assert result.quoted.endswith(OLD)

    def test_swallows_no_postscript(self) -> None:
        """A request under the closing phrase stays the sender's own words."""
        text = f"{OWN}\n\nBest regards\nDana\n\nPS: please take me off your list"
        assert split(text).own == text

    def test_swallows_no_question(self) -> None:
        """A question under a thank-you stays the sender's own words."""
        text = "Thanks\nCould you send the contract again?"
        assert split(text).own == text

    def test_is_not_a_first_line(self) -> None:
        """A mail that consists of a thank-you is not taken for a signature."""
        assert split("Thanks, got it").own == "Thanks, got it"


class TestSplit:
    @given(
        st.lists(
            st.sampled_from(
                [OWN, OLD, "", "> q", "-- ", "Thanks", "Dana", "Sent from my iPhone", "From: a",
                 "To: b", "Subject: c", ATTRIBUTIONS[0], "-----Original Message-----"]
            ),
            max_size=14,
        )
    )  # fmt: skip
    def test_loses_and_doubles_no_line(self, lines: list[str]) -> None:
        """Every line that holds words lands in exactly one part."""
        result = split("\n".join(lines))
        parts = f"{result.own}\n{result.quoted}\n{result.signature}".split("\n")
        assert sorted(p.strip() for p in parts if p.strip()) == sorted(
            line.strip() for line in lines if line.strip()
        )

    @given(st.text(max_size=300))
    def test_takes_any_text(self, text: str) -> None:
        """No text makes it raise."""
        split(text)

    @pytest.mark.parametrize(
        "text",
        ["a" * 200_000, "On " * 60_000, "a@" * 100_000, ">" * 200_000, "On x\n" * 40_000,
         "Thanks " * 30_000, "\n" * 200_000, "From: a\n" * 25_000, '"a ' * 60_000],
    )  # fmt: skip
    def test_stays_fast(self, text: str) -> None:
        """Long and repetitive text costs linear time."""
        begin = time.process_time()
        split(text)
        assert time.process_time() - begin < 1.0
