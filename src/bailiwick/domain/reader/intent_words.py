"""The words that speak for each reply label, strong and weak, and the negations that veto one."""

from typing import Final

from bailiwick.domain.reader.view import Clue, clues, phrases
from bailiwick.domain.reading import Intent

STRONG: Final[tuple[Clue, ...]] = (
    *clues(
        Intent.NOT_INTERESTED,
        (
            ("interest", (r"\b(?:not|no longer|isn't|aren't|never|hardly) (?:really |very |"
              r"currently |particularly |at all |that )?interested\b")),
            ("interest", r"\bno interest\b|\b(?:don't|do not) have (?:any )?interest\b"),
            ("pass", r"\b(?:we'll|i'll|we will|i will|going to|have to|decided to) pass\b"),
            ("not for us", r"\bnot for (?:us|me)\b"), ("fit",
              r"\bnot (?:a|the right|a good) (?:good )?(?:fit|match)\b"),
            ("need", (r"\b(?:don't|do not|won't|no) (?:currently |really |longer )?need "
              r"(?:this|it|your|any|for)\b|\bno need\b")),
            ("thanks", r"(?:^|\n)no,? (?:thanks|thank you)\b"),
            ("went with",
              r"\b(?:went|going|gone) with (?:another|a different|someone else|a competitor)"),
            ("signed with", r"\b(?:signed|already) with (?:another|a competitor|a different)"),
            ("competitor", r"\b(?:chose|chosen|selected|prefer) (?:a |your )?competitor\b"),
            ("decided", r"\bdecided (?:not to|against)\b"), ("not now",
              r"\bnot (?:at this time|right now|now|this year|this quarter|a priority)\b"),
            ("interesse", (r"\b(?:kein|keinerlei) interesse\b|\bnicht interessiert\b|\bgeen "
              r"interesse\b|\bniet geinteresseerd\b")),
            ("interessiert", r"\bnicht (?:daran |mehr )?interessiert\b"), ("bedarf",
              r"\b(?:kein(?:en)?|derzeit kein) bedarf\b"), ("anderen anbieter",
              r"\banderen anbieter\b"),
            ("interess", (r"\b(?:pas|plus) (?:du tout )?interess\w{1,3}\b|\bnon (?:siamo |sono "
              r")?interessat\w\b|\bnao (?:estou|estamos|temos) interess\w{1,5}\b|"
              r"\bniezainteresowan\w{1,3}")),
            ("besoin", r"\b(?:pas|plus|aucun) besoin\b"), ("interes", (r"\bno (?:me|nos) "
              r"interesa\b|\bno (?:estoy|estamos|tengo|tenemos) (?:interesad\w{1,2}|"
              r"interes)\b")),
            ("necesit", r"\bno (?:lo |la )?necesit\w{1,4}\b"),
        ),
    ),
    *clues(
        Intent.INTERESTED,
        (
            ("interested", (r"\b(?:i am|i'm|we are|we're|very|definitely|quite|are|am|would "
              r"be) interested\b")),
            ("like to", (r"\b(?:would|we'd|i'd) (?:like|love) to (?:move|proceed|go ahead|know|"
              r"learn|see|try|start|buy|order|sign|hear|continue|discuss|talk|upgrade|add|"
              r"get)\b")),
            ("sign", (r"\b(?:want|ready|happy|prepared|going) to (?:sign|buy|order|proceed|"
              r"start|move forward|go ahead|renew|upgrade)\b")),
            ("sounds", r"\bsounds (?:good|great|interesting|perfect|promising)\b"),
            ("tell me more", r"\btell (?:me|us) more\b"),
            ("go ahead",
              r"\b(?:let's|lets|please) (?:go ahead|proceed|move forward|get started|do it)\b"),
            ("forward", (r"\b(?:let's|want to|like to|happy to) move forward\b|\blooking "
              r"forward to (?:working|hearing|seeing|trying)\b")),
            ("interess", (r"\b(?:wir sind|ich bin|sind wir|sehr|grosses|durchaus) (?:sehr |"
              r"grundsatzlich )?interess\w{1,5}|\bhaben interesse\b|\bgrosses interesse\b|"
              r"\b(?:nous sommes|je suis|serais|serions|tres|m'|nous) ?(?:tres |vivement "
              r")?interess\w{1,3}\b|\b(?:siamo|sono|molto) (?:molto )?interessat\w\b|"
              r"\b(?:estou|estamos|tenho|muito) (?:muito )?interess\w{1,5}")),
            ("interes",
              r"\b(?:me|nos) interesa\b|\b(?:estoy|estamos|muy) (?:muy )?interesad\w{1,2}\b"),
            ("klingt", r"\bklingt (?:gut|interessant|spannend|super)\b"), ("gerne", (r"\b(?:wurden|"
              r"mochten|wuerden|moechten) (?:wir )?(?:gerne?|uns)\b[^.!?]{0,40}\b(?:mehr|"
              r"bestellen|starten|kennenlernen|verlangern)\b")),
            ("voudr", (r"\b(?:je|nous) (?:voudr|souhait|aimer)\w{1,6} (?:en savoir plus|"
              r"commander|avancer|decouvrir|essayer)\b")),
            ("gustaria",
              r"\b(?:me|nos) gustaria (?:saber|conocer|avanzar|probar|contratar|recibir)\b"),
            ("geinteresseerd", r"\b(?:zijn|ben|zeer) geinteresseerd\b"), ("zainteresowan",
              r"\b(?:jestem|jestesmy) zainteresowan\w{1,3}\b"),
        ),
    ),
    *clues(
        Intent.MEETING_SCHEDULED,
        (
            ("calend", r"\bcalend(?:ly|ar)\b[^.!?]{0,20}(?:link|invite|invitation|com)"),
            ("see you", (r"\bsee you (?:on|at|then|tomorrow|next|monday|tuesday|wednesday|"
              r"thursday|friday)\b")),
            ("works", (r"\b(?:monday|tuesday|wednesday|thursday|friday|tomorrow|"
              r"[0-9]{1,2}(?::[0-9]{2})? ?(?:am|pm|h|uhr)?)\b[^.!?]{0,30}\bworks (?:for|well|"
              r"great|fine)\b")),
            ("confirm", (r"\b(?:confirm(?:ed|ing)?|accepted|booked|"
              r"scheduled)\b[^.!?]{0,30}\b(?:meeting|call|appointment|invite|invitation|demo|"
              r"slot|termin)\b")),
            ("let's meet", r"\blet(?:'s| us) (?:meet|talk|speak|have a call|schedule|set up)\b"),
            ("talk", (r"\b(?:talk|speak|meet|call) (?:to you )?(?:on|at|next) (?:monday|"
              r"tuesday|wednesday|thursday|friday|[0-9])")),
            ("schedul", (r"\b(?:schedule|arrange|set up|book|organi[sz]e) (?:a |an |the "
              r")?(?:[a-z]{1,12} )?(?:call|meeting|demo|appointment|slot|time)\b")),
            ("available", (r"\b(?:i am|i'm|we are) (?:free|available) (?:on|at|from|this|next|"
              r"tomorrow|monday|tuesday|wednesday|thursday|friday)\b")),
            ("free ", (r"\bare you (?:free|available)\b|\b(?:i am|i'm|we are) free (?:on|at|"
              r"this|next|tomorrow)\b")),
            ("termin", (r"\btermin (?:am|um|vereinbaren|bestatig\w{1,3}|passt|ausmachen)\b|"
              r"\b(?:bestatige|vereinbaren)\b[^.!?]{0,20}\btermin\b")),
            ("passt",
              r"\b(?:montag|dienstag|mittwoch|donnerstag|freitag|uhr)\b[^.!?]{0,30}\bpasst\b"),
            ("rendez-vous", (r"\b(?:prendre|fixer|confirme|planifier|"
              r"convenir)\b[^.!?]{0,20}\b(?:rendez-vous|rdv)\b")), ("rdv",
              r"\b(?:prendre|fixer|confirme|planifier)\b[^.!?]{0,20}\brdv\b"),
            ("reunion", (r"\b(?:agendar|concertar|programar|confirmo|confirmar|marcar|"
              r"organiser|planifier)\b[^.!?]{0,20}\breunion\b")), ("reuniao",
              r"\b(?:agendar|marcar|confirmo)\b[^.!?]{0,20}\breuniao\b"),
            ("afspraak", r"\bafspraak (?:maken|plannen|inplannen)\b"), ("appuntamento",
              r"\b(?:fissare|confermo)\b[^.!?]{0,20}\bappuntamento\b"),
        ),
    ),
    *clues(
        Intent.INFO_REQUEST,
        (
            ("?", (r"\b(?:what|which|when|where|how|does|do|is|are|can|could|would|will|who|"
              r"wie|was|wann|welche|wo|konnen|koennen|gibt|haben|quel|quelle|quels|combien|"
              r"comment|quand|pouvez|avez|que|cual|cuanto|cuando|como|pueden|tienen|quanto|"
              r"quando|come|hoeveel|wat|hoe|ile|jak|czy)\b[^?]{2,200}\?")),
            ("send", (r"\b(?:could|can|would|please) (?:you )?(?:please )?(?:also )?send (?:me|"
              r"us|over|through|the|a|an|your)\b")),
            ("more information",
              r"\b(?:more|further|additional|some) (?:information|details|info)\b"), ("details",
              r"\b(?:more|further|additional|the) details\b"),
            ("let me know",
              r"\blet (?:me|us) know (?:what|which|when|how|if|whether|the|about)\b"), ("clarif",
              r"\bclarif(?:y|ication)\b"),
            ("informationen", (r"\b(?:weitere|mehr|nahere|zusatzliche) (?:informationen|infos|"
              r"details|unterlagen)\b")), ("schicken", (r"\b(?:konnen|konnten|wurden|"
              r"bitte)\b[^.!?]{0,40}\b(?:schicken|senden|zusenden|mitteilen)\b")),
            ("envoyer", (r"\b(?:pouvez|pourriez|merci de)\b[^.!?]{0,20}\b(?:envoyer|preciser|"
              r"transmettre)\b")), ("renseignements",
              r"\bplus (?:d'informations|de renseignements|de details)\b"), ("informations",
              r"\bplus d'informations\b"),
            ("informacion", r"\b(?:mas|mayor) (?:informacion|detalles|info)\b"), ("envi",
              (r"\b(?:podria|"
              r"puede|pueden|podrian)\b[^.!?]{0,20}\b(?:enviar\w{0,3}|mandar\w{0,3}|"
              r"indicar\w{0,3})\b")),
            ("informazioni", r"\b(?:piu|maggiori|ulteriori) informazioni\b"), ("informac",
              r"\bmais (?:informacoes|detalhes)\b|\bwiecej informacji\b"), ("informatie",
              r"\bmeer informatie\b"),
            ("教えて", r"教えて(?:ください|いただけ)"), ("请问", r"请问"),
        ),
    ),
    *clues(
        Intent.PARTNERSHIP,
        (
            ("partner", (r"\b(?:become|becoming|potential|possible|strategic|channel|reseller|"
              r"technology|referral) (?:a |an |your )?(?:reseller |channel |technology |"
              r"referral )?partner(?:s|ship|ing)?\b|\bpartner(?:ing)? with (?:you|your)\b|"
              r"\bpartnership (?:opportunit|with|between|proposal)")),
            ("resell", (r"\b(?:resell|reselling|resale|white-?label) (?:your|rights|agreement|"
              r"partner|it)\b")), ("joint", r"\b(?:joint venture|co-marketing|co-sell)\b"),
            ("partnerschaft",
              r"\b(?:partnerschaft|kooperation|vertriebspartner|zusammenarbeit als partner)\b"),
            ("kooperation", r"\bkooperation\b"), ("partenariat", r"\bpartenariat\b"),
            ("alianza", r"\b(?:alianza|asociarnos|colaboracion comercial)\b"), ("collaborazione",
              r"\b(?:collaborazione|partenariato)\b"), ("parceria", r"\bparceria\b"),
            ("affiliate", r"\baffiliate (?:program|partner)"),
        ),
    ),
    *clues(
        Intent.SPAM,
        (
            ("seo", (r"\b(?:seo (?:services?|ranking|packages?|audit|expert)|first page of "
              r"google|guest posts?|backlinks?|link building)\b")), ("google", (r"\b(?:first "
              r"page (?:of|on) google|rank(?:ing)? (?:your (?:web)?site|higher|#?1)|top of "
              r"google)\b")),
            ("guest post", r"\bguest post"), ("backlink", r"\bbacklinks?\b"), ("crypto",
              r"\b(?:crypto|bitcoin) (?:investment|profits?|wallet|giveaway)\b"), ("bitcoin",
              r"\bbitcoin (?:investment|profits?|wallet|giveaway)\b"),
            ("lottery", r"\b(?:lottery|you have won|you've won|winning (?:number|ticket))\b"),
            ("won", r"\byou(?:'ve| have) won\b"), ("inherit",
              r"\b(?:inheritance|next of kin|late client|beneficiary)\b"), ("viagra",
              r"\b(?:viagra|cialis|casino)\b"), ("casino", r"\bcasino\b"),
            ("loan", r"\b(?:business loan offer|quick loan|loan offer)\b"), ("leads list",
              r"\b(?:buy|purchase|verified) (?:an? )?(?:e-?mail|contact|leads) lists?\b"),
            ("attendees list", r"\battendees? list\b"),
            ("password", (r"\b(?:your (?:password|mailbox|account)) (?:will|has|is about to) "
              r"(?:expire|been suspended|be suspended|be closed|expired)\b")), ("mailbox",
              r"\bmailbox (?:is full|quota|storage|upgrade)\b"), ("gift card",
              r"\bgift cards?\b"),
        ),
    ),
    *clues(
        Intent.AUTO_REPLY,
        (
            ("out of", (r"\b(?:i am|i'm|i will be|currently|am currently) (?:currently )?out "
              r"of (?:the )?office\b|\bout of office (?:until|reply|message|notice|from)\b|"
              r"^(?:re: )?out of (?:the )?office\b")),
            ("auto", (r"\b(?:automatic|automated|auto)[ -]?(?:reply|response|generated|message|"
              r"antwort|e-?mail)\b|\bthis is an automat(?:ed|ic)\b")), ("on leave", (r"\bon "
              r"(?:annual |parental |maternity |paternity |sick )?(?:leave|vacation|holiday) "
              r"(?:until|till|from|with|and|through)\b")), ("vacation",
              r"\bon (?:vacation|holidays?)\b"), ("holiday", r"\bon (?:vacation|holidays?)\b"),
            ("annual leave", r"\bon annual leave\b"),
            ("limited access", r"\blimited access to (?:my )?e-?mail"), ("away", (r"(?:^|"
              r"[.!?\n] ?)i am (?:currently )?away\b|\baway from (?:my desk|the office|"
              r"e-?mail)\b")),
            ("received", (r"\byour (?:message|e-?mail|mail|request|ticket|enquiry|inquiry) "
              r"(?:was|has been|is) received\b|\bticket #?[\w{}-]{1,20} (?:has been |was |is "
              r")?(?:created|opened|received)\b|\bwe have received your (?:message|e-?mail|"
              r"request|enquiry|ticket)\b")), ("ticket", (r"\bticket #?[\w{}#-]{1,20} (?:has "
              r"been |was |is )?(?:created|opened|received)\b")),
            ("abwesen", (r"\babwesenheits\w{1,12}|\bich bin (?:derzeit |zur zeit |momentan "
              r")?(?:abwesend|nicht im (?:buro|buero|hause))\b")), ("nicht im",
              (r"\bbin\b[^.!?]{0,30}\bnicht "
              r"im (?:buro|buero|hause?)\b|\bnicht im (?:buro|buero|hause?)\b")), ("urlaub",
              r"\bim urlaub\b|\bbis (?:zum )?[0-9. ]{3,12}\b[^.!?]{0,20}\burlaub\b"),
            ("automatisch", r"\bautomatische (?:antwort|nachricht)\b"),
            ("absence", (r"\b(?:je suis (?:actuellement )?absent\w?|absent\w? du bureau|en "
              r"conges?|message d'absence|reponse automatique)\b")), ("absent",
              r"\b(?:suis|serai) (?:actuellement )?absent\w?\b"), ("conge", r"\ben conges?\b"),
            ("reponse automatique", r"\breponse automatique\b"),
            ("oficina", r"\bfuera de (?:la )?oficina\b"), ("vacaciones", r"\bde vacaciones\b"),
            ("respuesta automatica", r"\brespuesta automatica\b"), ("fuori",
              r"\bfuori (?:sede|ufficio)\b"), ("ferie", r"\bin ferie\b"), ("ausente",
              r"\b(?:estou|estarei|estoy|estare) (?:ausente|de ferias)\b"), ("ferias",
              r"\bde ferias\b"), ("afwezig", r"\bafwezig\b"), ("nieobecn",
              r"\bnieobecn\w{1,4}\b"), ("不在", r"不在(?:に|です|の)"),
              ("自動", r"自動(?:返信|応答)"), ("自动",
              r"自动回复"),
        ),
    ),
    *clues(
        Intent.BOUNCED,
        (
            ("deliver", (r"\b(?:delivery (?:has )?failed|delivery status notification|"
              r"undeliver(?:able|ed)|could not be delivered|couldn't be delivered|wasn't "
              r"delivered|delivery (?:failure|incomplete)|not delivered)\b")),
            ("user unknown", r"\b(?:user unknown|unknown user)\b"), ("no such user",
              r"\bno such user\b"), ("does not exist",
              r"\b(?:recipient|mailbox|address|account|user)\b[^.!?]{0,30}\bdoes not exist\b"),
            ("mailbox full", r"\bmailbox (?:is )?full\b"), ("mailbox unavailable",
              r"\bmailbox unavailable\b"),
            ("returned", r"\breturned (?:mail|to sender)\b"), ("unzustellbar",
              r"\bunzustellbar\b"), ("zugestellt", r"\bnicht zugestellt werden\b"), ("remis",
              r"\bn'a pas pu etre (?:remis|distribue)\b|\bnon remis\b"), ("entreg",
              r"\bno se (?:ha )?(?:podido|pudo) entregar\b"), ("address rejected",
              r"\b(?:address|recipient) rejected\b"),
        ),
    ),
)  # fmt: skip

