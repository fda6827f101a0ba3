"""How people ask to get no more mail: sure forms, doubtful forms, harmless forms.

Sure forms are imperatives or wishes directed at mail to the writer. Doubtful forms only mention
the matter. Harmless forms are taken out before the doubtful ones are looked for.
"""

from typing import Final

from bailiwick.domain.reader.opt_out_english import ENGLISH, UNSUBSCRIBE
from bailiwick.domain.reader.opt_out_romance import ROMANCE
from bailiwick.domain.reader.opt_out_world import WORLD
from bailiwick.domain.reader.view import Clue, clues

CERTAIN: Final[tuple[Clue, ...]] = (*ENGLISH, *ROMANCE, *WORLD)

_MAIL_WORDS: Final = (
    r"(?:mailing|distribution|verteiler|liste|listes|lista|lijst|listy|newsletter|base|database|"
    r"datenbank|e-?mails?|mails?|correos?|courriels?|werbung|publicidad|publicite|mensajes|"
    r"kartei|bestand|fichiers?|envois?|mailingliste|messages|mensagens|nachrichten|berichten|"
    r"wiadomosci|mailingow\w{1,3})\b"
)
_VERBS_ENGLISH: Final = ("remov", "delet", "unenrol", "discontinu", "cease", "exclud")
_NEAR_ENGLISH: Final = (
    r"\b(?:remov|delet|unenrol|discontinu|cease|exclud)[a-z]{0,4}\b[^.!?]{0,40}?\b(?:mailing "
    r"lists?|"
    r"mailings?|distribution list|newsletters?|database|campaigns?|sequence|marketing|"
    r"communications?|(?:your|these|the|all) e-?mails|your lists?|contact (?:info|details))\b"
)
_VERBS_OTHERS: Final = (
    "losch",
    "loesch",
    "entfern",
    "streich",
    "keine",
    "retir",
    "supprim",
    "enlev",
    "arret",
    "ne plus",
    "borr",
    "elimin",
    "quit",
    "no me",
    "no quiero",
    "cancell",
    "toglie",
    "rimuov",
    "non voglio",
    "remov",
    "nao quero",
    "verwijder",
    "geen",
    "usun",
    "nie chc",
)
_NEAR_OTHERS: Final = (
    r"\b(?:losch|loesch|entfern|streich|nehm|effac|cess|keine|retir|supprim|enlev|arret|ne "
    r"plus|borr|elimin|quit(?:a|e|ar|en)(?:me|nos)|"
    r"no me (?:env|mand|escr)|no quiero|cancell|toglie|rimuov|non voglio|nao quero|verwijder|geen|"
    r"usun|nie chc)\w{0,8}\b[^.!?]{0,40}?\b" + _MAIL_WORDS
)
"""A verb of taking away near a word for mail: the net below all sure forms, so it only doubts."""

