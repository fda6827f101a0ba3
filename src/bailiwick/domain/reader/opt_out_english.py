"""Sure English forms of asking for no more mail, and the parts they are made of."""

from typing import Final

from bailiwick.domain.reader.view import Clue, clues

SELF: Final = (
    r"(?:me|us|myself|(?:this|my|our)(?: e-?mail| business| work)?"
    r" (?:address(?:es)?|e-?mails?|inbox|name|contact(?: (?:info|details|data|information))?|"
    r"details|number|account|company|firm|id))"
)
LIST: Final = (
    r"(?:[a-z]{1,14} ){0,4}(?:e?-?mails?|lists?|mailings?|newsletters?|database|db|messages?|"
    r"updates|campaigns?|sequences?|cadences?|communications?|correspondence|records?|crm|"
    r"outreach|subscriptions?|distribution)\b"
)
UNSUBSCRIBE: Final = (
    r"un[ -]?sub?s?[ -]?(?:scribe|cribe|cibe|scibe|scrib|scripe|scirbe|ribe|uscribe)[a-z]{0,2}"
)
_NO_MORE: Final = (
    r"(?:e-?mails?|messages?|mails?|newsletters?|contact|communications?|correspondence|outreach|"
    r"spam|(?:marketing|sales|promotional) (?:material|content|stuff))"
)

