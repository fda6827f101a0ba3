"""Signs that a text talks to a machine instead of a person.

A sign only makes a person necessary. Nothing is safe because no sign was found: what a text may
cause is bounded elsewhere by what its values may do.
"""

import base64
import binascii
import re
from typing import Final

from bailiwick.domain.reader.view import Clue, View, clues, hits, view

_BLOBS_READ_MAX: Final = 8  # ours: encoded passages looked into per text
_BLOB_LENGTH_MAX: Final = 2_000  # ours

_TOKENS: Final = re.compile(
    r"<\|[^|<>\n]{1,40}\|>|<\uff5c[^<>\n]{1,40}\uff5c>|\[/?INST\]|<</?SYS>>|</s>|"
    r"</?(?:system|instructions?|context|tool_result|tool_call|assistant|untrusted\w{0,12}|"
    r"function_calls?|prompt|data|email|document)\s{0,3}>|"
    r"<{2,5}\s?/?(?:END|BEGIN|UNTRUSTED|SYSTEM)[A-Z_ ]{0,30}>{2,5}|"
    r"\[/?(?:UNTRUSTED|SYSTEM|END|BEGIN)[A-Z_ ]{0,30}\]|"
    r"-{3,5} ?(?:END|BEGIN) (?:OF )?(?:EMAIL|MESSAGE|INPUT|DATA|CONTEXT|PROMPT|USER)[A-Z "
    r"]{0,20}-{3,5}|"
    r"\{%[^%\n]{0,60}%\}|\{\{[^{}\n]{1,60}\}\}|\$\{[^{}\n]{1,40}\}|%\(\w{1,30}\)s|"
    r"\{[\w.!]{0,40}(?:__|nonce|untrusted|system|prompt)[\w.!]{0,60}\}|__class__|__mro__|__proto__|"
    r"\]\]>|(?:^|\n)\s{0,3}(?:#{1,4} ?)?(?:SYSTEM|ASSISTANT|DEVELOPER|System|Assistant|Human|"
    r"User) ?[>:]\s|"
    r"\bSYSTEM ?>"
)
_CALL: Final = re.compile(
    r'"(?:steps|tools?|tool_calls?|function_call|functions?|requires_approval|arguments|actions?|'
    r'tool_name)"\s{0,3}:\s{0,3}[\[{"tfn]'
)
_BLOB: Final = re.compile(r"(?<![\w+/=-])[A-Za-z0-9+/_-]{40,2000}={0,2}")
_ADDRESSED: Final = re.compile(
    r"\b(?:send|forward|e-?mail|mail|bcc|cc|copy|export|transmit|upload|post|deliver|share|relay)\b"
    r"[^.!?]{0,80}?\b(?:all|every|full|complete|entire|whole|list|lists|pipeline|"
    r"opportunit(?:y|ies)|deals|"
    r"contacts|customers|accounts|database|export|records|last [\w]{1,6} (?:messages?|"
    r"e-?mails?)|thread|"
    r"conversations?|mailbox|inbox|summary|notes|credentials|prices?|price list)\b"
    r"[^!?]{0,60}?\b[\w.+-]{1,64}@(?P<domain>[\w-]{1,63}(?:\.[\w-]{1,63}){1,4})"
)

_SMUGGLED: Final = re.compile(
    # Tag characters beyond the six of a regional flag, or variation selectors in a row.
    "[\U000e0020-\U000e007e]{8}|[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4}"
)

