"""What a job title says about a person's level; an empty or unread title is unknown, not low."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

TITLE_LENGTH_MAX: Final = 120  # ours
DECISION_MAKER_PERMILLE: Final = 700  # capabilities 32, authority
GATEKEEPER_PERMILLE: Final = 400  # capabilities 32: gatekeeper department x 0.4

_LEVELS: Final[tuple[tuple[str, int, tuple[str, ...]], ...]] = (
    # capabilities 32, authority; the words of other languages are ours
    ("c_level", 1000, ("ceo", "cfo", "cto", "coo", "cio", "cmo", "cro", "cpo", "chro", "ciso",
      "cso", "cdo", "chief", "president", "managing director", "geschaftsfuhrer",
      "geschaftsfuhrerin", "geschaeftsfuhrer", "geschaeftsfuehrer", "geschaeftsfuehrerin",
      "vorstand", "vorstandsvorsitzender", "pdg", "directeur general", "directrice generale",
      "dirigeant", "gerant", "gerante", "director general", "directora general",
      "consejero delegado", "gerente general", "amministratore delegato", "direttore generale",
      "algemeen directeur", "bestuurder", "prezes", "diretor geral", "presidente", "代表取締役",
     "社長",
      "总经理", "首席执行官")),
    ("founder", 950, ("founder", "co-founder", "cofounder", "grunder", "gruender", "mitgrunder",
      "mitgruender", "fondateur", "cofondateur", "fondatrice", "fundador", "fundadora",
      "cofundador", "fondatore", "owner", "inhaber", "inhaberin", "proprietaire", "propietario",
      "titolare", "eigenaar", "wlasciciel")),
    ("partner", 900, ("partner", "managing partner", "gesellschafter", "associe", "socio",
      "socia", "vennoot")),
    ("vp", 850, ("vp", "svp", "evp", "vice president", "vice-president", "vizeprasident",
      "vicepresidente", "bereichsleiter", "bereichsleiterin")),
    ("director", 750, ("director", "directeur", "directrice", "direktor", "direktorin",
      "direttore", "direttrice", "diretor", "diretora", "directora", "head of", "head", "leiter",
      "leiterin", "abteilungsleiter", "abteilungsleiterin", "dyrektor", "responsable", "jefe",
      "jefa", "hoofd", "部長", "总监")),
    ("manager", 500, ("manager", "managerin", "team lead", "teamlead", "lead", "teamleiter",
      "teamleiterin", "gruppenleiter", "projektleiter", "schichtleiter",
      "chef", "cheffe", "gerente", "coordinator", "koordinator",
      "supervisor", "kierownik", "responsabile", "encargado", "encargada", "課長", "经理")),
    ("senior", 250, ("senior", "sr", "principal", "staff", "expert", "specialist", "spezialist",
      "especialista", "starszy")),
    ("ic", 100, ("engineer", "developer", "analyst", "consultant", "associate", "representative",
      "executive", "assistant", "assistentin", "assistent", "administrator", "clerk", "intern",
      "trainee", "berater", "beraterin", "entwickler", "ingenieur", "sachbearbeiter",
      "sachbearbeiterin", "mitarbeiter", "referent", "consultor", "ingeniero", "analista",
      "asistente", "assistante", "charge", "chargee", "stagiaire", "praktikant", "werkstudent",
      "medewerker", "designer", "accountant", "buyer", "einkaufer", "acheteur", "acheteuse",
      "comprador", "secretary", "sekretarin")),
)  # fmt: skip
_DEPARTMENTS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    ("assistance", ("assistant to", "executive assistant", "personal assistant",
      "office manager", "assistant", "assistentin", "assistenz", "sekretarin", "sekretariat",
      "secretary", "receptionist", "empfang", "assistante", "secretaire", "secretaria",
      "asistente")),
    ("procurement", ("procurement", "purchasing", "buyer", "sourcing", "einkauf",
      "einkaufsleiter", "einkaufer", "beschaffung", "achats", "acheteur", "acheteuse", "compras",
      "comprador", "acquisti", "inkoop")),
    ("sales", ("sales", "account executive", "revenue", "cro", "vertrieb", "vertriebsleiter",
      "verkauf", "ventes", "commercial", "commerciale", "ventas", "comercial", "vendite",
      "verkoop", "business development")),
    ("marketing", ("marketing", "cmo", "brand", "communications", "kommunikation",
      "communication", "content", "growth")),
    ("finance", ("finance", "cfo", "accounting", "accountant", "controller", "controlling",
      "treasury", "finanzen", "finanz", "financial",
      "buchhaltung", "comptabilite", "finances", "finanzas",
      "contabilidad", "finanza")),
    ("engineering", ("engineering", "engineer", "developer", "cto", "software", "devops",
      "architect", "entwicklung", "entwickler", "technik", "technique", "ingenieur", "ingeniero",
      "desarrollo", "technology", "technical", "r&d")),
    ("it", ("it", "cio", "ciso", "information technology", "systems", "informatik", "edv",
      "informatique", "dsi", "sistemas", "security", "infrastructure")),
    ("operations", ("operations", "coo", "supply chain", "logistics", "logistik", "betrieb",
      "produktion", "operaciones", "operations manager", "production", "plant", "werksleiter",
      "logistique")),
    ("hr", ("hr", "human resources", "people", "talent", "recruiter", "recruiting", "personal",
      "personalleiter", "ressources humaines", "rh", "recursos humanos", "rrhh", "chro")),
    ("legal", ("legal", "counsel", "compliance", "lawyer", "recht", "rechtsabteilung",
      "juridique", "juriste", "privacy", "abogado", "datenschutz")),
    ("support", ("support", "customer success", "customer service", "kundenservice",
      "service client", "helpdesk", "atencion al cliente")),
    ("product", ("product", "cpo", "produkt", "produit", "producto", "ux", "design", "designer")),
)  # fmt: skip
_GATEKEEPERS: Final = frozenset({"assistance", "hr"})
"""Departments that pass messages on (ours; the table names none)."""
_COMPOUND: Final = re.compile(
    r"\b(?!team|gruppen|projekt|schicht)\w{3,30}(?:leiter|leiterin|direktor|direktorin)\b"
)
"""German writes the department and the rank as one word."""
_WORD_EDGE: Final = r"(?<!\w){}(?!\w)"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobLevel:
    """What a title says."""

    seniority: str
    """`c_level`, `founder`, `partner`, `vp`, `director`, `manager`, `senior`, `ic` or `unknown`."""
    department: str
    """A closed word, or `unknown`."""
    authority_permille: int | None
    """None when unknown: its weight leaves the denominator."""
    decision_maker: bool | None


_UNKNOWN: Final = JobLevel(
    seniority="unknown", department="unknown", authority_permille=None, decision_maker=None
)


def job_level(title: str) -> JobLevel:
    """Read a job title in any of the known languages; an empty or unread title is unknown."""
    plain = _plain(title)
    if not plain:
        return _UNKNOWN
    department = next((name for name, words in _DEPARTMENTS if _has(plain, words)), "unknown")
    level = next((row for row in _LEVELS if _fits(plain, row)), None)
    if level is None:
        return JobLevel(
            seniority="unknown", department=department, authority_permille=None, decision_maker=None
        )
    seniority, authority, _ = level
    if department in _GATEKEEPERS and seniority not in {"c_level", "founder"}:
        authority = authority * GATEKEEPER_PERMILLE // 1000
    return JobLevel(
        seniority=seniority,
        department=department,
        authority_permille=authority,
        decision_maker=authority >= DECISION_MAKER_PERMILLE,
    )


def is_title(line: str) -> bool:
    """Whether a line reads like a job title."""
    plain = _plain(line)
    return bool(plain) and any(_fits(plain, row) for row in _LEVELS)


def _fits(plain: str, row: tuple[str, int, tuple[str, ...]]) -> bool:
    """Match whole words, except where the title serves an officer or has a weaker sense."""
    name, _, words = row
    compound = name == "director" and _COMPOUND.search(plain) is not None
    if not (compound or _has(plain, words)):
        return False
    if name in {"c_level", "founder", "partner", "vp", "director"}:
        serves = re.search(
            r"\b(?:assistant|assistenz|assistentin|secretary|office) (?:to|of|"
            r"der|des|du|de|manager)\b",
            plain,
        )
        if serves or re.search(r"\b(?:executive|personal) assistant\b", plain):
            return False
    if name == "c_level" and not _has(plain, ("chief", "managing director")):
        return not re.search(r"\bvice[ -]?president|\bsvp\b|\bevp\b|\bvicepresidente\b", plain)
    if name == "founder":
        return not re.search(
            r"\b(?:product|process|system|service|data|account|budget) owner\b", plain
        )
    if name == "partner":
        return not re.search(
            r"\b(?:business|hr|channel|partner) partner\b|\bpartner "
            r"(?:manager|success|marketing|sales|account)",
            plain,
        )
    return True


def _has(plain: str, words: tuple[str, ...]) -> bool:
    return any(
        word in plain and re.search(_WORD_EDGE.format(re.escape(word)), plain) is not None
        if word.isascii()
        else word in plain
        for word in words
    )


def _plain(title: str) -> str:
    decomposed = unicodedata.normalize("NFKD", title[:TITLE_LENGTH_MAX])
    kept = (c for c in decomposed if unicodedata.category(c) not in {"Mn", "Cf", "Cc"})
    return " ".join("".join(kept).casefold().replace(".", "").split())
