"""Sure forms of asking for no more mail in the other languages of Europe and beyond."""

# ruff: noqa: RUF001 - the words of other scripts are meant as they are written

from typing import Final

from bailiwick.domain.reader.view import Clue, clues

WORLD: Final[tuple[Clue, ...]] = clues(
    "certain",
    (
        ("bezwaar", r"\b(?:maak|maken) (?:wij |ik )?bezwaar\b[^.!?]{0,60}\b(?:adres|reclame|mail)"),
        ("sprzeciwia", (r"\bsprzeciwia\w{1,3} sie\b[^.!?]{0,60}\b(?:adres\w{0,2}|"
          r"reklam\w{1,3}|mail)")),
        ("lijst", r"\b(?:mij|me|ons) (?:van|uit) (?:de|jullie|uw) (?:mailing)?lijst te halen\b"),
        ("pisa", r"\b(?:przesta\w{1,4}|prosze przestac|nie) (?:do (?:mnie|nas) )pisa\w{1,3}"),
        ("kontaktowa", (r"\b(?:sie )?(?:ze mna|z nami) (?:wiecej |juz )?(?:sie )?nie (?:wiecej )?"
          r"kontaktowa\w{1,3}|\bnie kontaktowa\w{1,3} sie")),
        # Dutch
        ("uitschrij", (r"\b(?:graag|wil|willen|gelieve|verzoek|mij|me|ons|alstublieft|"
          r"aub)\b[^.!?]{0,40}\buit ?(?:te )?(?:schrijven|schrijf)|\buitschrijven(?: "
          r"a\.?u\.?b|,? (?:graag|alstublieft|bedankt))")),
        ("schrijf", r"\bschrijf (?:mij|me|ons)\b[^.!?]{0,30}\buit\b"),
        ("afmeld", r"\b(?:graag|wil|meld|mij|me|ons|hierbij)\b[^.!?]{0,40}\bafmelden\b"),
        ("meld", r"\bmeld (?:mij|me|ons)\b[^.!?]{0,30}\baf\b"),
        ("lijst", (r"\b(?:verwijder|haal|schrap)\b[^.!?]{0,20}\b(?:mij|me|ons|"
          r"mijn)\b[^.!?]{0,40}\b(?:lijst|bestand|database|mailing)")),
        ("verwijder", r"\bverwijder (?:al )?mijn (?:gegevens|adres|e-?mail\w{0,6}|naam)"),
        ("verwijder", r"\bverwijder (?:mij|me|ons)\b"),
        ("geen", (r"\bgeen (?:e-?mails?|mails?|berichten|nieuwsbrie\w{1,3}|post)(?: van (?:u|"
          r"jullie|je))? meer\b")),
        ("stop", r"\bstop (?:met )?(?:het )?(?:mailen|sturen|e-?mailen|spammen|benaderen)\b"),
        ("uit te schrijven", r"\buit te schrijven\b"),
        # Polish
        ("usuniecie", r"\b(?:prosze|prosimy) o usuniecie\b"),
        ("wypis", (r"\b(?:prosze|chce|chcialbym|chcialabym)\b[^.!?]{0,40}\bwypis\w{1,4}|"
          r"\bwypis(?:z|zcie) mnie")),
        ("usun", (r"\busun\w{0,5}\b[^.!?]{0,20}\b(?:mnie|moj\w{0,3}|nas|"
          r"adres\w{0,2})\b[^.!?]{0,30}\b(?:listy|bazy|danych|newslett\w{1,4}|adres\w{0,2}|"
          r"dane)")),
        ("wysyl", (r"\b(?:nie |przesta\w{1,4} )(?:prosze )?(?:mi |nam |do mnie "
          r")?(?:wysyla\w{1,6}|wysylajcie)")),
        ("otrzymywac", (r"\bnie (?:chce|chcemy|zycze sobie)\b[^.!?]{0,30}\b(?:otrzymywac|"
          r"dostawac|wiadomosci|maili)")),
        ("rezygn", r"\brezygnuj\w{1,3} z (?:subskrypcji|newslettera|otrzymywania|wiadomosci)"),
        # Swedish, Danish, Norwegian, Finnish
        ("avregistrera", r"\b(?:avregistrera|avprenumerera) (?:mig|oss|mej)|\bvill avregistrera"),
        ("mig", r"\b(?:ta bort|stryk|fjern|slet|afmeld|avmeld|frameld) (?:mig|mej|oss|os|min)\b"),
        ("meg", (r"\b(?:fjern|slett|avmeld|meld|stryk) (?:meg|"
          r"oss)\b[^.!?]{0,30}(?:\b(?:liste\w{0,3}|av)\b)?")),
        ("inte", (r"\b(?:skicka|maila|kontakta) (?:mig |oss )?inte\b|\bvill inte (?:ha|fa) "
          r"(?:fler|mer|nagra)\b")),
        ("ikke", (r"\b(?:onsker|vil) ikke (?:a |at )?(?:motta|modtage|ha|have|fa) (?:flere|mer|"
          r"mere|disse)\b|\bikke (?:skriv|send|kontakt)\w{0,3} (?:til )?(?:mig|meg)\b")),
        ("poista",
          r"\bpoista(?:kaa)? (?:minut|meidat|osoitteeni|sahkoposti\w{0,8}|yhteystie\w{0,8})\b"),
        ("peru", (r"\bperu(?:uta)? (?:tilaukseni|uutiskirje\w{0,4})|\bala(?:ka)? (?:laheta|"
          r"lahettako)\b")),
        # Czech, Slovak, Hungarian, Romanian, Turkish
        ("odhlas", (r"\b(?:odhlast\w{0,3}|odhlasit|odhlaste)\b[^.!?]{0,20}\b(?:me|mne|ma|nas|"
          r"se|z odberu|odber)\b|\b(?:chci|prosim|chcem)\b[^.!?]{0,20}\bodhlasi\w{1,3}")),
        ("nechci", r"\bnechci (?:uz )?(?:dostavat|prijimat)\b"),
        ("neposil", r"\b(?:uz )?(?:mi |nam )?neposilej\w{0,3}|\bneposielajte\b"),
        ("leiratkoz", r"\bleiratkoz\w{1,6}"),
        ("dezabon", r"\b(?:dezabon\w{1,6}|ma dezabonez)\b"),
        ("abonelik", r"\b(?:abonelik\w{0,6} (?:iptal|cik\w{1,6})|abonelikten)\b"),
        ("liste", (r"\blisteden (?:cik\w{1,8}|sil\w{1,6})|\bbeni (?:bu )?liste\w{0,6} "
          r"(?:cik\w{1,8}|sil\w{1,6})|\blistenizden\b[^.!?]{0,20}\b(?:cik|sil)\w{1,8}")),
        ("gonder", r"\b(?:artik |bir daha |bana )[^.!?]{0,30}\b(?:gondermeyin\w{0,3}|gonderme)\b"),
        ("berhenti", r"\bberhenti (?:berlangganan|mengirim\w{0,4})|\bjangan (?:kirim|hubungi)\b"),
        ("huy", r"\bhuy dang ky\b|\bdung gui\b"),
        # Russian, Ukrainian, Greek
        ("отпи", r"отпи(?:ш|с)\w{1,6} (?:меня|нас|от)|(?:хочу|прошу|хотим) отписать\w{0,3}"),
        ("удалит",
          r"(?:удалит|исключит|уберит|вычеркнит)\w{1,3} (?:меня|нас|мой|мою|мои|наш\w{0,2})"),
        ("исключ", r"исключит\w{1,3} (?:меня|нас|мой|наш\w{0,2})"),
        ("убер", r"убер\w{1,4} (?:меня|нас|мой)"),
        ("больше", (r"не (?:присылайте|пишите|отправляйте|шлите|беспокойте)|больше не "
          r"(?:присылай|пиши|отправляй|шли|беспокой|хочу)\w{0,3}")),
        ("не ", r"не (?:присылайте|пишите|отправляйте|шлите) (?:мне|нам|больше)"),
        ("розсил", r"(?:відпишіть|видаліть|приберіть) (?:мене|нас|мою)|не надсилайте"),
        ("відпи", r"відпи(?:ш|с)\w{1,6}"),
        ("μην", r"μην (?:μου|μας) (?:ξανα)?(?:στελν|στειλ|γραφ)\w{1,6}"),
        ("διαγραφ", r"διαγρα(?:φ|ψ)\w{1,6}"),
        ("διαγραψ", r"διαγραψ\w{1,6}"),
        # Japanese, Chinese, Korean
        ("配信", r"配信(?:を|の)?(?:停止|解除|中止|不要|しないで|止めて|やめて)"),
        ("登録", r"登録(?:を)?(?:解除|抹消|削除)(?:して|を|お願|希望|\s|.|$)"),
        ("メール", (r"メール(?:を|は|の送信を|の配信を|の送付を)?(?:もう)?"
          r"(?:送らないで|送信しないで|停止|止めて|やめて|お送りにならない|不要)")),
        ("送ら", r"(?:もう|二度と|今後)[^.!?]{0,16}送(?:ら|信し)ないで"),
        ("連絡", (r"(?:今後|もう|二度と)[^.!?]{0,16}連絡"
          r"(?:を|は)?(?:しないで|不要|はお控え|は結構)")),
        ("停止希望", r"停止希望"),
        ("取消", r"取消[^.!?]{0,4}(?:订阅|訂閱)"),
        ("解約", r"(?:メール|メルマガ|マガジン|配信)[^.!?]{0,8}解約"),
        ("退会", r"退会(?:したい|します|させて|を希望|手続き|希望)"),
        ("购阅", r"取消订阅"), ("订阅", r"(?:取消|退出|停止)(?:我的)?订阅|退订"), ("退订", r"退订"),
        ("訂閱", r"(?:取消|退出|停止)(?:我的)?訂閱|退訂"), ("退訂", r"退訂"),
        ("发", (r"(?:不要|别|请勿|停止)(?:再)?(?:给我|向我|给我们)?(?:再)?"
          r"(?:发送?|发)(?:任何)?(?:邮件|信息|消息|广告|电子邮件|了)")),
        ("發", (r"(?:不要|別|請勿|停止)(?:再)?(?:給我|向我)?(?:再)?"
          r"(?:發送?|寄)(?:任何)?(?:郵件|信件|訊息|廣告|電郵)")),
        ("移除", r"(?:把我|将我|將我)[^.!?]{0,12}(?:移除|删除|刪除)"),
        ("删除", r"(?:把我|将我)[^.!?]{0,12}(?:移除|删除)|删除我的"),
        ("수신", r"수신 ?(?:거부|중단|해지|차단)"), ("구독", r"구독 ?(?:취소|해지|중단)"),
        ("수신", r"수신을? ?원하지 ?않"),
        ("보내지", r"보내지 ?(?:마|말)"),
        # Arabic, Hebrew, Hindi, Thai
        ("رس", r"(?:لا|عدم) (?:ترسل|ارسال|تراسل|ترسلوا)\w{0,4}"),
        ("اشتراك", r"(?:الغاء|الغو|الغي|إلغاء) (?:ال)?اشتراك\w{0,3}"),
        ("القايمه", r"(?:احذف|ازال|ازيلو)\w{0,6} [^.!?]{0,20}قايم\w{0,4}"),
        ("قايمه", r"(?:احذف|ازال|ازيلو)\w{0,6} [^.!?]{0,20}قايم\w{0,4}"),
        ("احذف", r"احذفو\w{0,3} (?:عنوان|بريد|بيانات|رقم|اسم)\w{0,3}"),
        ("احذف", r"احذفو?ني"),
        ("توقف", r"توقفوا? عن (?:ارسال|مراسل)\w{0,4}"),
        ("הסר", r"(?:הסירו|הסר|תסירו|להסיר) (?:אותי|אותנו|את)|הסרה מ"),
        ("אותי", r"(?:להסיר|הסירו|תסירו|תורידו|הורידו) אותי"),
        ("תשלח", r"(?:אל|לא) תשלח\w{0,2}"),
        ("सदस्यता", r"सदसयता [^.!?]{0,10}(?:समापत|रदद)|सदस्यता (?:समाप्त|रद्द)"),
        ("ईमेल", r"(?:ईमेल|मेल)[^.!?]{0,12}(?:न भेज|मत भेज|भेजना बद|भेजना बंद)"),
        ("ยกเลิก", r"ยกเลิกการ(?:รับ|สมัคร|ติดตาม)"),
    ),
)  # fmt: skip
