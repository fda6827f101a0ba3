"""The words by which mail programs mark quotes, copied headers, and signatures, in many languages.

Every pattern is anchored and free of nested repetition, so matching is linear in the line.
"""

# ruff: noqa: RUF001 - a lexicon holds the words of every script

import re
from typing import Final


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


_FLAGS: Final = re.IGNORECASE

ATTRIBUTION_START: Final = re.compile(
    _any(
        r"on\b", r"am\b", r"le\b", r"el\b", r"il\b", r"em\b", r"op\b", r"den\b", r"på\b",
        r"w dniu\b",
        r"dnia\b", r"dne\b", r"v\b", r"a\(z\)", r"pe\b", r"în data\b", r"στις\b", r"в\b", r"во\b",
        r"бел\b", r"בתאריך", r"ב-", r"في\b", r"în\b", r"no dia\b", r"ngày\b", r"vào\b", r"pada\b",
        r"tarihinde", r"schrieb\b", r"von\b", r"from\b", r"ha scritto", r"\d{1,4}[./年-]",
        r"\S+ \d",
        r'"?[^\s"<>]{1,60}"?(?: "?[^\s"<>]{1,60}"?){0,5} ?<[^<>\s@]{1,64}@',
    ),
    _FLAGS,
)  # fmt: skip
"""How the first line of an attribution begins: a preposition, a date, or a name with address."""

ATTRIBUTION_END: Final = re.compile(
    _any(
        r"<[^<>\s@]{1,64}@[^<>\s]{1,200}>", r"\bpisze",
        r"\bwrote", r"\bschrieb(?: .{0,160})?", r"\ba écrit",
        r"\bescribi(?:ó|o)(?: .{0,160})?",
        r"\bha scritto", r"\bescreveu(?: .{0,160})?", r"\bschreef(?: .{0,160})?",
        r"\bskrev(?: .{0,160})?", r"\bkirjoitti", r"\bnapisał(?:\(a\)|a)?", r"\bnapsala?",
        r"\bnapísala?", r"\bírta", r"\ba scris", r"\bέγραψε", r"пиш(?:ет|е)", r"написала?",
        r"\byazdı", r"\bşunu yazdı", r"כתב[ה/]*", r"كتب", r"\bđã viết", r"\bmenulis",
        r"のメール", r"が書きました", r"のメッセージ", r"写道", r"寫道", r"작성",
    )
    + r"\s?[:：]$",
    _FLAGS,
)  # fmt: skip
"""How an attribution ends."""

ATTRIBUTION_SURE: Final = re.compile(r"<[^<>\s@]{1,64}@|\d{1,2}[:.h]\d{2}|\b\d{4}\b|\d年")
"""An address, a time or a year: without quote marks below, only these make an attribution sure."""

DIVIDER: Final = re.compile(
    r"(?:-{2,20}|_{2,20}|={2,20}|\*{2,20})? ?"
    + _any(
        r"(?:begin )?forwarded message", r"original(?:e)? message", r"original appointment",
        r"(?:ursprüngliche|originale) nachricht", r"weitergeleitete nachricht",
        r"anfang der weitergeleiteten (?:nachricht|e-?mail)",
        r"message (?:d'origine|d’origine|original|transféré|initial)",
        r"début du message (?:transféré|réexpédié)", r"mensaje (?:original|reenviado)",
        r"inicio del mensaje reenviado", r"messaggio (?:originale|inoltrato)",
        r"inizio messaggio inoltrato", r"mensagem (?:original|encaminhada)",
        r"início da mensagem reencaminhada", r"oorspronkelijk bericht", r"doorgestuurd bericht",
        r"begin doorgestuurd bericht", r"ursprungligt meddelande", r"vidarebefordrat meddelande",
        r"oprindelig(?:e)? (?:meddelelse|besked)", r"opprinnelig melding", r"videresendt melding",
        r"alkuperäinen viesti", r"(?:wiadomość oryginalna|oryginalna wiadomość)",
        r"wiadomość przekazana", r"původní zpráva", r"eredeti üzenet", r"mesaj original",
        r"исходное сообщение", r"пересылаемое сообщение", r"переадресованное сообщение",
        r"orijinal (?:ileti|mesaj)", r"元のメッセージ", r"転送メッセージ", r"原始邮件", r"原始郵件",
        r"转发的邮件", r"原始訊息", r"원본 메시지", r"전달된 메시지", r"الرسالة الأصلية",
        r"הודעה מקורית",
    )
    + r" ?:? ?(?:-{2,20}|_{2,20}|={2,20}|\*{2,20})?",
    _FLAGS,
)  # fmt: skip
"""A whole line that says: below is another mail."""

FROM_LABEL: Final = re.compile(
    _any(
        "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "feladó", "de la",
        "от",
        "від", "kimden", "gönderen", "差出人", "发件人", "寄件者", "보낸 사람", "من", "מאת", "από",
    )
    + r" ?[:：]\s*\S",
    _FLAGS,
)  # fmt: skip