WEAK: Final[tuple[Clue, ...]] = (
    *phrases(Intent.INTERESTED, "great", "perfect", "love to", "curious", "keen", "excited",
      "gerne", "spannend", "volontiers", "avec plaisir", "parfait", "perfecto", "encantado",
      "genial", "volentieri", "perfetto", "graag", "we need", "we want", "sign up",
      "approved budget"),
    *phrases(Intent.NOT_INTERESTED, "not now", "maybe later", "too expensive", "zu teuer",
      "trop cher", "demasiado caro", "too busy", "no budget", "kein budget", "leider nicht",
      "already have a", "happy with our current", "nein danke", "non merci", "no gracias",
      "nee bedankt", "no grazie"),
    *phrases(Intent.MEETING_SCHEDULED, "calendly.com", "meet.google.com", "teams.microsoft.com",
      "zoom.us", "cal.com/", "invitation:", "15 minutes", "30 minutes"),
    *phrases(Intent.INFO_REQUEST, "?", "how much", "brochure", "datasheet", "data sheet",
      "prospekt", "unterlagen", "documentation", "folleto", "ficha"),
    *phrases(Intent.PARTNERSHIP, "collaborate", "collaboration", "reseller", "synergies"),
)  # fmt: skip

AFFIRMATIVE: Final[tuple[Clue, ...]] = clues(
    Intent.INTERESTED,
    (
        ("", (r"^\W{0,3}(?:yes|yeah|yep|sure|ok|okay|absolutely|of course|definitely|please do|"
          r"go ahead|agreed|why not|ja|gerne|klar|oui|d'accord|volontiers|si|claro|vale|"
          r"certo|sim|tak|はい|好的)\b")),
    ),
)  # fmt: skip
"""A short yes counts only where our own quoted text asked something (capabilities 32, reply)."""
