"""Ideas that a reply may speak of, by the stems of their words in eight languages.

What the classifier learns of an idea in one language it knows in the others: `rabatt`, `remise`
and `sconto` are one idea. A stem stands for every word that starts with it; `=` asks for the word
itself. Stems are folded (lower case, no accents).
"""

from functools import lru_cache
from typing import Final

_WORDS_CACHED_MAX: Final = 8_192  # ours: more than the words in common use of eight languages
_STEM_LENGTH_MIN: Final = 2

_IDEAS: Final = {
    "no": "=not =no =nor =never =none =nobody =nothing =don =doesn =didn =isn =aren =wasn =won "
    "=can't =cannot =without nicht =kein =keine =keinen =keinem =keiner =nie =niemals =nein =ohne "
    "=pas =non =aucun =aucune =jamais =sans =plus =ne =sin =ningun =ninguna =nunca =tampoco "
    "=nessun =nessuno =senza =mai =nao =nem =sem =nenhum =niet =geen =nooit =nee =zonder =bez "
    "=zaden =nigdy unfortunately leider malheureusement lamentablemente purtroppo infelizmente "
    "helaas niestety",
    "yes": "=yes =yeah =yep =sure =ja =gern =gerne =oui =volontiers =avec =plaisir =si =claro "
    "=sim =volentieri =certo =graag =tak =chetnie =happy =glad absolut definit =agreed",
    "interest": "interes intere interess geinteress zainteres curious keen spannend begeister "
    "enthous entusias excited impress seduit encant =love ador zachwyc curieu appeal",
    "want": "=want =wants =would =like =wish mocht =wollen =will =souhait aimer =veux voudr quer "
    "=quiero queremos gustaria desea vorrem vorrei gostar =willen =wil chcemy =chce chcial",
    "go_on": "proceed =forward =continue weitermachen fortsetz avanc adelante =avanti proced "
    "seguir sigamos =frente avancar verder =dalej start begin empez comenz =partire =demarrer "
    "loslegen =onboard",
    "try": "=try =trying pilot test ausprobier essay essai prueb prob =prova provare proef "
    "wyprob probn trial evaluat",
    "buy": "=buy =order purchas kauf bestell commander achet =compr contratar contratamo acquist "
    "ordin koop =kupic =zamow zamowi licen licence =sign =seats =upgrade renew",
    "approved": "approv =green zugestimmt genehmigt =accord =aprob =aprov =approvato akkoord "
    "zgodzi =agreed visto =bueno",
    "budget": "budget presupuest orcament budzet",
    "need": "=need =needs brauch bedarf besoin necesit bisogno precis =nodig potrzeb",
    "already": "already bereits =deja ya existing =current jetzig derzeitig actuel actual attual "
    "huidige obecn",
    "vendor": "vendor provider supplier competitor anbieter lieferant fournisseur prestatair "
    "proveedor fornitor fornecedor leverancier dostawc =another anderen autre otro altro outro "
    "andere innego",
    "content": "=happy satisf zufrieden content soddisf tevreden zadowol =fine =stick",
    "decline": "declin absag ablehn refus rechaz rinunci recus afwij odmow =reject turned =pass "
    "decid entschied chose chosen =gewahlt choisi eleg escolh scelto gekozen wybra =dagegen "
    "=against cancelled gestoppt frozen",
    "dear_price": "expensive =teuer =cher =caro =duur =drogo afford",
    "price": "pric =cost =costs preis =kostet kosten tarif =prix precio cuest cost prezz preco "
    "custa prij kost cena =ceny cenie kosztuj =fee =fees =much =combien cuanto quanto hoeveel "
    "=ile =cheap",
    "discount": "discount rabat remise descuent sconto descont korting",
    "offer": "quote quotation =offer angebot devis offre oferta presupuesto preventiv offerte "
    "oferte proposal",
    "more": "=more mehr =plus =mas =piu =mais =meer wiecej detail further =weitere informat "
    "unterlag brochur broschur document datasheet prospekt =info renseign",
    "send": "=send =share =forward schick =senden zusend envoy transmett envi mand invi =sturen "
    "=stuur przesl wysla =provide",
    "question": "question frage =fragen pregunta domand duvida vraag =vragen pytan =wondering "
    "clarif explain erklar expliqu =understand =know wissen savoir saber sapere weten wiedziec",
    "how": "=how =what =which =where =when =why =who =wie =was =welche =wo =wann =wer =comment "
    "=quel =quelle =quelles =quels =ou =combien =quand =como =que =cual =cuanto =donde =cuando "
    "=come =cosa =quale =dove =quando =quanto =qual =onde =hoe =wat =welke =waar =jak =co =jaki "
    "=jakie =gdzie =kiedy =czy =ile",
    "can": "=can =could =would =do =does =konnen =konnten =kann =gibt =pouvez =pourriez =avez "
    "=puede =pueden =podria =tienen =hay =puo =potrebbe =potete =avete =pode =poderia =ha =tem "
    "=kunt =kun =kunnen =heeft =moze =mozecie =maja",
    "feature": "integrat integr schnittstelle security sicherheit datenschutz secur segur sicur "
    "seguran beveilig bezpiecz api support backup export hosted hosting heberg host storag "
    "gespeichert gdpr iso sso languages sprachen langues idiomas lingue talen jezyk onboarding "
    "einfuhrung implement implant wdroz invoering avviament invoer deployment",
    "included": "includ enthalten inbegriffen compris incluid compres =bij contract conditions "
    "terms",
    "meet": "meeting =meet =call =talk =speak =chat appointment =slot =demo termin gesprach "
    "telefon besprech rendez =rdv =appel echang =parlons reunion =cita llamada habl agendar "
    "appuntament incontro chiamata sentiam reuniao chamada falar afspraak bellen gesprek spotkan "
    "rozmow porozmaw =zoom =teams =visit lunch",
    "schedule": "schedul =book =booked arrang calendar diary invit agenda kalend einladung "
    "vereinbar confirm bestatig =fixer planifi agend marcar fissar conferm bevestig umowic "
    "potwierdz zaprosz =pencil available =free verfugbar disponib libero beschikbaar =pasuje "
    "=passt =convient schikt =works",
    "day": "monday tuesday wednesday thursday friday tomorrow montag dienstag mittwoch "
    "donnerstag freitag =morgen =lundi =mardi mercredi =jeudi vendredi =demain =lunes =martes "
    "miercoles jueves viernes =manana lunedi martedi mercoledi giovedi venerdi domani segunda "
    "terca quarta quinta sexta amanha maandag dinsdag woensdag donderdag vrijdag poniedzialek "
    "wtorek =srode =sroda czwartek piatek =jutro =week woche semaine semana settimana tydzien",
    "away": "office =away vacation holiday =leave absen abwesen buro urlaub conge vacance oficina "
    "vacacion ausente ufficio ferie fuori assente escritorio ferias afwezig vakantie kantoor "
    "nieobecn urlop biur travel reise dienstreise viaj viaggi parental maternity elternzeit "
    "maternidad maternita zwangerschap macierzyn sick =off dienst verlof licenca",
    "return": "=back =return =returning =until =till zuruck =wieder =bis retour =jusqu =hasta "
    "vuelv =fino rientr =ate =volto =tot =terug =do =wraca",
    "automatic": "automat =auto generated unattended",
    "urgent": "urgent dringend urgenc urgen =spoed piln",
    "deputy": "=covers vertret =vertretung rempla sustitu sostitu substitu waarne =neemt zastep "
    "=meanwhile =during",
    "received": "received eingegangen recu recibid ricevut recebe =ontvangen otrzymali =ticket "
    "=request anfrage demande solicitud richiest pedido =vraag zgloszen case registered",
    "forwarded": "forward weitergeleitet transfer reenvi inoltr encaminh doorgestuurd przekaz",
    "deliver": "deliver undeliver zugestellt unzustell zustell remis =remise distribue entreg "
    "consegn afgeleverd bezorg dostarcz =failed failure fehlgeschlag echec fallid falha mislukt "
    "powiod returned zuruckgesandt devuelt restituit devolvid teruggestuurd zwrocon",
    "recipient": "recipient empfanger destinatair destinatari ontvanger odbiorc =unknown "
    "unbekannt inconnu desconocid sconosciut desconhecid onbekend nieznan exist",
    "mailbox": "mailbox postfach =boite buzon casella =caixa skrzynk =server serveur servidor "
    "serwer =smtp =quota =host =voll =full =plein =lleno =piena =cheia =vol =pelna domain",
    "address": "address adres adresse direccion indirizz enderec",
    "list": "=list =lists mailing distribution verteiler =liste =lista =lijst listy newsletter "
    "database datenbank =base =baza =bazy bestand sequence databas",
    "remove": "remov delet eras =off strike losch streich entfern nehmen retir supprim effac "
    "rayer elimin borr quit saqu =sacar rimuov cancell togli remova tirem apag descadastr "
    "verwijder =haal usun wypis wykresl austrag",
    "leave_list": "unsub opt optout abmeld abbestell desabonn desinscri =baja suscripc disiscri "
    "inscric uitschrij =afmelden =schrijf rezygn",
    "stop": "=stop =stops =quit =cease discontinue unterlass =arretez =arreter =cessez =dejen "
    "=parem =chega =basta smett =stoppen przesta =dosc =enough =end",
    "contact": "=contact contacting kontaktier contactez contacten contact kontakt email emailing "
    "=mail =mails =emails =writing =write =schreiben =schreib ecrire escrib scriv escrev mailen "
    "=message =messages nachricht mensaj messagg mensag bericht wiadomosc correos maili",
    "again": "=again =more =mehr =plus =weiteren =mas =piu =mais =meer =wiecej further =anymore",
    "advertising": "advertis werbung publicit publicidad pubblicit publicidade reclame reklam "
    "marketing prospection consent widerspr oppose =opongo =oppongo =oponho bezwaar sprzeciw",
    "seo": "=seo google ranking backlink traffic positionier website =webseite =site sitio sito "
    "strona stronie guest redesign",
    "money_bait": "lotter =won gewonnen gagne ganado vinto ganhou gewonnen wygral bitcoin crypto "
    "=earn verdien =gagnez =gane guadagn ganhe zarabia invest token million inherit award "
    "guarante =double",
    "loan": "=loan kredit credit prestam prestit emprestim lenen pozyczk",
    "bank": "=bank bank banc bancair password passwort =passe contrasena senha wachtwoord hasl "
    "verify suspend gesperrt =suspendu suspendid sospes geblokkeerd zablok =account konto compte "
    "cuenta =conto =conta click klick cliqu clic clicchi klik payroll",
    "parcel": "parcel paket colis paquete pacco encomenda pakket paczk customs zoll douane aduana "
    "dogana alfandega =clo",
    "lists_for_sale": "sell verkauf vend =sprzedaj decision entscheid decideur directivo dirigent "
    "beslisser dyrektorow followers attendee verified databases",
    "outsourcing": "outsourc developers manufacturer leading portfolio redesign virtual "
    "assistants freelanc",
    "partner": "partner collabor kooperation zusammenarbeit cooperat alianza allianc parcer "
    "samenwerk wspolprac together gemeinsam ensemble juntos insieme conjunto gezamenlijk wspoln "
    "joint mutual jointly",
    "resell": "resell reseller distribut weiterverkauf wiederverkauf vertriebspartner revend "
    "rivend wederverkop odsprzedaw white-label channel =kanal canal represent integrator "
    "systemhaus agency agentur agence agencia affiliate referral refer bundle marketplace",
    "commission": "commission provision comision commissione comissao commissie prowizj margin "
    "=marge revenue apporteur",
    "webinar": "webinar sponsor event co-market cross-sell",
    "attached": "attach anhang joint =ci-joint adjunt allegat anexo bijlage zalaczni minutes "
    "protokoll =acta verbale",
    "paid": "=paid invoice rechnung facture factura fattura fatura factuur faktur bezahlt payee "
    "pagad pagat =paga betaald oplacon =order =bestellung =parcel arrived angekommen",
    "wrong_person": "=wrong =right zustandig person persona pessoa persoon responsable colleague "
    "kolleg =left =works =arbeitet travaille trabaja lavora trabalha werkt pracuje",
    "noted": "=noted notiert =note =nota =noto genoteerd zapisal =update =got =thanks =danke "
    "=merci =gracias =grazie =obrigado =bedankt dziekuj rueckmeldung",
    "later": "=later spater later =plus =tarde =dopo =depois later pozniej =next =nachstes "
    "prochain proximo prossimo volgend przyszl =year =jahr =annee =quarter quartal trimestre",
    "consult": "=check =ask nachfragen demander consult =parlo =perguntar =vraag zapytam "
    "discuss besprech",
    "priority": "priorit relevan =thema roadmap =agenda =timing =zeit plan =fit passt correspond "
    "encaj =past =serve",
    "year_wishes": "=new =neues =bonne =feliz =buon =gelukkig szczesliw congratul",
    "moved": "moved umgezogen demenag mudad mudamos trasferit verhuisd przeprowadz",
}

IDEAS: Final = tuple(_IDEAS)
_EXACT: Final[dict[str, tuple[str, ...]]] = {}
_STEMS: Final[dict[str, tuple[str, ...]]] = {}
for _idea, _stems in _IDEAS.items():
    for _stem in _stems.split():
        _table = _EXACT if _stem.startswith("=") else _STEMS
        _key = _stem.removeprefix("=")
        _table[_key] = (*_table.get(_key, ()), _idea)
_STEM_LENGTH_MAX: Final = max(map(len, _STEMS))


@lru_cache(maxsize=_WORDS_CACHED_MAX)
def ideas_of(word: str) -> tuple[str, ...]:
    """Return the ideas that one folded word speaks of; most words speak of none."""
    found = dict.fromkeys(_EXACT.get(word, ()))
    for length in range(_STEM_LENGTH_MIN, min(len(word), _STEM_LENGTH_MAX) + 1):
        found.update(dict.fromkeys(_STEMS.get(word[:length], ())))
    return tuple(found)
