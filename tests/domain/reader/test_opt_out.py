from collections.abc import Callable

import pytest

from bailiwick.domain.reading import Concern, Intent, Reading

ReadText = Callable[..., Reading]

CERTAIN = {
    "en": (
        "Please take us off whatever list this came from. By the way, is the API free?",
        "Kindly remove my email address from your database.",
        "Please remove me.",
        "Would you please unsubscribe us from these emails?",
        "I no longer wish to receive your newsletters.",
        "I'd like to opt out.",
        "Do not contact me again.",
        "Stop emailing me.",
        "no more emails please",
        "Thanks for the offer, but please take me off your mailing list. What was the price?",
        "If you write to me again I will complain.",
        "Leave me alone.",
        "Please delete all my personal data.",
        "I want to be removed from this mailing list",
        "I withdraw my consent.",
        "Please add my address to your do-not-contact list.",
        "I object to the processing of my data for marketing.",
        "Please\nunsubscribe\nme from this.",
        "Don't ever mail me again.",
        "Remove me from your list and tell me who sold you my name.",
        "Stop sending me these messages, please.",
        "I don't want any more emails from your company.",
        "How do I unsubscribe from this?",
        "Plz unsuscribe me.",
        "Thank you for the note. Do not send me any further offers.",
    ),
    "de": (
        "Bitte melden Sie mich ab.",
        "Bitte nehmen Sie uns aus Ihrem Verteiler.",
        "Ich möchte keine weiteren E-Mails von Ihnen erhalten.",
        "Hiermit widerrufe ich meine Einwilligung.",
        "Löschen Sie bitte alle meine Daten.",
        "Bitte schreiben Sie mich nicht mehr an.",
        "Bitte streichen Sie mich von Ihrer Liste. Was kostet übrigens die Lizenz?",
        "Ich will den Newsletter abbestellen.",
    ),
    "fr": (
        "Merci de me désinscrire.",
        "Veuillez me retirer de votre liste de diffusion.",
        "Je ne souhaite plus recevoir vos courriels.",
        "Arrêtez de m'envoyer des messages.",
        "Désabonnez-moi s'il vous plaît.",
        "Supprimez mes données.",
    ),
    "es": (
        "Por favor, denme de baja.",
        "No quiero recibir más correos suyos.",
        "Elimine mi correo de su base de datos.",
        "Dejen de enviarme publicidad.",
        "Quítenme de su lista.",
    ),
    "it": ("Cancellatemi dalla lista.", "Non voglio più ricevere le vostre email.",
      "Disiscrivetemi."),
    "pt": (
        "Remova-me da sua lista, por favor.",
        "Não quero mais receber mensagens.",
        "Parem de me enviar emails.",
    ),
    "nl": ("Graag uitschrijven.", "Haal mij van deze lijst.", "Ik wil me afmelden.",
      "Stop met mailen."),
    "pl": ("Proszę mnie wypisać.", "Nie chcę otrzymywać wiadomości.",
      "Proszę usunąć mój adres z bazy."),
    "sv": ("Ta bort mig från listan.",),
    "da": ("Fjern mig fra listen.",),
    "cs": ("Prosím odhlaste mě z odběru.",),
    "tr": ("Beni listeden ç\u0131kar\u0131n.",),
    "fi": ("Poistakaa minut listalta.",),
    "ru": ("Отпишите меня, пожалуйста.", "Больше не пишите мне.", "Удалите мой адрес из базы."),
    "uk": ("Відпишіть мене.",),
    "el": ("Παρακαλώ διαγράψτε με.",),
    "ja": ("メールの配信を停止してください。", "今後のご連絡は不要です。連絡しないで。",
      "登録を解除してください"),
    "zh": ("请不要再给我发邮件。", "我要退订", "請取消訂閱"),
    "ko": ("수신 거부합니다.", "구독 취소해 주세요."),
    "ar": ("لا ترسلوا لي أي رسائل.", "أرجو إلغاء الاشتراك", "احذفوا بريدي من القائمة"),
    "he": ("הסירו אותי מהרשימה.",),
}  # fmt: skip

DISGUISED = (
    "uns\u200bub\u200bscribe me",
    "Please un\u00adsub\u00adscribe me",
    "unsubscr\u0456b\u0435 m\u0435",
    "\u0455t\u043ep",
    "\uff35\uff2e\uff33\uff35\uff22\uff33\uff23\uff32\uff29\uff22\uff25",
    "u n s u b s c r i b e",
    "S.T.O.P",
    "Please r e m o v e m e",
    "un5ubscr1be",
    (
        "\U0001d42e\U0001d427\U0001d42c\U0001d42e\U0001d41b\U0001d42c\U0001d41c\U0001d42b\U0001d422"
        "\U0001d41b\U0001d41e me"
    ),
    "UNSUBSCRIBE",
    "Stop",
    "abmelden",
    "Remove",
    "BAJA",
    "désinscription",
)

