"""Country names in English, German, French and Spanish, to ISO 3166 alpha-2."""

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_NAMES: Final = """
AD Andorra|Andorra|Andorre|Andorra
AE United Arab Emirates|Vereinigte Arabische Emirate|Émirats arabes unis|Emiratos Árabes Unidos
  UAE|VAE|ARE
AF Afghanistan||Afghanistan|Afganistán|AFG
AL Albania|Albanien|Albanie|Albania|ALB
AM Armenia|Armenien|Arménie|Armenia|ARM
AO Angola|Angola|Angola|Angola|AGO
AR Argentina|Argentinien|Argentine|Argentina|ARG
AT Austria|Österreich|Autriche|Austria|AUT|Oesterreich
AU Australia|Australien|Australie|Australia|AUS
AZ Azerbaijan|Aserbaidschan|Azerbaïdjan|Azerbaiyán|AZE
BA Bosnia and Herzegovina|Bosnien und Herzegowina|Bosnie-Herzégovine|Bosnia y Herzegovina|BIH
BD Bangladesh|Bangladesch|Bangladesh|Bangladés|BGD
BE Belgium|Belgien|Belgique|Bélgica|BEL
BG Bulgaria|Bulgarien|Bulgarie|Bulgaria|BGR
BH Bahrain|Bahrain|Bahreïn|Baréin|BHR
BO Bolivia|Bolivien|Bolivie|Bolivia|BOL
BR Brazil|Brasilien|Brésil|Brasil|BRA
BY Belarus|Belarus|Biélorussie|Bielorrusia|BLR|Weißrussland
CA Canada|Kanada|Canada|Canadá|CAN
CH Switzerland|Schweiz|Suisse|Suiza|CHE
CI Ivory Coast|Elfenbeinküste|Côte d'Ivoire|Costa de Marfil|CIV
CL Chile|Chile|Chili|Chile|CHL
CM Cameroon|Kamerun|Cameroun|Camerún|CMR
CN China|China|Chine|China|CHN|People's Republic of China
CO Colombia|Kolumbien|Colombie|Colombia|COL
CR Costa Rica|Costa Rica|Costa Rica|Costa Rica|CRI
CU Cuba|Kuba|Cuba|Cuba|CUB
CY Cyprus|Zypern|Chypre|Chipre|CYP
CZ Czech Republic|Tschechien|République tchèque|República Checa|CZE|Czechia
  Tschechische Republik|Tchéquie|Chequia
DE Germany|Deutschland|Allemagne|Alemania|DEU|Federal Republic of Germany
DK Denmark|Dänemark|Danemark|Dinamarca|DNK
DO Dominican Republic|Dominikanische Republik|République dominicaine|República Dominicana|DOM
DZ Algeria|Algerien|Algérie|Argelia|DZA
EC Ecuador|Ecuador|Équateur|Ecuador|ECU
EE Estonia|Estland|Estonie|Estonia|EST
EG Egypt|Ägypten|Égypte|Egipto|EGY
ES Spain|Spanien|Espagne|España|ESP
ET Ethiopia|Äthiopien|Éthiopie|Etiopía|ETH
FI Finland|Finnland|Finlande|Finlandia|FIN
FR France|Frankreich|France|Francia|FRA
GB United Kingdom|Vereinigtes Königreich|Royaume-Uni|Reino Unido|GBR|UK|Great Britain|England
  Scotland|Wales|Northern Ireland|Großbritannien|Grande-Bretagne|Gran Bretaña|Inglaterra
  Angleterre
GE Georgia|Georgien|Géorgie|Georgia|GEO
GH Ghana|Ghana|Ghana|Ghana|GHA
GR Greece|Griechenland|Grèce|Grecia|GRC
GT Guatemala|Guatemala|Guatemala|Guatemala|GTM
HK Hong Kong|Hongkong|Hong Kong|Hong Kong|HKG|Hong Kong SAR
HN Honduras|Honduras|Honduras|Honduras|HND
HR Croatia|Kroatien|Croatie|Croacia|HRV
HU Hungary|Ungarn|Hongrie|Hungría|HUN
ID Indonesia|Indonesien|Indonésie|Indonesia|IDN
IE Ireland|Irland|Irlande|Irlanda|IRL|Republic of Ireland
IL Israel|Israel|Israël|Israel|ISR
IN India|Indien|Inde|India|IND
IQ Iraq|Irak|Irak|Irak|IRQ
IR Iran|Iran|Iran|Irán|IRN
IS Iceland|Island|Islande|Islandia|ISL
IT Italy|Italien|Italie|Italia|ITA
JM Jamaica|Jamaika|Jamaïque|Jamaica|JAM
JO Jordan|Jordanien|Jordanie|Jordania|JOR
JP Japan|Japan|Japon|Japón|JPN
KE Kenya|Kenia|Kenya|Kenia|KEN
KH Cambodia|Kambodscha|Cambodge|Camboya|KHM
KR South Korea|Südkorea|Corée du Sud|Corea del Sur|KOR|Republic of Korea|Korea
KW Kuwait|Kuwait|Koweït|Kuwait|KWT
KZ Kazakhstan|Kasachstan|Kazakhstan|Kazajistán|KAZ
LB Lebanon|Libanon|Liban|Líbano|LBN
LI Liechtenstein|Liechtenstein|Liechtenstein|Liechtenstein|LIE
LK Sri Lanka|Sri Lanka|Sri Lanka|Sri Lanka|LKA
LT Lithuania|Litauen|Lituanie|Lituania|LTU
LU Luxembourg|Luxemburg|Luxembourg|Luxemburgo|LUX
LV Latvia|Lettland|Lettonie|Letonia|LVA
LY Libya|Libyen|Libye|Libia|LBY
MA Morocco|Marokko|Maroc|Marruecos|MAR
MC Monaco|Monaco|Monaco|Mónaco|MCO
MD Moldova|Moldau|Moldavie|Moldavia|MDA
ME Montenegro|Montenegro|Monténégro|Montenegro|MNE
MG Madagascar|Madagaskar|Madagascar|Madagascar|MDG
MK North Macedonia|Nordmazedonien|Macédoine du Nord|Macedonia del Norte|MKD
MM Myanmar|Myanmar|Birmanie|Birmania|MMR
MT Malta|Malta|Malte|Malta|MLT
MU Mauritius|Mauritius|Maurice|Mauricio|MUS
MX Mexico|Mexiko|Mexique|México|MEX
MY Malaysia|Malaysia|Malaisie|Malasia|MYS
MZ Mozambique|Mosambik|Mozambique|Mozambique|MOZ
NG Nigeria|Nigeria|Nigéria|Nigeria|NGA
NI Nicaragua|Nicaragua|Nicaragua|Nicaragua|NIC
NL Netherlands|Niederlande|Pays-Bas|Países Bajos|NLD|Holland|The Netherlands|Hollande|Holanda
NO Norway|Norwegen|Norvège|Noruega|NOR
NP Nepal|Nepal|Népal|Nepal|NPL
NZ New Zealand|Neuseeland|Nouvelle-Zélande|Nueva Zelanda|NZL
OM Oman|Oman|Oman|Omán|OMN
PA Panama|Panama|Panama|Panamá|PAN
PE Peru|Peru|Pérou|Perú|PER
PH Philippines|Philippinen|Philippines|Filipinas|PHL
PK Pakistan|Pakistan|Pakistan|Pakistán|PAK
PL Poland|Polen|Pologne|Polonia|POL
PR Puerto Rico|Puerto Rico|Porto Rico|Puerto Rico|PRI
PT Portugal|Portugal|Portugal|Portugal|PRT
PY Paraguay|Paraguay|Paraguay|Paraguay|PRY
QA Qatar|Katar|Qatar|Catar|QAT
RO Romania|Rumänien|Roumanie|Rumanía|ROU
RS Serbia|Serbien|Serbie|Serbia|SRB
RU Russia|Russland|Russie|Rusia|RUS|Russian Federation|Russische Föderation
SA Saudi Arabia|Saudi-Arabien|Arabie saoudite|Arabia Saudita|SAU
SE Sweden|Schweden|Suède|Suecia|SWE
SG Singapore|Singapur|Singapour|Singapur|SGP
SI Slovenia|Slowenien|Slovénie|Eslovenia|SVN
SK Slovakia|Slowakei|Slovaquie|Eslovaquia|SVK
SN Senegal|Senegal|Sénégal|Senegal|SEN
SV El Salvador|El Salvador|Salvador|El Salvador|SLV
SY Syria|Syrien|Syrie|Siria|SYR
TH Thailand|Thailand|Thaïlande|Tailandia|THA
TN Tunisia|Tunesien|Tunisie|Túnez|TUN
TR Turkey|Türkei|Turquie|Turquía|TUR|Türkiye
TW Taiwan|Taiwan|Taïwan|Taiwán|TWN
TZ Tanzania|Tansania|Tanzanie|Tanzania|TZA
UA Ukraine|Ukraine|Ukraine|Ucrania|UKR
UG Uganda|Uganda|Ouganda|Uganda|UGA
US United States|Vereinigte Staaten|États-Unis|Estados Unidos|USA|United States of America
  America|U.S.|U.S.A.|Vereinigte Staaten von Amerika|EE. UU.|EEUU|États-Unis d'Amérique
UY Uruguay|Uruguay|Uruguay|Uruguay|URY
UZ Uzbekistan|Usbekistan|Ouzbékistan|Uzbekistán|UZB
VE Venezuela|Venezuela|Venezuela|Venezuela|VEN
VN Vietnam|Vietnam|Viêt Nam|Vietnam|VNM|Viet Nam
ZA South Africa|Südafrika|Afrique du Sud|Sudáfrica|ZAF
ZM Zambia|Sambia|Zambie|Zambia|ZMB
ZW Zimbabwe|Simbabwe|Zimbabwe|Zimbabue|ZWE
"""
"""Code and names; an indented line continues the one before."""
_CODE_WORDS: Final = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR
    BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ
    EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW
    GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY
    KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY
    QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG
    TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM
    ZW
"""
_CODES: Final = frozenset(_CODE_WORDS.split())


def country_code(text: str) -> str | None:
    """Return the ISO 3166 alpha-2 code that a cell means, or None when it means none we know."""
    code = text.strip().upper()
    if code in _CODES:
        return code
    return _by_name().get(_key(text))


def _key(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return "".join(c for c in decomposed if c.isalnum())


@lru_cache(maxsize=1)
def _by_name() -> Mapping[str, str]:
    joined = _NAMES.strip("\n").replace("\n  ", "|").split("\n")
    return {_key(name): line[:2] for line in joined for name in line[3:].split("|") if name}
