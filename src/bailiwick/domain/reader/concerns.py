"""What in a text makes a person necessary, and which closed topics it touches."""

from typing import Final

from bailiwick.domain.reader.view import Clue, Hit, View, clues, hits, phrases
from bailiwick.domain.reading import Concern

_OTHERS: Final = (
    r"(?:other|another|your|any other|existing|different) (?:[a-z]{1,12} )?"
    r"(?:customers?|clients?|compan(?:y|ies)|accounts?|competitors?|users)"
)

CONCERNS: Final[tuple[Clue, ...]] = (
    *clues(
        Concern.LEGAL,
        (
            ("sue", (r"\b(?:i|we)(?: will|'ll| may| shall| are going to| am going to)? sue\b|"
              r"\bsue you\b")),
            ("law", (r"\b(?:lawyers?|lawsuit|law firm|attorneys?|legal action|legal department "
              r"will|legal counsel)\b")),
            ("legal", (r"\b(?:legal (?:action|proceedings|steps|consequences|notice|team will)|"
              r"illegal|unlawful)\b")),
            ("litigation", r"\blitigation\b"), ("cease", r"\bcease and desist\b"), ("court",
              r"\b(?:in|to|small claims) court\b"),
            ("breach", r"\bbreach of (?:contract|the agreement|confidence|warranty)\b"),
            ("solicitor", r"\b(?:my|our) solicitors?\b"),
            ("anwalt", r"\b(?:rechts)?anw(?:alt|alte)\w{0,3}\b"), ("abmahn",
              r"\babmahn\w{0,5}\b"), ("klage", r"\b(?:klage|verklagen)\b"),
            ("rechtlich", r"\brechtliche schritte\b"), ("avocat", r"\bavocats?\b"), ("justice",
              r"\ben justice\b|\bpoursuites\b"),
            ("abogado", r"\babogad[oa]s?\b"), ("demanda", r"\b(?:demandar|acciones legales)\b"),
            ("avvocato", r"\bavvocat[oi]\b"),
            ("authority", (r"\breported (?:you )?to the (?:authority|authorities|regulator|"
              r"police|ftc|ico|cnil)\b")),
        ),
    ),
    *clues(
        Concern.COMPLAINT,
        (
            ("complain", r"\b(?:complain\w{0,3}|complaint)\b"), ("unacceptable",
              r"\bunacceptable\b"), ("spam", (r"\b(?:this is|reported (?:you|this|it)? ?(?:as|"
              r"for)|you are|pure|marked as) ?(?:a )?spam\w{0,4}\b")),
            ("reported", r"\breported (?:you|this|it|to)\b"), ("terrible", (r"\b(?:terrible|"
              r"awful|horrible|worst) (?:service|experience|support|company|product)\b")),
            ("disappoint", r"\b(?:very|extremely|deeply|so|really) disappointed\b"), ("angry",
              r"\b(?:angry|furious|outraged|fed up|sick of)\b"),
            ("harass", r"\bharass\w{0,5}\b"), ("scam", r"\b(?:scam|fraud)\w{0,6}\b"),
            ("beschwer", r"\b(?:beschwer\w{1,4}|unverschamt\w{0,4}|frechheit)\b"),
            ("inakzeptabel", r"\binakzeptabel\b"), ("plainte",
              r"\b(?:porter plainte|plainte|inadmissible|reclamation)\b"), ("inadmissible",
              r"\binadmissible\b"),
            ("queja", r"\bqueja\b"), ("inaceptable", r"\binaceptable\b"), ("refund",
              r"\b(?:demand|want|expect) (?:a |my |our )?(?:full )?refund\b"),
        ),
    ),
    *clues(
        Concern.PRIVACY,
        (
            ("gdpr", r"\bgdpr\b"), ("dsgvo", r"\bds-?gvo\b"), ("rgpd", r"\brgpd\b"), ("ccpa",
              r"\bccpa\b"), ("art", r"\bart(?:icle|ikel|\.)? ?1[5-9]\b"),
            ("forgotten", r"\bright to be forgotten\b"), ("data protection",
              r"\bdata[ -]protection (?:officer|authority|request|law)\b"), ("subject access",
              r"\bsubject access request\b"),
            ("hold", (r"\bdata (?:do |that )?you (?:hold|have|store|keep)\b|\byou hold (?:on|"
              r"about) (?:me|us)\b")), ("data", (r"\b(?:delete|erase|export|copy of|access to) "
              r"(?:all )?(?:my|our) (?:personal )?data\b")),
            ("my ", (r"\b(?:lose|delete|erase) my (?:number|address|e-?mail|details|data|"
              r"personal|information)\b")), ("my ",
              r"\b(?:where|how) did you (?:get|find|obtain) my\b"),
            ("daten", (r"\b(?:meine|unsere)\b[^.!?]{0,25}\bdaten\b[^.!?]{0,30}\b(?:losch|"
              r"loesch|gespeichert|auskunft)|\bloschung meiner\b|"
              r"\bauskunft\b[^.!?]{0,30}\bdaten\b")),
            ("sch", (r"\blo(?:e)?sch\w{1,4}\b[^.!?]{0,25}\bmeine\b[^.!?]{0,20}\bdaten\b|"
              r"\bdatenschutz(?:beauftragt|behorde|anfrage)\w{0,4}")),
            ("donnees", r"\bmes donnees\b"), ("datos", r"\bmis datos(?: personales)?\b"),
            ("dati", r"\bmiei dati\b"), ("personal data", r"\bpersonal data\b"),
        ),
    ),
    *clues(
        Concern.CONFIDENTIAL,
        (
            ("discount", (r"\b(?:what|which|how much of a|how big "
              r"a)\b[^.!?]{0,20}\bdiscounts?\b[^.!?]{0,30}\b(?:did|does|do|has|have|had|get|"
              r"got|gave|give)\b[^.!?]{0,30}\b(?!we\b|i\b|us\b|you\b|me\b)[a-z]{2,20} (?:get|"
              r"got|receive|received|have|had|pay|paid)\b")),
            ("pay", (rf"\bwhat (?:does|do|did) {_OTHERS} (?:pay|get|spend)\b|\b(?:{_OTHERS}) "
              rf"(?:pay|paying|paid)\b")),
            ("other", (r"\b(?:list|name|names of|who are|share|send|"
              r"show)\b[^.!?]{0,30}\b(?:your )?(?:other|all|existing|current) "
              r"(?:customers|clients|accounts|users)\b")),
            ("customer", r"\b(?:customer|client) list\b"), ("terms", (rf"\b(?:terms|contracts?|"
              rf"prices?|pricing|discounts?|conditions)\b[^.!?]{{0,25}}\b(?:of|with|for|to|"
              rf"from|give|gave) {_OTHERS}\b")),
            ("floor", r"\b(?:floor|minimum|lowest possible|walk-?away|bottom|reserve) price\b"),
            ("lowest",
              r"\blowest (?:price )?you (?:can|could|would|will|are (?:allowed|able))\b"),
            ("margin", r"\b(?:your|profit|gross|internal) margins?\b"),
            ("internal", (r"\binternal (?:notes?|pric\w{1,4}|discounts?|polic\w{1,3}|"
              r"documents?|comments?|e-?mails?|roadmap|forecast|approvals?)\b")),
            ("cost", (r"\b(?:your (?:own )?costs?|cost price|cost base)\b[^.!?]{0,20}\b(?:of "
              r"goods|structure|is|are)?")),
            ("say", r"\bwhat did (?:he|she|they|[a-z]{2,20}) (?:say|write|tell|agree|discuss)\b"),
              ("mobile", (r"\b(?:their|his|her|colleague's|owner's|private|personal) "
              r"(?:[a-z]{1,12}'s )?(?:mobile|cell|phone|home address|number)\b")),
            ("mobile", (r"\bconfirm (?:my |the |his |her )?(?:[a-z]{1,14}'s )(?:mobile|phone|"
              r"number|address)\b")), ("bank", r"\b(?:your|the) bank (?:details|account)\b"),
            ("signature", r"\bsignature (?:image|scan|file)\b"),
            ("show", (r"\b(?:show|send|give|provide)\b[^.!?]{0,12}\b[a-z]{2,20}'s (?:file|"
              r"record|data|notes|invoices|history|contract)\b")), ("account number",
              r"\bmy account number is\b[^!?]{0,60}\b(?:show|send|list|give)\b"),
            ("it is", r"\b(?:who is|who's) the account owner\b"), ("account owner",
              r"\baccount owner\b[^.!?]{0,20}\b(?:mobile|phone|number|cell)\b"),
            ("password",
              r"\b(?:your|the) (?:passwords?|api keys?|credentials|secrets?|access tokens?)\b"),
            ("mindestpreis", r"\bmindestpreis\w{0,2}\b"), ("marge",
              r"\b(?:ihre|eure|votre|vos) marges?\b"),
            ("andere", (r"\b(?:anderen?|andere) kunden\b[^.!?]{0,30}\b(?:zahlen|bezahlen|"
              r"konditionen|rabatt|preise?)\b")), ("rabatt",
              r"\bwelchen rabatt (?:hat|bekommt|bekam|erhielt)\b"), ("autres clients", (r"\bautres "
              r"clients\b[^.!?]{0,30}\b(?:paient|remises?|conditions|tarifs)\b|\b(?:remises?|"
              r"tarifs|conditions)\b[^.!?]{0,20}\bautres clients\b")),
            ("otros clientes", (r"\botros clientes\b[^.!?]{0,30}\b(?:pagan|descuentos?|"
              r"condiciones|precios)\b|\b(?:descuentos?|precios|"
              r"condiciones)\b[^.!?]{0,20}\botros clientes\b")),
            ("prix plancher", r"\bprix plancher\b"), ("precio minimo", r"\bprecio minimo\b"),
        ),
    ),
    *phrases(
        Concern.PRICING, "price", "prices", "pricing", "cost", "costs", "discount", "discounts",
          "quote", "quotation", "rebate", "cheaper",
        "per seat", "per user", "how much", "budget", "preis", "preise", "kosten", "rabatt",
          "angebot", "prix", "tarif", "tarifs",
        "remise", "devis", "precio", "precios", "descuento", "presupuesto", "coste", "prezzo",
          "prezzi", "sconto", "preventivo",
        "preco", "desconto", "orcamento", "prijs", "prijzen", "korting", "offerte", "cena",
          "rabat", "kostet", "cuesta", "cuestan", "coute", "coutent", "見積", "価格", "料金",
          "价格", "报价",
    ),
)  # fmt: skip