HARMLESS = (
    "Please do not send me the offer before Monday, I am away.",
    "How do I unsubscribe users in your product?",
    "Please don't stop the trial yet.",
    "Stop by our booth in hall 4.",
    "Please remove the third seat from the quote.",
    "I will unsubscribe my dog from the couch before our call.",
    "Please don't unsubscribe me, I like these.",
    "Does the tool put an unsubscribe link into each campaign?",
    "Please do not hesitate to contact me.",
    "Let's stop here and go on next week.",
    "Bitte ignorieren Sie meine letzte Rechnung.",
    "Can we take the onboarding fee out of the contract?",
    "Our list of open points is attached.",
    "Don't call me before nine, I am on the train.",
    "How do you handle opt-outs?",
    "The opt-out clause needs one more change.",
    "Wir stoppen das Projekt nicht.",
    "Können Sie uns die Preisliste senden?",
    "Je souhaite recevoir votre catalogue.",
    "Quiero recibir más información.",
    "Please take me through the security questionnaire.",
    "Could you add me to your mailing list?",
    "I had to cancel my flight, can we move the call?",
    "Can you delete the duplicate invoice?",
    "We want to end the quarter well.",
    "Wie können unsere Kunden sich abmelden?",
    "Vorrei ricevere un preventivo.",
    "価格を教えてください。",
    "Please send me the list of supported integrations.",
    "Do not worry about the delay.",
    "The emails your team sends are helpful.",
)

THIRD_PARTY = (
    "Please unsubscribe my colleague Jane.",
    "Unsubscribe kim@acme.example as well, he asked me to say so.",
    "Remove everyone at our firm from your list.",
    "Please remove John Smith from your mailing list.",
    "Please stop emailing my team.",
)


@pytest.mark.parametrize(
    ("language", "text"), [(lang, text) for lang, texts in CERTAIN.items() for text in texts]
)
def test_a_plain_request_in_any_language_is_certain(
    read_text: ReadText, language: str, text: str
) -> None:
    """A request about mail to the writer is certain, whatever else the mail asks."""
    reading = read_text(text)
    assert (reading.opt_out, reading.opt_out_certain) == (True, True), language
    assert reading.intent is Intent.UNSUBSCRIBE


@pytest.mark.parametrize("text", DISGUISED)
def test_a_disguise_hides_no_request(read_text: ReadText, text: str) -> None:
    """Zero-width, look-alike, full-width, spaced and digit spellings are read as the word."""
    assert read_text(text).opt_out_certain


@pytest.mark.parametrize("text", HARMLESS)
def test_an_ordinary_mention_suppresses_nobody(read_text: ReadText, text: str) -> None:
    """Product questions, negations and other meanings of the words are no opt-out."""
    assert not read_text(text).opt_out


@pytest.mark.parametrize("subject", ["unsubscribe", "STOP", "Re: Unsubscribe", "AW: abmelden"])
def test_a_request_in_the_subject_alone_counts(read_text: ReadText, subject: str) -> None:
    """A subject that is nothing but the request is a certain opt-out."""
    assert read_text("", subject=subject).opt_out_certain


def test_our_own_subject_in_a_reply_is_no_request(read_text: ReadText) -> None:
    """A reply that repeats our subject about unsubscribes asks for nothing."""
    assert not read_text("Sounds useful.", subject="Re: Fewer unsubscribes").opt_out


@pytest.mark.parametrize("text", THIRD_PARTY)
def test_a_request_for_somebody_else_is_a_concern_alone(read_text: ReadText, text: str) -> None:
    """Nobody can opt another person out; a person looks at it."""
    reading = read_text(text)
    assert Concern.THIRD_PARTY_OPT_OUT in reading.concerns
    assert not reading.opt_out


def test_the_writers_own_address_is_no_third_party(read_text: ReadText) -> None:
    """A request that names the sender's own address is about the sender."""
    reading = read_text("unsubscribe dana@acme.example")
    assert reading.opt_out_certain
    assert Concern.THIRD_PARTY_OPT_OUT not in reading.concerns


@pytest.mark.parametrize(
    "text",
    ["This is spam.", "I never signed up for this.", "Newsletter? Something about abmelden."],
)
def test_doubt_is_an_opt_out_that_is_not_certain(read_text: ReadText, text: str) -> None:
    """A text that only points at the matter stops mail until a person decides."""
    reading = read_text(text)
    assert (reading.opt_out, reading.opt_out_certain) == (True, False)


def test_what_a_newsletter_tells_its_readers_is_doubtful(read_text: ReadText) -> None:
    """A footer that offers the reader a way out is no certain request of its writer."""
    reading = read_text("If you no longer wish to receive these emails, please click below.")
    assert (reading.opt_out, reading.opt_out_certain) == (True, False)
    assert read_text("If you can, please unsubscribe me.").opt_out_certain


def test_a_machine_cannot_opt_out_for_its_owner(read_text: ReadText) -> None:
    """An automatic reply with the words in it is doubtful, not certain."""
    reading = read_text("I am away. Please remove me from your list.", automatic=True)
    assert (reading.opt_out, reading.opt_out_certain) == (True, False)
    assert reading.intent is Intent.AUTO_REPLY


def test_the_place_of_the_request_is_in_the_own_text(read_text: ReadText) -> None:
    """The opt-out span points at the request in the text as it was sent."""
    text = "Hello,\n\u200bplease  take me off your list. Bye"
    span = next(s for s in read_text(text).spans if s.kind == "opt_out")
    assert "take me off" in text[span.start : span.end]