DOUBTFUL: Final[tuple[Clue, ...]] = clues(
    "doubtful",
    (
        ("uns", rf"\b{UNSUBSCRIBE}\b"),
        ("unsub", r"\bunsub\b"),
        ("opt", (r"\bopt[ -]?(?:ing[ -])?out\b(?! of (?:the|our) (?:clause|contract|renewal|"
          r"trial|data))")),
        ("remove", r"\bremove (?:me|us)\b"),
        *((stem, _NEAR_ENGLISH) for stem in _VERBS_ENGLISH),
        *((stem, _NEAR_OTHERS) for stem in _VERBS_OTHERS),
        ("pub", r"\bstop (?:a la )?pub\b"),
        ("off", r"\btake (?:me|us) off\b"),
        ("stop", r"(?:^|[.!?\n] ?)(?:please )?stop(?: please)?[.! \n]*(?:[.!\n]|$)"),
        ("do not contact", r"\bdo not contact\b"),
        ("mail", (r"\b(?:don't|do not|dont|never) (?:contact|e-?mail|write|message)(?: to)? "
          r"(?:me|us)\b")),
        ("send", r"\bdon't send (?:me|us) (?:this|these|that|stuff)\b"),
        ("sign", (r"\b(?:never|didn't|did not) (?:sign|signed|ask|asked|subscribe|subscribed|"
          r"opt|opted)(?: up| in)?(?: to| for)? (?:this|these|your|any|get|receive|hear)\b")),
        ("away", r"(?:^|[.!?\n] ?)(?:please )?go away\b"),
        ("lost", r"\bget lost\b"),
        ("off", r"\b(?:fuck|piss|sod|bugger|back) off\b"),
        ("spam", r"\b(?:this is|you are|you're|pure|just|such) (?:a )?spam(?:mer|ming)?\b"),
        ("enough", r"\benough (?:already|with|of (?:these|your|this))\b[^.!?]{0,20}"),
        ("works", (r"\b(?:no longer (?:works?|with|employed|at)|has left|left the (?:company|"
          r"firm|organi[sz]ation))\b[^!?]{0,60}\b(?:remove|delete|update your|stop)")),
        ("abmeld", r"\b(?:abmeld\w{1,4})\b"), ("abbestell", r"\babbestell\w{1,4}\b"),
        ("verteiler", r"\bverteiler\b"),
        ("desabonn", r"\bdesabonn\w{1,5}"), ("desinscri", r"\bdesinscri\w{1,6}"),
        ("suscri", r"\b(?:desuscri|cancelar suscri|darse de baja)\w{0,8}"), ("baja",
          r"\bdarse de baja\b"),
        ("uitschrij", r"\buitschrij\w{1,4}"), ("afmeld", r"\bafmeld\w{1,4}"),
        ("wypis", r"\bwypis\w{1,4}"), ("odhlas", r"\bodhlas\w{1,4}"),
        ("avregistrera", r"\bavregistrer\w{1,4}"), ("avmeld", r"\bavmeld\w{1,4}"),
        ("отпис", r"отпис\w{1,6}"), ("рассылк", r"рассылк\w{1,3}"),
        ("配信", r"配信"), ("退会", r"退会"),
        ("订阅", r"订阅"), ("수신거부", r"수신거부"),
        ("الغاء", r"الغاء"), ("inscri", r"\bdesinscrev\w{1,4}"),
        ("disiscri", r"\bdisiscri\w{1,6}"), ("cancellazione", r"\bcancellazione\b"),
    ),
)  # fmt: skip