_SIGNS: Final[tuple[Clue, ...]] = clues(
    "injection",
    (
        # Orders about what waits for a person
        *((stem, (r"\b(?:releas|approv|execut|authori[sz]|confirm|sign)(?:e|es|ed|ing)? (?:off )?"
          r"(?:on )?(?:the |all |every |your |this |any )*(?:held|pending|queued|waiting|blocked) "
          r"(?:plans?|steps?|actions?|drafts?|cards?|effects?|tasks?|approvals?)\b"))
          for stem in ("releas", "approv", "execut", "authori", "confirm", "sign")),
        # Overrides
        ("ignor", (r"\b(?:ignore|disregard|forget|override|bypass|"
          r"skip)\b[^.!?]{0,30}\b(?:instructions?|prompts?|rules|guidelines|guardrails|"
          r"polic(?:y|ies)|directives?|constraints|training|system message)\b(?! manual| for "
          r"the)")),
        ("disregard", (r"\bdisregard\b[^.!?]{0,30}\b(?:instructions?|prompts?|rules|"
          r"directives?|guidelines|above)\b")),
        ("forget", (r"\bforget (?:everything|all|your|any|the)(?: [a-z]{1,12}){0,3} "
          r"(?:instructions?|prompts?|rules|told|said|before|above)\b")),
        ("overrid", (r"\b(?:override|overrid(?:es|ing|den)|bypass|supersedes?) (?:all |any |"
          r"your |the |previous |prior |current )*(?:instructions?|prompts?|rules|guardrails|"
          r"polic(?:y|ies)|safety|restrictions|approvals?|settings)\b")),
        ("instruction", (r"\b(?:new|updated|revised|following|hidden|real|actual|secret|top[- "
          r"]level|standing) (?:system |standing |top[- ]level )?instructions? (?:at|from|"
          r"for|to|is|are|:|follow)")),
        ("standing instruction", r"\bstanding (?:instruction|order|rule)s?\b"),
        ("objective", (r"\b(?:new|your|only|real|primary) (?:objective|goal|task|mission|"
          r"directive)s? (?:from|is|are|now|:)\b")),
        ("you are now", (r"\byou are now (?:in |an? |the |my )?(?:[a-z]{1,14} ){0,3}(?:mode|"
          r"assistant|agent|administrator|admin|root|developer|unrestricted|free|dan)\b")),
        ("mode", (r"\b(?:maintenance|developer|debug|god|admin|jailbreak|unrestricted|root|"
          r"sudo|test) mode\b")),
        ("act as", (r"\bact as (?:an? |the |my |if you (?:were|are) )(?:[a-z]{1,14} "
          r"){0,2}(?:admin\w{0,10}|assistant|agent|system|root|operator|supervisor|approver|"
          r"ai|bot)\b")),
        ("pretend", r"\bpretend (?:to be|you are|that you)\b"),
        ("roleplay", r"\broleplay as\b"),
        ("system prompt", r"\b(?:system|initial|hidden|original) prompts?\b"),
        ("prompt", (r"\b(?:print|reveal|show|repeat|output|display|tell me|give me|what "
          r"is)\b[^.!?]{0,30}\b(?:prompts?|instructions you|your instructions|your rules)\b")),
        ("tools", r"\b(?:names?|list) of (?:all |your )*(?:tools|functions|actions)\b"),
        ("red team", r"\b(?:we are|i am) (?:your |the )?red team\b"),
        ("carry out", (r"\bcarry out what (?:it|this|that) says\b|\bdo (?:exactly )?what (?:it|"
          r"the text|the paragraph) says\b")),
        ("do not log", (r"\b(?:do not|don't|never|without) (?:log|logging|record|mention|"
          r"report|tell|audit)(?:ging)? (?:it|this|that|anyone|anybody|the user|your)\b")),
        ("not log", r"\b(?:do not|don't) log (?:it|this|that)\b"),
        ("not mention", r"\b(?:do not|don't) mention (?:it|this|that)\b"),
        # Speaking to the machine
        ("assistant", (r"\b(?:message|note|attention|instructions?|notice|dear|hello|hey|hi|to|"
          r"for) (?:to |for )?(?:the |all |any |this )?(?:ai|virtual|automated|email|mail|"
          r"sales|llm|language)?[ -]?(?:assistant|agent|language model|chatbot|llm|ai model|"
          r"copilot|bot)s?(?: (?:handling|reading|processing|managing|running|that|who|:)|"
          r"[:,])")),
        ("ai ", (r"\b(?:if you are|as|dear|attention|hey|hello|to the|for the) (?:an? )?(?:ai|"
          r"llm|language model|automated (?:system|assistant|agent)|bot)\b")),
        ("task the user", r"\btask (?:the|that the) user (?:gave|asked)"),
        ("ki-assistent", r"\bki-(?:assistent|agent|system|modell)\w{0,2}\b"), ("anweisung",
          (r"\b(?:ignorier|"
          r"missacht|vergiss|vergess)\w{0,4}\b[^.!?]{0,40}\b(?:anweisung|instruktion|regel|"
          r"vorgabe)\w{0,3}")),
        ("instruction",
          r"\b(?:ignor|oubli)\w{1,4}\b[^.!?]{0,40}\b(?:instructions?|consignes|regles)\b"),
        ("consigne", r"\b(?:ignor|oubli)\w{1,4}\b[^.!?]{0,40}\bconsignes\b"),
        ("instruccion", r"\b(?:ignor|olvid)\w{1,4}\b[^.!?]{0,40}\binstrucciones\b"),
        ("istruzion", r"\b(?:ignor|dimentic)\w{1,5}\b[^.!?]{0,40}\bistruzioni\b"),
        ("assistant", r"\b(?:pour l'|a l'|cher )assistant (?:ia|virtuel|automatique)"),
        ("assistant ia", r"\bassistant ia\b"), ("asistente",
          r"\b(?:para el|al) asistente (?:de ia|virtual|automatico)"),
        ("アシスタント", r"アシスタント(?:へ|は|に|さん)"), ("指示", r"指示(?:を)?(?:無視|忘れ)"),
        ("承認", r"承認は(?:不要|いりません)"),
        ("指令", r"(?:忽略|无视|忘记)[^.!?]{0,12}(?:指令|指示|提示)"),
        ("助手", r"(?:致|给)(?:ai|人工智能)?助手"),
        ("инструкц", r"(?:игнорир|забудь)\w{0,5}[^.!?]{0,30}инструкци"), ("تعليمات",
          r"تجاهل[^.!?]{0,20}تعليمات"),
        ("system", r"(?:^|\n)system: "), ("everything",
          r"\b(?:approve|allow|permit|send|forward|export) everything\b"),
        ("records", (r"\b(?:send|export|forward|mail|dump) (?:me )?(?:all|every)(?: the| "
          r"your)? (?:records|contacts|customers|opportunities|deals|data)\b")),
        # Authority that a mail cannot have
        ("as the", (r"\bas (?:the|your|an?) (?:system )?(?:administrator|admin|operator|"
          r"supervisor|developer|owner of this system|approver)\b")),
        ("operator", r"\bfrom the (?:operator|system|administrator|developer)\b"),
        ("approv", (r"\b(?:pre-?approved|already approved|approved by) (?:by )?(?:the |your "
          r")?(?:system|admin\w{0,10}|supervisor|operator|security|policy|compliance|"
          r"approver)\b")),
        ("approval", (r"\b(?:no|without|skip|bypass|waive)(?: the| any| an| further)? "
          r"approvals? (?:is |are )?(?:needed|required|necessary|step|process)?\b(?! from "
          r"(?:our|my))")),
        ("confirmation", (r"\bwithout (?:asking|confirmation|review|"
          r"human)\b[^.!?]{0,20}\b(?:send|forward|reply|approve|do)\b")),
        # Rules to keep
        ("from now on", (r"\bfrom now on,? (?:please )?(?:call me|always|never|you (?:are|will|"
          r"must|should|may)|treat|answer|reply|ignore|approve|address me|do not|obey|"
          r"follow)\b")),
        ("remember",
          r"\bremember (?:it|this|that|me|us|my [a-z]{1,12})(?: [a-z]{1,12}){0,2} as\b"),
        ("remember", r"\bremember (?:this|the following) (?:rule|instruction)\b"),
        ("trusted", r"\b(?:trusted|approved|verified|authori[sz]ed) (?:source|sender)s?\b"),
        ("approved-sender", r"\bapproved-sender\b"),
        ("whenever", (r"\bwhenever [^.!?]{1,60}\b(?:writes|mails|asks|e-?mails|contacts|"
          r"replies|sees?|receive)\b[^.!?]{0,30}\b(?:answer|reply|send|forward|attach|run|"
          r"approve|treat)\b")),
        ("if you see", (r"\b(?:if|when|once) you (?:see|read|receive|encounter) "
          r"[^.!?]{1,60}\b(?:run|execute|send|forward|export|delete|call|approve|trigger|"
          r"reply)\b")),
        ("for future reference", (r"\b(?:in all )?future (?:replies|conversations|sessions|"
          r"e-?mails),? (?:always|you|treat|answer|never)\b")),
        ("summari", r"\bsummari[sz]e this (?:mail|e-?mail|message|thread|conversation|call) as\b"),
        ("update", (r"\b(?:update|edit|change|mark|set) (?:the |your )?(?:crm|record|"
          r"opportunity|opportunities|deal|stage|owner|lead score|score|account owner|"
          r"contact record)\b[^.!?]{0,60}")),
        ("owner", r"\bset (?:the )?owner (?:of|to)\b"),
        ("deal", (r"\b(?:deal|opportunity|account) [\w-]{1,12} (?:is|be|as|to) (?:marked |set |"
          r"moved )?(?:closed|won|approved|deleted)")),
        ("closed won", r"\bclosed[ -]won\b"),
        ("run the", (r"\b(?:run|execute|invoke|trigger|call|dispatch|use) (?:the )?(?:step|"
          r"tool|function|action|export|command|script|query|endpoint|plugin|workflow)\b(?! "
          r"of| in (?:your|the) (?:ui|app|product|dashboard))")),
        ("use action", r"\b(?:use|run|call) (?:the )?(?:action|tool|step)s? [\"'`]"),
        ("tool", (r"\b(?:tool|action|function) (?:list|registry|set) (?:was|is|has been) "
          r"(?:updated|changed|extended)\b")),
        ("delete", (r"\b(?:delete|drop|wipe|purge|truncate) (?:the |all |every |your "
          r")*(?:accounts?|opportunit(?:y|ies)|contacts|deals|pipeline|records|database|"
          r"tables?|logs?|audit)\b(?! of (?:mine|ours))")),
        ("supprim", (r"\bsupprim\w{1,3} (?:le|les|tous les|toutes les) (?:comptes?|"
          r"opportunites|contacts|affaires)\b")),
        ("losch", (r"\bloschen sie (?:das|die|alle|den) (?:konto|kontakte|angebote|datenbank|"
          r"opportunit\w{1,4})")),
        ("senden sie", (r"\bsenden sie\b[^.!?]{0,30}\b(?:alle|samtliche|"
          r"komplette)\b[^.!?]{0,60}\b(?:angebote|kunden|kontakte|preise|mindestpreis|"
          r"pipeline)")),
        ("respond", (r"\b(?:respond|reply|answer|output) (?:only |exactly |here )*(?:with "
          r")?(?:only )?\"[^\"\n]{1,30}\"")),
    ),
)  # fmt: skip


