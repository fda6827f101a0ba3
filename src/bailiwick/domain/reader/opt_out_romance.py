"""Sure German and Romance forms of asking for no more mail."""

from typing import Final

from bailiwick.domain.reader.view import Clue, clues

ROMANCE: Final[tuple[Clue, ...]] = clues(
    "certain",
    (
        # An objection to advertising (GDPR, article 21) asks for the same, in words of law.
        ("oppo", (r"\b(?:je m'oppose|nous nous opposons|me opongo|nos oponemos|mi oppongo|"
          r"ci opponiamo)\b[^.!?]{0,80}\b(?:adresse|mail|correo|direccion|datos|indirizzo|dati|"
          r"donnees|prospection|publicit\w{1,6})")),
        ("opo", (r"\b(?:me opongo|nos oponemos|oponho-me|me oponho|opomo-nos)\b[^.!?]{0,80}"
          r"\b(?:correo|direccion|datos|endereco|e-?mail|dados|public\w{1,8})")),
        ("chega", r"\bchega de (?:e-?mails?|mensagens|publicidade|correio)"),
        ("basta", r"\bbasta (?:de |con (?:las |le )?)?(?:e-?mails?|correos|mail|messaggi)"),
        # German
        ("abmeld", (r"\b(?:bitte|mochte|moechte|will|wollen|wurde|wuerde|mochten|"
          r"hiermit)\b[^.!?]{0,50}\babmelden\b")),
        ("meld", r"\bmeld\w{0,4} (?:sie )?(?:mich|uns)\b[^.!?]{0,50}\bab\b"),
        ("abbestell", (r"\b(?:bitte|mochte|moechte|will|wollen|hiermit|"
          r"ich)\b[^.!?]{0,50}\b(?:abbestell|kundig|kuendig)\w{0,4}\b")),
        ("bestell", (r"\bbestell\w{0,3} (?:ich |wir )?(?:hiermit )?(?:den |diesen |ihren "
          r")?newsletter[^.!?]{0,20}\bab\b")),
        ("austrag", r"\b(?:bitte|mich|uns)\b[^.!?]{0,50}\baus(?:zu)?trag\w{0,4}\b"),
        ("trag", r"\btrag\w{0,3} (?:sie )?(?:mich|uns)\b[^.!?]{0,50}\baus\b"),
        ("verteiler", (r"\b(?:nehm\w{0,4}|streich\w{0,4}|entfern\w{0,4}|losch\w{0,4}|"
          r"loesch\w{0,4})\b[^.!?]{0,50}\b(?:mich|uns|meine|unsere|"
          r"diese)\b[^.!?]{0,50}(?:verteiler|liste|datenbank|newsletter|kartei)")),
        ("liste", (r"\b(?:nehm\w{0,4}|streich\w{0,4}|entfern\w{0,4}|losch\w{0,4}|"
          r"loesch\w{0,4})\b[^.!?]{0,50}\b(?:mich|uns|meine|unsere|"
          r"diese)\b[^.!?]{0,50}(?:liste|datenbank)")),
        ("sch", (r"\b(?:losch\w{0,4}|loesch\w{0,4}|entfern\w{0,4})\b[^.!?]{0,30}\b(?:meine|"
          r"unsere|alle)\b[^.!?]{0,30}\b(?:daten|adresse|e-?mail|kontakt\w{0,6})")),
        ("daten", (r"\b(?:meine|unsere)\b[^.!?]{0,30}\b(?:daten|"
          r"adresse)\b[^.!?]{0,20}\b(?:losch|loesch)\w{0,4}")),
        ("kein", (r"\b(?:keine|keinerlei)(?: weiteren?| solchen?| ihrer| mehr| werbe| "
          r"unerwunschten?)* ?(?:e-?mails?|mails?|nachrichten|newsletter|werbung|werbemails|"
          r"post|zusendungen|kontaktaufnahme|anfragen)(?: [a-z]{1,12}){0,4} ?(?:mehr|"
          r"erhalten|bekommen|senden|schicken|zusenden|wunschen|wuenschen|zu)\b")),
        ("kein", (r"\bkeine weiteren (?:e-?mails?|mails?|nachrichten|newsletter|werbemails|"
          r"zusendungen)\b")),
        ("nicht", (r"\b(?:schreiben|kontaktieren|mailen|belastigen|belaestigen|"
          r"anschreiben)\b[^.!?]{0,20}\b(?:mich|mir|uns)\b[^.!?]{0,30}\bnicht (?:mehr|wieder|"
          r"weiter)")),
        ("nicht mehr", (r"\bnicht (?:mehr|wieder|weiter|langer) (?:kontaktier\w{1,3}|"
          r"angeschrieben|anschreiben|angemailt|belastigt|schreiben)")),
        ("einwilligung",
          r"\bwiderruf\w{0,3}\b[^.!?]{0,30}\beinwilligung|einwilligung[^.!?]{0,30}widerruf"),
        ("widersprech", (r"\bwidersprech\w{0,3}\b[^.!?]{0,60}\b(?:nutzung|verarbeitung|werbung|"
          r"daten|zusendung|verwendung)")),
        ("verteiler", r"\baus (?:dem|ihrem|eurem) verteiler (?:nehm|streich|losch|entfern)\w{1,4}"),
        ("auf", (r"\bhor\w{1,3} (?:sie )?(?:bitte )?(?:damit )?auf\b[^.!?]{0,15}\b(?:schreiben|"
          r"mailen|senden|schicken|belastigen|kontaktieren)")),
        ("loschung", (r"\b(?:bitte|ersuche|verlange|fordere|beantrage)\b[^.!?]{0,20}\bloschung "
          r"(?:meiner|unserer|aller)\b")),
        ("nichts", (r"\bnichts mehr von (?:ihnen|euch|ihrer firma) (?:horen|hoeren|lesen|"
          r"bekommen|erhalten)\b")),
        ("keine", r"\bkeine weiteren (?:anfragen|kontaktaufnahmen?|angebote|schreiben|anrufe)\b"),
        ("bitte",
          r"\bvon (?:der|ihrer|eurer) (?:mailing)?liste (?:nehm|streich|losch|entfern)\w{1,4}"),
        ("kartei", (r"\b(?:streich|losch|loesch|entfern|nehm)\w{0,4}\b[^.!?]{0,30}\b(?:mich|"
          r"uns)\b[^.!?]{0,30}\b(?:kartei|system|bestand|crm)")),
        ("lassen", r"\blassen sie mich in ruhe\b"),
        ("stop", (r"\b(?:stoppen|stopp|unterlassen|horen|hoeren) sie\b[^.!?]{0,50}\b(?:mails?|"
          r"e-?mails|newsletter|werbung|zusendung\w{0,2}|schreiben|kontaktaufnahme\w{0,2})")),
        ("unterlassen", (r"\bunterlassen sie\b[^.!?]{0,60}\b(?:mails?|e-?mails|werbung|"
          r"zusendung\w{0,2}|kontakt\w{0,9})")),
        # French
        ("desinscri", (r"\b(?:veuillez|merci de|pouvez[ -]vous|pourriez[ -]vous|je (?:veux|"
          r"souhaite|voudrais|souhaiterais|desire)|svp|priere de)\b[^.!?]{0,30}\b(?:me |m'|"
          r"nous )?desinscri\w{1,4}")),
        ("desinscri", (r"\bdesinscri\w{1,4}[ -](?:moi|nous)\b|\b(?:me|nous) desinscrire\b|"
          r"\bdesinscription,? (?:svp|merci|s'il|immediate)")),
        ("desabonn",
          r"\b(?:me|nous|m'|veuillez) ?desabonn\w{1,3}|\bdesabonn\w{1,3}[ -](?:moi|nous)\b"),
        ("retir", (r"\b(?:retir\w{1,3}|supprim\w{1,3}|enlev\w{1,3}|ray\w{1,3})(?:[ -](?:moi|"
          r"nous)| mon (?:adresse|nom|e-?mail|contact)| mes "
          r"[a-z]{1,14})\b[^.!?]{0,40}\b(?:listes?|fichiers?|base|donnees|mailing|envois|"
          r"newsletter)")),
        ("liste", (r"\b(?:me|nous) (?:retirer|supprimer|enlever|rayer|"
          r"radier)\b[^.!?]{0,40}\b(?:listes?|fichiers?|base|mailing|envois|newsletter)")),
        ("supprim", (r"\b(?:supprim\w{1,3}|effac\w{1,3}|retir\w{1,3})(?:[ -]moi\b| (?:toutes "
          r")?mes (?:donnees|coordonnees|informations)| mon adresse)")),
        ("ne ", (r"\bne (?:souhait|veu|desir|voul|voudr)\w{1,6} (?:plus|"
          r"pas)\b[^.!?]{0,15}\b(?:recevoir|etre (?:contact|sollicit|demarch)\w{1,3})")),
        ("plus", (r"\bne (?!pas hesit)(?:plus|pas|m'|me|nous)\b[^.!?]{0,20}\b(?:recevoir|"
          r"envoy\w{1,3}|contact\w{1,3}|ecri\w{1,5}|sollicit\w{1,3}|adress\w{1,3}|solliciter)")),
        ("plus", (r"\bn'envoyez plus\b|\bne m'(?:ecrivez|envoyez|adressez) plus|\bplus "
          r"(?:aucun|de|d') ?(?:e-?mails?|mails?|messages?|courriels?|courrier)(?: de votre "
          r"part|,? (?:svp|merci|s'il)|[ \n]?[.!])")),
        ("arret", (r"\b(?:arret\w{1,3}|cess\w{1,3}|stop\w{0,3}) (?:de (?:m'|me |nous )|tous? |"
          r"ces |vos |cet |l'envoi|les? )[^.!?]{0,30}\b(?:ecrire|envoyer|contacter|e-?mails?|"
          r"mails?|messages?|envois?|courriels?|spam|sollicit\w{1,6}|harceler)")),
        ("cess", (r"\bcess\w{1,3} (?:de (?:m'|me |nous )|tous? |ces |vos |"
          r"l'envoi)[^.!?]{0,30}\b(?:ecrire|envoyer|contacter|e-?mails?|mails?|messages?|"
          r"envois?|courriels?)")),
        ("cess", (r"\bcess\w{1,3} (?:tout|tous|toute|vos|ces)(?: vos| ces)? (?:envois?|mails?|"
          r"contacts?|sollicitations?|communications?)")),
        ("effac", (r"\beffac\w{1,3}\b[^.!?]{0,20}\b(?:mes|mon|"
          r"nos)\b[^.!?]{0,20}\b(?:coordonnees|donnees|adresse|e-?mail|fichiers)")),
        ("de vos", r"\b(?:me|nous) (?:rayer|retirer|supprimer|enlever|radier|oter) de vos\b"),
        ("laissez", r"\blaissez[ -](?:moi|nous) tranquille"),
        ("consentement", r"\bretir\w{0,3}\b[^.!?]{0,20}\bconsentement"),
        # Spanish
        ("baja", (r"\b(?:dar(?:me|nos)?|denme|deme|dame|darse|solicito|quiero|deseo|pido|den|"
          r"tramit\w{1,4}|procedan?)\b[^.!?]{0,30}\b(?:de )?(?:la |mi )?baja\b")),
        ("baja", r"^[ \n]*baja(?: por favor| ya|,? gracias)?[ \n.!]*$"),
        ("suscri", (r"\b(?:desuscrib\w{1,6}|cancel\w{1,5} (?:mi|la|esta|nuestra) suscripcion|"
          r"anul\w{1,5} (?:mi|la) suscripcion)")),
        ("elimin", (r"\b(?:elimin\w{1,4}|borr\w{1,4}|quit\w{1,4}|saqu?\w{1,4}|"
          r"retir\w{1,4})(?:me|nos|enme)?\b[^.!?]{0,30}\b(?:lista|base de datos|mis datos|mi "
          r"(?:correo|direccion|email|nombre)|newsletter)")),
        ("lista", r"\b(?:borr|quit|saqu?|sac|retir)\w{1,6}(?:me|nos)\b[^.!?]{0,30}\blistas?\b"),
        ("no ", (r"\bno (?:me |nos )(?:vuelvan? a |envien?|mand\w{1,3}|escrib\w{1,3}|"
          r"contact\w{1,3}|manden|sigan? )[^.!?]{0,40}(?:mas|correos?|e-?mails?|mensajes?|"
          r"publicidad|escribir|contactar|enviar|mandar|enviando)")),
        ("dejen", r"\bdeje(?:n|me|nme)?(?:me|nos)? en paz\b"),
        ("ya no", r"\bya no (?:quiero|deseo|queremos) (?:sus|mas|recibir|estos)\b"),
        ("no mas", r"\bno mas (?:correos|e-?mails|mensajes|publicidad)\b"),
        ("seguir", r"\bno (?:quiero|deseo|queremos|deseamos) seguir recibiendo\b"),
        ("recibir", (r"\bno (?:quiero|deseo|queremos|deseamos|quisiera)(?: seguir)? (?:recibir|"
          r"recibiendo)\b[^.!?]{0,30}\b(?:mas|correos?|e-?mails?|mensajes?|publicidad|nada|"
          r"comunicaciones)")),
        ("dej", r"\bdej(?:en?|ad|a) de (?:enviar|mandar|escribir|contactar|molestar)(?:me|nos)?"),
        # Italian
        ("cancell", (r"\b(?:cancell\w{1,6}(?:mi|ci)\b|(?:cancellar|toglier|rimuover|"
          r"eliminar)(?:mi|ci)\b|mi cancelli)[^.!?]{0,40}")),
        ("lista", (r"\b(?:toglie\w{1,4}|rimuov\w{1,6}|elimina\w{1,5})(?:mi|"
          r"ci)\b[^.!?]{0,40}\b(?:lista|mailing|elenco|database|newsletter)")),
        ("essere", r"\bessere (?:rimoss|cancellat|tolt|eliminat)\w (?:dalla|dal|da|dai|dalle)\b"),
        ("togli", r"\btoglie?te?(?:mi|ci)\b|\btoglimi\b"),
        ("disiscri", r"\b(?:disiscriv\w{1,6}|disiscrizion\w)\b"),
        ("non ", (r"\bnon (?:voglio|desidero|vogliamo|intendo)(?: piu)? (?:ricevere|essere "
          r"contattat\w)\b|\bnon (?:mi |ci )?(?:scrivete|inviate|mandate|contattate|"
          r"contattat|scriv|invia)\w{0,4}(?:mi|ci)?\b[^.!?]{0,20}\b(?:piu|altre|email|"
          r"messaggi)")),
        ("smett", r"\bsmett\w{1,5} di (?:scriver|inviar|mandar|contattar|disturbar)\w{0,3}"),
        # Portuguese
        ("inscri", (r"\b(?:cancel\w{1,4}|anul\w{1,4}) (?:a )?(?:minha |nossa )?(?:inscricao|"
          r"assinatura|subscricao)\b")),
        ("sair", r"\b(?:quero|desejo|gostaria de) sair (?:da|desta|dessa)\b"),
        ("descadastr", r"\bdescadastr\w{1,4}"),
        ("remov", (r"\b(?:remov\w{1,4}|retir\w{1,4}|tir\w{1,4}|exclu\w{1,4})[ -]?(?:me\b|nos\b|"
          r"o meu|meu|me)[^.!?]{0,40}\b(?:lista|base|mailing|cadastro|newsletter)")),
        ("lista", (r"\b(?:me )?(?:tir\w{1,4}|retir\w{1,4}|exclu\w{1,4})[ -]?(?:me\b|nos\b|o "
          r"meu|meu|me)?[^.!?]{0,20}\b(?:da|desta|dessa|sua|vossa) (?:sua |vossa )?lista")),
        ("receber",
          r"\bnao (?:quero|desejo|queremos|pretendo)(?: mais)? (?:continuar a )?receber\b"),
        ("nao", (r"\bnao (?:me |nos )?(?:envi\w{1,3}|mand\w{1,3}|contat\w{1,3}|contact\w{1,3}|"
          r"escrev\w{1,3})(?:-me)?\b[^.!?]{0,30}\b(?:mais|emails?|e-mails?|mensagens)")),
        ("par", r"\bpar(?:e|em) de (?:me |nos )?(?:enviar|mandar|escrever|contactar|contatar)"),
    ),
)  # fmt: skip