ENGLISH: Final[tuple[Clue, ...]] = clues(
    "certain",
    (
        ("from", (rf"\b(?:remove|delete|erase|strike|drop) {SELF} from (?:[a-z]{{1,12}} ){{0,2}}"
          rf"(?:systems?|files?|books|contacts|memory)\b")),
        ("stop", (r"\b(?:please|pls|kindly) stop sending (?:these|this|them)(?=[ \n]?(?:[.!?,;]|"
          r"$))")),
        ("uns", rf"\b{UNSUBSCRIBE} (?:{SELF}|please|now|immediately|asap)\b"),
        ("uns", rf"\b{UNSUBSCRIBE} from (?:[a-z]{{1,12}} ){{0,2}}{LIST}"),
        ("uns", (rf"\b(?:please|pls|plz|kindly|want to|like to|wish to|need to|asked to)[, ]{{1,2}}"
                rf"(?:be )?{UNSUBSCRIBE}(?=[ \n]?(?:[.!?,;:\n]|$|now|thank|from (?:this|these|"
                  rf"your|all)|me|us))")),
        ("unsub", r"\bunsub me\b"),
        ("uns", (rf"\b(?:i|we) (?:am |are |want |hereby |now )*{UNSUBSCRIBE}(?:ing)?(?=[ "
          rf"\n]?(?:[.!,;\n]|$|now|from))")),
        ("uns", rf"\bput me down as (?:an )?{UNSUBSCRIBE}"),
        ("uns", rf"\bhow (?:do|can|could) (?:i|we) {UNSUBSCRIBE} from (?:this|these|your|the)\b"),
        ("off", (rf"\b(?:take|get|keep|strike) {SELF} (?:and [^.!?]{{1,40}} )?off(?: of)?(?: "
          rf"from)?\b[^.!?]{{0,40}}?\b(?:{LIST}|whatever)")),
        ("off", rf"\b(?:take|get) {SELF} off(?=[ \n]?(?:[.!,;]|$|now|please))"),
        ("from", (rf"\b(?:remove|take|delete|drop|strike|scrub|erase|purge|exclude|pull) "
          rf"{SELF}(?: and [^.!?]{{1,40}})? (?:out )?from[^.!?]{{0,40}}?\b{LIST}")),
        ("out",
          rf"\b(?:take|leave|keep|count) {SELF} out of (?:this|these|your|the|all|any) {LIST}"),
        ("re", (rf"\b(?:remove|delete|drop|delist) (?!this e-?mail\b){SELF}(?=(?:,? (?:please|"
          rf"pls|now|"
          rf"immediately|asap|thanks|thank you|at once|today))?[ \n]?(?:[.!?,;]|$))")),
        ("remov", (rf"\b(?:want|like|ask|asked|wish|need|demand)[a-z]{{0,3}} to be (?:removed|"
          rf"taken off|deleted|unsubscribed)(?=[ \n]?(?:[.!?,;]|$)|[^.!?]{{0,40}}?\b{LIST})")),
        ("taken off", rf"\b(?:want|like|ask|asked|wish) to be taken off\b[^.!?]{{0,40}}?\b{LIST}"),
        ("opt", r"\bopt(?:ing)? (?:me|us) out\b"),
        ("opt", (r"\b(?:want|like|wish|choose|hereby|please|going|would) (?:to )?opt[ "
          r"-]?out(?=[ \n]?(?:[.!,;]|$)|,? (?:please|now|of (?:all |any |your |these |this |"
          r"future |further |further )*(?:e-?mails?|messages?|mailings?|marketing|"
          r"communications?|newsletters?|contact)))")),
        ("opting out", r"\bi(?:'m| am) opting out\b"),
        ("stop", (r"\b(?:stop|quit|cease) (?:e-?mailing|mailing|contacting|writing(?: to)?|"
          r"messaging|spamming|bothering|pestering|harassing|harrassing|annoying|soliciting|"
          r"texting|calling|bombarding) (?:me|us|this|(?:my|our) (?:e-?mail|address|inbox|"
            r"company|account))\b")),
        ("stop", (rf"\b(?:stop|quit|cease|discontinue|halt|end) (?:sending|all|with|any|"
          rf"further|these|this|your)(?: (?:me|us))?(?: (?:of|the|all|any|further|these|this|"
          rf"those|your|such|more|unsolicited|marketing|sales|automated|junk|sending|to|me|"
          rf"us)){{0,5}} {_NO_MORE}\b")),
        ("stop", (r"\bstop sending (?:me|us) (?:stuff|things|this|these|that|anything|crap|"
          r"garbage|junk)\b")),
        ("stop", (r"\bstop (?:it|this)(?: now| please)?[.! \n]{1,3}(?:no more|leave|i (?:never|"
          r"don't|do not|did not|didn't))")),
        ("contact", (r"\b(?:don't|do not|dont|never) (?:ever )?(?:contact|e-?mail|write|mail|"
          r"message|spam|bother|approach|solicit)(?: to)? (?:me|us)(?: (?:again|any ?more|"
          r"any longer|further|ever|in (?:the )?future|unsolicited|about (?:this|it|"
          r"anything)|like this))*(?=[ \n]?(?:[.!?,;]|$|please|thank))")),
        ("mail", (r"\b(?:don't|do not|dont|never) (?:ever )?(?:contact|e-?mail|mail)(?: to)? "
          r"(?:me|us)(?: (?:again|any ?more|any longer|further|ever|in (?:the "
          r")?future))*(?=[ \n]?(?:[.!?,;]|$|please|thank))")),
        ("me", (r"\b(?:don't|do not|dont|never) (?:ever )?(?:write|message|spam|bother|call|"
          r"text|reach out)(?: to)? (?:me|us) (?:again|any ?more|any longer|further|ever)\b")),
        ("send", (rf"\b(?:don't|do not|dont|never) (?:ever )?send (?:me|us|any)(?: (?:any|"
          rf"further|more|these|your|such|other|of|to|me|marketing|sales)){{0,4}} "
          rf"(?:{_NO_MORE}|again|any ?more|anything)")),
        ("send", (r"\b(?:don't|do not|dont|never) (?:ever )?send (?:me|us) (?:any )?(?:more|"
          r"further|other|marketing|sales|promotional) (?:offers?|promotions?|deals?|"
          r"advertis(?:ing|ements?))\b")),
        ("no ", (rf"\bno (?:more|further)(?: [a-z]{{1,12}}){{0,2}} {_NO_MORE}(?= (?:please|"
          rf"thanks|thank you|pls|from you|to me|to us|at this)|[ \n]?(?:[.!,;]|$))")),
        ("receiv", (rf"\b(?:don't|do not|dont|no longer|didn't|not)(?: (?:want|wish|like|care|"
          rf"need|interested|longer))*(?: to| in)? (?:be )?(?:receiv(?:e|ing)|get(?:ting)?|"
          rf"hear(?:ing)?|have)(?: (?:any|more|further|these|your|such|other|of|marketing|"
          rf"sales|this|from|kind)){{0,5}} {_NO_MORE}\b")),
        ("want", (rf"\b(?:don't|do not|dont) want (?:any(?: more)?|your|these|more|further|"
          rf"this)(?: (?:of|more|further|your|these|marketing|sales|kind)){{0,3}} "
          rf"{_NO_MORE}\b")),
        ("hear", (r"\b(?:don't|do not|dont|never|no longer)(?: ever)? (?:want|wish|care|"
          r"need)(?: to)? (?:be contacted|hear from (?:you|your|this))\b")),
        ("contacted", (r"\b(?:don't|do not|dont|never|no longer)(?: ever)? (?:want|wish|care|"
          r"need)(?: to)? be contacted\b")),
        ("lose ", (r"\b(?:lose|forget|delete|erase|bin|burn) my (?:number|address|e-?mail|"
          r"contact|details|data|name|information|info)\b")),
        ("erase", (r"\b(?:delete|erase|remove|destroy|wipe) (?:all |any |everything |my |our |"
          r"of |the )*(?:personal )?(?:data|information|details|records|everything) (?:you |"
          r"about |of |on |that |we |hold|have|relating|concerning)")),
        ("delete", (r"\b(?:delete|erase|remove|destroy|wipe) (?:all |any |my |our |of |the "
          r")*(?:personal )?(?:data|information|details|records|everything)(?: (?:you|about|"
          r"of|on|that|relating|concerning|from)\b|[ \n]?(?:[.!,;]|$))")),
        ("if you", (r"\bif you (?:ever )?(?:(?:e-?)?mail|contact|write(?: to)?|message|bother|"
          r"call) (?:me|us)(?: ever)? (?:again|one more|once more)\b")),
        ("contact me", (r"\bif you (?:ever )?(?:contact|message) (?:me|us)(?: ever)? (?:again|"
          r"one more|once more)\b")),
        ("off your", rf"\b(?:take|get) (?:it|this|that) off your {LIST}"),
        ("uns", rf"(?:^|[.!?,;] ?){UNSUBSCRIBE}(?: me| us)?(?=[ \n]?[.!]|$)"),
        ("prefer", (r"\b(?:prefer|rather|like it if) (?:that )?you (?:not|didn't|did not|don't|"
          r"stopped|no longer) (?:e-?mail|mail|contact|write)")),
        ("asked", r"\basked(?: [a-z]{1,12}){0,4} to be (?:removed|taken off|left alone)\b"),
        ("be removed", rf"\bbe removed from [^.!?]{{0,20}}\b{LIST}"),
        ("any", (r"\b(?:don't|do not|dont|won't|no longer) (?:get|receive|see) any ?more (?:of "
          r"(?:these|this|your|them)|from you|e-?mails?|messages)")),
        ("series", (r"\b(?:end|stop|cancel) (?:this|the|your) (?:e-?mail )?(?:series|sequence|"
          r"campaign|drip)\b")),
        ("my", (r"\b(?:my|our) (?:e-?mail|address|name|details|contact|data)(?: address| "
          r"details)? (?:to be )?(?:removed|deleted|taken off|erased) (?:from|off)\b")),
        ("uns", rf"\b{UNSUBSCRIBE} (?:pls|plz|thx|thanks|thank you|asap)\b"),
        ("rather", r"\b(?:rather|prefer) not(?: to)? (?:receive|get|be contacted|hear from you)\b"),
        ("off", rf"\bbe (?:taken|removed|struck) (?:off|from) (?:this|your|the|any|all) {LIST}"),
        ("enrol", r"\b(?:unenroll?|disenroll?|deregister|unregister) (?:me|us)\b"),
        ("remove", r"(?:^|[.!?,;-] ?)(?:please )?remove(?: please| thanks)?[.]{0,2}$"),
        ("not-contact", (r"\b(?:put|add|place|mark|register) (?:me|us|my [a-z]{1,10})[^.!?]{0,20}"
          r"\bdo[ -]not[ -](?:contact|mail|call)")),
        ("alone", r"\bleave (?:me|us) alone\b"),
        ("withdraw", r"\b(?:withdraw|revoke|retract)(?:ing)? my consent\b"),
        ("object", (r"\bobject to (?:the |any |all |my |your )*(?:processing|use|marketing|"
          r"direct marketing|profiling|receiving)\b")),
        ("do not contact", (r"\b(?:put|add|place|mark|register) (?:me|us|my [a-z]{1,10}) (?:on|"
          r"to|as|onto|down as) (?:your |the |a )*(?:do[ -]not[ -](?:contact|mail|call)|"
          r"suppression|blocklist|no[ -]contact)")),
        ("last", (r"\bthis (?:must|should|had better|has to) be (?:the|your) last (?:e-?mail|"
          r"message|mail)\b")),
    ),
)  # fmt: skip