def is_injected(own: View, subject: View, *, from_address: str) -> bool:
    """Whether a text shows signs of instructions meant for a machine."""
    return any(_signs(text, from_address=from_address) for text in (own, subject)) or _encoded(own)


def _signs(text: View, *, from_address: str) -> bool:
    if any(p.search(text.source) for p in (_TOKENS, _CALL, _SMUGGLED)):
        return True
    if any(True for _ in hits(_SIGNS, text)):
        return True
    return _sends_out(text, from_address=from_address)


def _sends_out(text: View, *, from_address: str) -> bool:
    """Whether a wide request names an address outside the writer's own domain."""
    if "@" not in text.latin:
        return False
    own_domain = from_address.rpartition("@")[2].casefold()
    return any(m.group("domain") != own_domain for m in _ADDRESSED.finditer(text.latin))


def _encoded(own: View) -> bool:
    """Whether a base64 passage hides readable text with a sign in it."""
    for blob in _BLOB.findall(own.source)[:_BLOBS_READ_MAX]:
        inner = _decoded(blob[:_BLOB_LENGTH_MAX])
        if inner and any(True for _ in hits(_SIGNS, view(inner))):
            return True
    return False


def _decoded(blob: str) -> str:
    body = blob.rstrip("=").replace("-", "+").replace("_", "/")
    body = body[: len(body) - 1] if len(body) % 4 == 1 else body
    try:
        content = base64.b64decode(body + "=" * (-len(body) % 4), validate=True)
        return content.decode("utf-8")
    except (binascii.Error, UnicodeDecodeError):
        return ""
