"""Words that tell a wish to buy, haste, pleasure and displeasure, in eight languages."""

from typing import Final

from bailiwick.domain.reader.view import Clue, clues, phrases

BUYING: Final[tuple[Clue, ...]] = (
    *phrases(
        "buying", "purchase order", "place an order", "sign the contract", "ready to sign",
          "ready to buy", "budget approved", "approved budget", "send the contract",
          "send me the contract", "next steps", "go live", "licences", "licenses", "seats",
          "per seat", "quote", "written offer", "payment terms", "price list", "discount",
          "our ceo", "our cfo", "decision this", "forwarded it to our",
        "bestellen", "bestellung", "angebot", "lizenzen", "vertrag unterschreiben",
          "budget freigegeben", "rabatt", "auftrag",
        "bon de commande", "commander", "devis", "licences", "signer le contrat", "remise",
        "pedido", "presupuesto", "licencias", "firmar", "comprar", "descuento",
        "ordinare", "preventivo", "licenze", "firmare", "acquistare", "sconto",
        "encomendar", "orcamento", "licencas", "assinar", "desconto",
        "offerte", "licenties", "tekenen", "korting", "zamowic", "zamowienie", "oferte",
          "licencji", "podpisac", "rabat",
    ),
    *clues(
        "buying",
        (
            ("how much", r"\bhow much\b[^.!?]{0,40}\bcost"),
            ("cost", r"\bwhat (?:does|would|will)\b[^.!?]{0,30}\bcost"),
            ("user", r"\bfor \d{1,5} (?:users|seats|people|licen[cs]es)\b"),
        ),
    ),
)  # fmt: skip
URGENT: Final[tuple[Clue, ...]] = (
    *phrases(
        "urgent", "asap", "as soon as possible", "urgent", "urgently", "immediately", "right away",
          "today", "by tomorrow", "this week", "end of the week", "end of the month", "deadline",
          "quickly", "time is short", "without delay",
        "dringend", "eilig", "sofort", "so schnell wie moglich", "schnellstmoglich", "heute noch",
          "diese woche", "bis morgen", "frist",
        "urgent", "des que possible", "au plus vite", "rapidement", "cette semaine",
          "aujourd'hui", "delai",
        "urgente", "cuanto antes", "lo antes posible", "esta semana", "hoy mismo", "plazo",
        "il prima possibile", "al piu presto", "questa settimana", "oggi stesso", "scadenza",
        "o mais rapido possivel", "o quanto antes", "hoje mesmo", "prazo",
        "zo snel mogelijk", "spoed", "dringend", "deze week", "vandaag nog",
        "pilne", "pilnie", "jak najszybciej", "w tym tygodniu", "dzisiaj",
    ),
    *clues(
        "urgent",
        (
            ("by", r"\b(?:by|before|until) (?:monday|tuesday|wednesday|thursday|friday|noon)\b"),
            ("bis", r"\bbis (?:montag|dienstag|mittwoch|donnerstag|freitag)\b"),
            ("avant", r"\bavant (?:lundi|mardi|mercredi|jeudi|vendredi)\b"),
            ("antes", r"\bantes del (?:lunes|martes|miercoles|jueves|viernes)\b"),
        ),
    ),
)  # fmt: skip
GLAD: Final[tuple[Clue, ...]] = phrases(
    "glad", "great", "excellent", "perfect", "wonderful", "love", "impressed", "happy", "glad",
      "excited", "thank you", "thanks", "sounds good", "looking forward", "amazing", "well done",
    "toll", "prima", "perfekt", "begeistert", "freue mich", "freuen uns", "vielen dank",
      "danke", "klingt gut", "spannend",
    "parfait", "super", "ravi", "ravis", "enchante", "merci", "avec plaisir", "excellent",
    "perfecto", "genial", "encantado", "encantados", "gracias", "estupendo", "con mucho gusto",
    "perfetto", "ottimo", "volentieri", "grazie", "entusiasta",
    "perfeito", "otimo", "obrigado", "obrigada", "com prazer", "adorou",
    "geweldig", "prima", "bedankt", "enthousiast", "graag",
    "swietnie", "doskonale", "dziekuje", "chetnie", "zachwycony",
)  # fmt: skip
SORRY: Final[tuple[Clue, ...]] = phrases(
    "sorry", "unfortunately", "disappointed", "disappointing", "too expensive", "annoyed",
      "annoying", "frustrated", "frustrating", "unacceptable", "complaint", "waste of time",
      "terrible", "awful", "bad", "worse", "angry", "fed up", "problem", "problems", "spam",
    "leider", "enttauscht", "zu teuer", "argerlich", "unverschamt", "beschwerde", "schlecht",
      "frechheit", "zeitverschwendung",
    "malheureusement", "decu", "decus", "trop cher", "inadmissible", "mecontent", "mauvais",
    "lamentablemente", "decepcionado", "demasiado caro", "inaceptable", "molesto", "malo", "queja",
    "purtroppo", "deluso", "delusi", "troppo caro", "inaccettabile", "pessimo",
    "infelizmente", "desapontado", "caro demais", "inaceitavel", "pessimo",
    "helaas", "teleurgesteld", "te duur", "onacceptabel", "slecht",
    "niestety", "rozczarowany", "za drogo", "niedopuszczalne", "zle",
)  # fmt: skip