_READERS: Final = (
    r"(?:users|customers|readers|subscribers|kunden|nutzer|benutzer|leser|abonnenten|clients|"
    r"lecteurs|abonnes|clientes|lectores|clienti|lettori|usuarios|klanten|lezers|gebruikers|"
    r"klienci|klientow|czytelnicy|uzytkownicy)"
)
_LEAVING: Final = (
    r"(?:unsubscribe|abmelden|austragen|desabonner|desinscrire|darse de baja|disiscriversi|"
    r"descadastrar(?:-se)?|uitschrijven|afmelden|wypis\w{1,6})"
)
_RATE: Final = (
    r"(?:rate|quote|abmelderate|taux|tasa|tasso|taxa|percentage|wskaznik|liczba|anzahl|nombre|"
    r"numero)"
)
HARMLESS: Final[tuple[Clue, ...]] = clues(
    "harmless",
    (
        *((stem, rf"\b{_READERS}\b[^.!?]{{0,40}}\b{_LEAVING}\b[^.!?]{{0,30}}") for stem in
          ("unsub", "abmeld", "austrag", "desabonn", "desinscri", "baja", "disiscri", "descadastr",
           "uitschrij", "afmeld", "wypis")),
        *((stem, (rf"\b{_RATE}(?: (?:di|de|d'|der|von|van|of))? ?\w{{0,6}} ?(?:{stem}"
          rf"\w{{0,12}})")) for stem in
          ("unsubscri", "abmeld", "desinscri", "desabonn", "disiscri", "descadastr", "uitschrij",
           "afmeld", "wypis")),
        ("verteiler", (r"\b(?:setz|nehm|nimm)\w{0,4}\b[^.!?]{0,20}\b(?:auf|in) (?:den|ihren|"
          r"unseren) verteiler\b")),
        ("unsub", rf"\b(?:i|we) {UNSUBSCRIBE}d? from [a-z ]{{2,30}} and (?:moved|went|use)\b"),
        ("uns", (rf"\b(?:how|can|could|may|where|do|does|should|when|if|let|lets|allow|allows|"
          rf"have|has)\b[^.!?]{{0,30}}\b{UNSUBSCRIBE} (?:a |an |the |our |their |your |some |"
          rf"these |those |my )*(?!(?:address|e-?mail|inbox))(?:users?|customers?|people|"
          rf"contacts?|members?|subscribers?|recipients?|clients?|employees|leads?|seats?|"
          rf"links?|page|flow|button|feature|rates?|team)\b")),
        ("uns", (rf"\b(?:i|we|i'll|we'll)(?: will| have| had| can| must| need to| should)* "
          rf"{UNSUBSCRIBE}d? (?:my|our|the|a|his|her) (?!(?:e-?mails?|address|account|inbox|"
          rf"name|contact|subscription|company|team|colleague|number)\b)[a-z]{{2,16}}")),
        ("uns", (rf"\b(?:handle|manage|track|process|support|have|include|add|build|need|needs|"
          rf"offer)\b[^.!?]{{0,25}}\b(?:{UNSUBSCRIBE}s?|opt-outs?)\b")),
        ("unsub", (r"\bunsubscribe (?:links?|pages?|rates?|buttons?|flows?|features?|events?|"
          r"headers?|webhooks?|requests?|preferences|handling|process|list)\b")),
        ("unsubscribe", (r"\b(?:unsubscribe|unsubscribed|unsubscribes) (?:users|customers|"
          r"people|contacts|members|recipients)\b")),
        ("unsubscribe", (r"\b(?:to|can|may) unsubscribe,? (?:please )?(?:click|reply|visit|go|"
          r"follow|use|here|at any time|anytime|by)\b")),
        ("unsubscribe", r"\bclick (?:here|below|the link)? ?to unsubscribe\b"),
        ("unsub", (r"\b(?:your|the|our) (?:users|customers|clients|product|app|platform|"
          r"contacts|subscribers|recipients)\b[^.!?]{0,30}\bunsubscribe\w{0,2}\b")),
        ("opt", (r"\bopt[ -]?outs? (?:clause|period|window|right|rights|provision|fee|rate|"
          r"rates|link|option|requests?|list|form|of the (?:contract|clause|renewal|trial|"
          r"auto))")),
        ("", (rf"\b(?:don't|do not|dont|never|not|without|didn't|did not) (?:want to |wish to |"
          rf"mean to |going to |have to |please )?(?:be )?(?:{UNSUBSCRIBE}d?|remove|removed|"
          rf"take|opt(?:ed)?[ -]?out)(?: (?:me|us)(?: (?:off|from)[^.!?]{{0,30}})?)?")),
        ("stop", r"\b(?:don't|do not|dont|never|won't) stop\b"),
        ("stop", r"\bstop by\b"),
        ("send", (r"\bdon't send (?:me|us) (?:this|these|that) (?:to|by|via|before|until|yet|"
          r"through)\b")),
        ("hesitate", (r"\bdo(?:n't| not) hesitate to (?:contact|e-?mail|write|message|"
          r"reach)\w{0,4}(?: out)?(?: to)? (?:me|us)")),
        ("messages", r"\b(?:anmelden|an- und abmelden|messages)\b[^.!?]{0,20}\babmelden\b"),
        ("abmeld", (r"\b(?:konnen|koennen|wie|benutzer|nutzer|kunden|mitarbeiter|"
          r"teilnehmer)\b[^.!?]{0,40}\b(?:benutzer|nutzer|kunden|teilnehmer|"
          r"mitarbeiter)\b[^.!?]{0,30}\babmeld\w{1,4}")),
        ("verteiler", (r"\b(?:in|auf) (?:den|ihren|unseren|unserem|ihrem) verteiler (?:auf|"
          r"setz|nehm)\w{0,8}")),
        ("desabonn", (r"\b(?:utilisateurs|clients|abonnes)\b[^.!?]{0,30}\bdesabonn\w{1,5}|"
          r"\bdesabonn\w{1,5} (?:des|les|nos|vos) (?:utilisateurs|clients)")),
        ("baja", (r"\b(?:dar de baja a (?:un|una|los|las)|darse de "
          r"baja)\b[^.!?]{0,20}\b(?:usuarios?|clientes?)")),
    ),
)  # fmt: skip