_TOPIC_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "pricing": ("price", "prices", "pricing", "cost", "costs", "discount", "quote", "quotation",
      "how much", "per seat", "budget", "preis", "preise", "kosten", "rabatt", "angebot", "prix",
      "tarif", "tarifs", "remise", "devis", "precio", "precios", "descuento", "presupuesto",
      "prezzo", "prezzi", "preventivo", "preco", "prijs", "offerte", "cena", "kostet", "cuesta",
      "cuestan", "coute", "coutent", "価格", "料金", "価格", "价格", "报价"),
    "demo": ("demo", "demonstration", "trial", "walkthrough", "walk-through", "test account",
      "testzugang", "vorfuhrung", "probezugang", "essai", "demostracion", "prueba", "prova",
      "デモ", "演示"),
    "timeline": ("timeline", "deadline", "lead time", "go live", "go-live", "by the end of",
      "how long", "how soon", "zeitplan", "frist", "wie lange", "delai", "delais", "calendrier",
      "plazo", "plazos", "scadenza", "prazo", "planning"),
    "contract": ("contract", "agreement", "terms", "msa", "nda", "dpa", "vertrag", "vertrags",
      "agb", "contrat", "contrato", "contratto", "overeenkomst", "umowa", "契約", "合同"),
    "security": ("security", "soc 2", "soc2", "iso 27001", "encryption", "penetration test",
      "data residency", "sso", "sicherheit", "datenschutz", "verschlusselung", "securite",
      "chiffrement", "seguridad", "cifrado", "sicurezza", "seguranca", "beveiliging"),
    "support": ("support", "help desk", "helpdesk", "ticket", "bug", "error", "not working",
      "does not work", "do not work", "fehler", "funktioniert nicht", "unterstutzung", "panne",
      "ne fonctionne pas", "erreur", "soporte", "no funciona", "fallo", "assistenza"),
    "renewal": ("renewal", "renew", "extension", "extend", "verlangerung", "verlangern",
      "renouvellement", "renouveler", "renovacion", "renovar", "rinnovo", "renovacao",
      "verlenging", "更新"),
    "integration": ("integration", "integrations", "integrate", "api", "connector", "webhook",
      "plugin", "schnittstelle", "anbindung", "connecteur", "integracion", "integrazione",
      "koppeling"),
    "onboarding": ("onboarding", "implementation", "rollout", "roll-out", "migration",
      "training", "einfuhrung", "schulung", "deploiement", "formation", "implantacion",
      "formacion", "capacitacion"),
    "invoice": ("invoice", "invoices", "billing", "payment", "purchase order", "rechnung",
      "zahlung", "facture", "paiement", "factura", "pago", "fattura", "fatura", "factuur", "請求書",
      "发票"),
    "meeting": ("meeting", "call", "calendar", "schedule a", "appointment", "zoom", "teams call",
      "termin", "besprechung", "telefonat", "rendez-vous", "reunion", "rdv", "appel", "llamada",
      "cita", "reuniao", "riunione", "afspraak", "spotkanie", "打ち合わせ", "会議", "会议"),
}  # fmt: skip
TOPICS: Final = frozenset(_TOPIC_WORDS)
"""The closed list of topics."""

_TOPIC_CLUES: Final[tuple[Clue, ...]] = tuple(
    clue for topic, words in _TOPIC_WORDS.items() for clue in phrases(topic, *words)
)


def concerns_of(own: View, subject: View) -> frozenset[Concern]:
    """Return every concern that the own words or the subject raise; a price only in own words."""
    found = {Concern(hit.label) for hit in hits(CONCERNS, own)}
    found |= {Concern(hit.label) for hit in hits(CONCERNS, subject)} - {Concern.PRICING}
    return frozenset(found)


def topics_of(own: View) -> tuple[Hit, ...]:
    """Return the first mention of each topic from the closed list."""
    first: dict[str, Hit] = {}
    for hit in hits(_TOPIC_CLUES, own):
        known = first.get(hit.label)
        if known is None or hit.start < known.start:
            first[hit.label] = hit
    return tuple(first.values())