BLOCK_LABEL: Final = re.compile(
    _any(
        "from", "von", "de", "da", "van", "från", "fra", "lähettäjä", "od", "feladó", "de la",
        "от",
        "від", "kimden", "gönderen", "差出人", "发件人", "寄件者", "보낸 사람", "من", "מאת", "από",
        "sent", "date", "gesendet", "datum", "envoyé", "enviado(?: el)?", "fecha", "inviato",
        "data",
        "enviada(?: em)?", "verzonden", "skickat", "sendt", "dato", "lähetetty", "päivämäärä",
        "wysłano", "odesláno", "elküldve", "trimis", "отправлено", "дата", "надіслано",
        "gönderildi", "tarih", "送信日時", "日付", "发送时间", "日期", "보낸 날짜", "날짜",
        "to", "an", "à", "para", "a", "aan", "till", "til", "vastaanottaja", "do", "komu",
        "címzett",
        "către", "кому", "kime", "alıcı", "宛先", "收件人", "받는 사람", "إلى", "אל", "προς",
        "cc", "kopie", "copie", "kopia", "kopi", "копия", "抄送", "참조",
        "subject", "betreff", "objet", "asunto", "oggetto", "assunto", "onderwerp", "ämne", "emne",
        "aihe", "temat", "předmět", "tárgy", "subiect", "тема", "konu",
        "件名", "主题", "主旨", "제목",
        "الموضوع", "נושא", "θέμα", "importance", "reply-to",
    )
    + r" ?[:：]",
    _FLAGS,
)  # fmt: skip

DEVICE_LINE: Final = re.compile(
    _any(
        r"sent from (?:my |a |yahoo |proton ?|outlook |mail |the )?[\w .,’'-]{2,60}",
        r"get outlook for [\w ]{2,20}(?:<https?://[^\s<>]{1,80}>)?",
        r"(?:von meinem|gesendet von|gesendet mit) [\w .,’'-]{2,60}(?: gesendet)?",
        r"envoyé (?:de|depuis|à partir de) (?:mon |ma )?[\w .,’'-]{2,60}",
        r"enviado (?:desde|do|a partir do|de) (?:mi |meu )?[\w .,’'-]{2,60}",
        r"inviato (?:da|dal) (?:mio )?[\w .,’'-]{2,60}",
        r"verzonden (?:vanaf|met) (?:mijn )?[\w .,’'-]{2,60}",
        r"skickat från (?:min )?[\w .,’'-]{2,60}", r"sendt fra (?:min )?[\w .,’'-]{2,60}",
        r"wysłane? z (?:mojego )?[\w .,’'-]{2,60}", r"отправлено с (?:моего )?[\w .,’'-]{2,60}",
        r"iPhoneから送信", r"发自我的 ?[\w ]{2,40}", r"나의 [\w ]{2,40}에서 보냄",
    )
    + r"\.?",
    _FLAGS,
)  # fmt: skip
"""A whole line that a phone or program puts under a mail."""

CLOSING: Final = re.compile(
    _any(
        r"(?:kind|best|warm|warmest|many|kindest)(?: \w+)? (?:regards|wishes)", r"regards",
        r"best",
        r"thanks", r"thank you", r"many thanks", r"thanks again", r"cheers",
        r"(?:yours )?(?:sincerely|faithfully|truly)(?: yours)?", r"all the best", r"br", r"kr",
        r"mit (?:freundlichen|besten|herzlichen|vielen) grü(?:ß|ss)en",
        r"(?:viele|beste|liebe|herzliche|schöne|freundliche) grü(?:ß|ss)e",
        r"mfg", r"vg", r"lg", r"gru(?:ß|ss)", r"vielen dank",
        r"(?:bien )?cordialement", r"bien à vous", r"salutations distinguées",
        r"meilleures salutations",
        r"sincères salutations", r"merci(?: d'avance)?",
        r"(?:un )?(?:cordial )?saludos?(?: cordiales)?",
        r"atentamente", r"atte", r"un abrazo", r"gracias", r"cordiali saluti", r"distinti saluti",
        r"(?:un )?saluti?", r"grazie", r"atenciosamente", r"(?:com os )?melhores cumprimentos",
        r"cumprimentos", r"abraços?", r"obrigad[oa]", r"met vriendelijke groet(?:en)?",
        r"vriendelijke groet(?:en)?", r"groet(?:en|jes)?", r"mvg", r"med vänliga? hälsning(?:ar)?",
        r"vänliga hälsningar", r"mvh", r"hälsningar", r"med venlig hilsen",
        r"(?:beste|vennlig) hilsen",
        r"hilsen", r"ystävällisin terveisin", r"terveisin", r"z poważaniem", r"pozdrawiam",
        r"s pozdravem", r"üdvözlettel", r"cu stimă", r"с уважением", r"з повагою",
        r"saygılarımla", r"iyi çalışmalar", r"よろしくお願い(?:いた)?します",
        r"敬具", r"此致", r"祝好",
        r"감사합니다", r"مع التحية", r"تحياتي", r"בברכה", r"με εκτίμηση",
    )
    + r"(?:[\s,.!;–—-]+\S{0,30}){0,3}$",
    _FLAGS,
)  # fmt: skip
"""A line of a few words with which people end a letter."""