THIRD_PARTY: Final[tuple[Clue, ...]] = clues(
    "third_party",
    (
        ("uns", (rf"\b{UNSUBSCRIBE} (?:my|our|the|his|her|their|these|those|all|every|each)(?: "
          rf"[a-z]{{1,14}}){{0,2}} ?(?:colleagues?|boss|manager|assistant|team(?:mates?)?|"
          rf"co-?workers?|ceo|cfo|cto|wife|husband|partner|employees?|staff|people|everyone|"
          rf"everybody|addresses|contacts|competitors?)\b")),
        ("uns", rf"\b{UNSUBSCRIBE} (?:everyone|everybody|him|her|them|all of (?:us|them)|all)\b"),
        ("uns", rf"\b{UNSUBSCRIBE} (?:also )?[\w.+-]{{1,64}}@[\w.-]{{1,80}}"),
        ("re", (r"\b(?:remove|take|delete|drop|strike) (?:my|our|his|her|their|the) "
          r"(?:[a-z]{1,14} )?(?:colleagues?|boss|manager|assistant|team(?:mates?)?|"
          r"co-?workers?|ceo|cfo|cto|wife|husband|staff|employees?)\b[^.!?]{0,60}?\b(?:from|"
          r"off)\b")),
        ("", (r"\b(?:remove|take|delete|drop) (?:everyone|everybody|him|her|them|all of (?:us|"
          r"them))\b[^.!?]{0,40}\b(?:from|off)\b")),
        ("@", r"\b(?:remove|take|delete|drop|suppress) (?:also )?[\w.+-]{1,64}@[\w.-]{1,80}"),
        ("@", (r"[\w.+-]{1,64}@[\w.-]{1,80}[^.!?]{0,30}\b(?:wants? to|would like to|asked to|"
          r"should|needs to) (?:be )?(?:unsubscribed?|removed|taken off|opt out)")),
        ("stop", (r"\bstop (?:e-?mailing|contacting|writing(?: to)?|messaging) (?:him|her|them|"
          r"everyone|my (?:colleagues?|boss|team|wife|husband|manager)|our (?:team|staff|"
          r"people|employees))\b")),
        ("abmeld", (r"\b(?:meine[nr]?|unsere[nr]?|den|die) (?:kolleg\w{1,5}|chef\w{0,2}|"
          r"mitarbeiter\w{0,3})\b[^.!?]{0,40}\b(?:abmelden|entfernen|austragen)")),
        ("kolleg", (r"\bmeld\w{0,4} (?:sie )?(?:bitte )?(?:auch )?(?:meine[nr]?|unsere[nr]?)? "
          r"?kolleg\w{1,5}\b[^.!?]{0,40}\bab\b")),
        ("collegue", (r"\bdesabonn\w{1,3}[^.!?]{0,15}\b(?:mon|ma|mes|nos) (?:collegues?|patron|"
          r"equipe)|\bdesinscri\w{1,4}[^.!?]{0,15}\b(?:mon|ma|mes|nos) (?:collegues?|patron|"
          r"equipe)")),
        ("baja", r"\bbaja a (?:mi|mis|nuestros?) (?:compan\w{1,5}|colegas?|jefe|equipo)"),
    ),
)  # fmt: skip
