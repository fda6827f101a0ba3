"""Which consent law applies where a person lives, and which clocks they may live by."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

OPT_OUT_COUNTRIES: Final = frozenset({"US"})
"""CAN-SPAM lets a business write until told to stop; elsewhere consent comes first (ours)."""

QUIET_FROM_HOUR: Final = 20  # capabilities 18.3: quiet hours 20:00-08:00
QUIET_UNTIL_HOUR: Final = 8
_SATURDAY: Final = 5

ZONES: Final[dict[str, tuple[str, ...]]] = {
    "AT": ("Europe/Vienna",), "AU": ("Australia/Perth", "Australia/Sydney"),
    "BE": ("Europe/Brussels",), "BR": ("America/Manaus", "America/Sao_Paulo"),
    "CA": ("America/Vancouver", "America/Halifax"), "CH": ("Europe/Zurich",),
    "CN": ("Asia/Shanghai",), "CZ": ("Europe/Prague",), "DE": ("Europe/Berlin",),
    "DK": ("Europe/Copenhagen",), "ES": ("Europe/Madrid",), "FI": ("Europe/Helsinki",),
    "FR": ("Europe/Paris",), "GB": ("Europe/London",), "IE": ("Europe/Dublin",),
    "IN": ("Asia/Kolkata",), "IT": ("Europe/Rome",), "JP": ("Asia/Tokyo",),
    "KR": ("Asia/Seoul",), "MX": ("America/Tijuana", "America/Mexico_City"),
    "NL": ("Europe/Amsterdam",), "NO": ("Europe/Oslo",), "NZ": ("Pacific/Auckland",),
    "PL": ("Europe/Warsaw",), "PT": ("Europe/Lisbon",), "SE": ("Europe/Stockholm",),
    "SG": ("Asia/Singapore",), "US": ("America/Los_Angeles", "America/New_York"),
    "ZA": ("Africa/Johannesburg",),
    "AD": ("Europe/Andorra",), "AE": ("Asia/Dubai",), "AF": ("Asia/Kabul",),
    "AG": ("America/Antigua",), "AI": ("America/Anguilla",), "AL": ("Europe/Tirane",),
    "AM": ("Asia/Yerevan",), "AO": ("Africa/Luanda",), "AR": ("America/Argentina/Buenos_Aires",),
    "AS": ("Pacific/Pago_Pago",), "AW": ("America/Aruba",), "AX": ("Europe/Mariehamn",),
    "AZ": ("Asia/Baku",), "BA": ("Europe/Sarajevo",), "BB": ("America/Barbados",),
    "BD": ("Asia/Dhaka",), "BF": ("Africa/Ouagadougou",), "BG": ("Europe/Sofia",),
    "BH": ("Asia/Bahrain",), "BI": ("Africa/Bujumbura",), "BJ": ("Africa/Porto-Novo",),
    "BL": ("America/St_Barthelemy",), "BM": ("Atlantic/Bermuda",), "BN": ("Asia/Brunei",),
    "BO": ("America/La_Paz",), "BQ": ("America/Kralendijk",), "BS": ("America/Nassau",),
    "BT": ("Asia/Thimphu",), "BW": ("Africa/Gaborone",), "BY": ("Europe/Minsk",),
    "BZ": ("America/Belize",), "CC": ("Indian/Cocos",),
    "CD": ("Africa/Kinshasa", "Africa/Lubumbashi"), "CF": ("Africa/Bangui",),
    "CG": ("Africa/Brazzaville",), "CI": ("Africa/Abidjan",), "CK": ("Pacific/Rarotonga",),
    "CL": ("Pacific/Easter", "America/Santiago", "America/Coyhaique"), "CM": ("Africa/Douala",),
    "CO": ("America/Bogota",), "CR": ("America/Costa_Rica",), "CU": ("America/Havana",),
    "CV": ("Atlantic/Cape_Verde",), "CW": ("America/Curacao",), "CX": ("Indian/Christmas",),
    "CY": ("Asia/Nicosia",), "DJ": ("Africa/Djibouti",), "DM": ("America/Dominica",),
    "DO": ("America/Santo_Domingo",), "DZ": ("Africa/Algiers",),
    "EC": ("Pacific/Galapagos", "America/Guayaquil"), "EE": ("Europe/Tallinn",),
    "EG": ("Africa/Cairo",), "EH": ("Africa/El_Aaiun",), "ER": ("Africa/Asmara",),
    "ET": ("Africa/Addis_Ababa",), "FJ": ("Pacific/Fiji",), "FK": ("Atlantic/Stanley",),
    "FM": ("Pacific/Chuuk", "Pacific/Pohnpei"), "FO": ("Atlantic/Faroe",),
    "GA": ("Africa/Libreville",), "GD": ("America/Grenada",), "GE": ("Asia/Tbilisi",),
    "GF": ("America/Cayenne",), "GG": ("Europe/Guernsey",), "GH": ("Africa/Accra",),
    "GI": ("Europe/Gibraltar",), "GL": ("America/Thule", "America/Danmarkshavn"),
    "GM": ("Africa/Banjul",), "GN": ("Africa/Conakry",), "GP": ("America/Guadeloupe",),
    "GQ": ("Africa/Malabo",), "GR": ("Europe/Athens",), "GS": ("Atlantic/South_Georgia",),
    "GT": ("America/Guatemala",), "GU": ("Pacific/Guam",), "GW": ("Africa/Bissau",),
    "GY": ("America/Guyana",), "HK": ("Asia/Hong_Kong",), "HN": ("America/Tegucigalpa",),
    "HR": ("Europe/Zagreb",), "HT": ("America/Port-au-Prince",), "HU": ("Europe/Budapest",),
    "ID": ("Asia/Jakarta", "Asia/Jayapura"), "IL": ("Asia/Jerusalem",),
    "IM": ("Europe/Isle_of_Man",), "IO": ("Indian/Chagos",), "IQ": ("Asia/Baghdad",),
    "IR": ("Asia/Tehran",), "IS": ("Atlantic/Reykjavik",), "JE": ("Europe/Jersey",),
    "JM": ("America/Jamaica",), "JO": ("Asia/Amman",), "KE": ("Africa/Nairobi",),
    "KG": ("Asia/Bishkek",), "KH": ("Asia/Phnom_Penh",),
    "KI": ("Pacific/Tarawa", "Pacific/Kiritimati"), "KM": ("Indian/Comoro",),
    "KN": ("America/St_Kitts",), "KP": ("Asia/Pyongyang",), "KW": ("Asia/Kuwait",),
    "KY": ("America/Cayman",), "KZ": ("Asia/Almaty",), "LA": ("Asia/Vientiane",),
    "LB": ("Asia/Beirut",), "LC": ("America/St_Lucia",), "LI": ("Europe/Vaduz",),
    "LK": ("Asia/Colombo",), "LR": ("Africa/Monrovia",), "LS": ("Africa/Maseru",),
    "LT": ("Europe/Vilnius",), "LU": ("Europe/Luxembourg",), "LV": ("Europe/Riga",),
    "LY": ("Africa/Tripoli",), "MA": ("Africa/Casablanca",), "MC": ("Europe/Monaco",),
    "MD": ("Europe/Chisinau",), "ME": ("Europe/Podgorica",), "MF": ("America/Marigot",),
    "MG": ("Indian/Antananarivo",), "MH": ("Pacific/Majuro",), "MK": ("Europe/Skopje",),
    "ML": ("Africa/Bamako",), "MM": ("Asia/Yangon",), "MN": ("Asia/Hovd", "Asia/Ulaanbaatar"),
    "MO": ("Asia/Macau",), "MP": ("Pacific/Saipan",), "MQ": ("America/Martinique",),
    "MR": ("Africa/Nouakchott",), "MS": ("America/Montserrat",), "MT": ("Europe/Malta",),
    "MU": ("Indian/Mauritius",), "MV": ("Indian/Maldives",), "MW": ("Africa/Blantyre",),
    "MY": ("Asia/Kuala_Lumpur",), "MZ": ("Africa/Maputo",), "NA": ("Africa/Windhoek",),
    "NC": ("Pacific/Noumea",), "NE": ("Africa/Niamey",), "NF": ("Pacific/Norfolk",),
    "NG": ("Africa/Lagos",), "NI": ("America/Managua",), "NP": ("Asia/Kathmandu",),
    "NR": ("Pacific/Nauru",), "NU": ("Pacific/Niue",), "OM": ("Asia/Muscat",),
    "PA": ("America/Panama",), "PE": ("America/Lima",), "PF": ("Pacific/Tahiti", "Pacific/Gambier"),
    "PG": ("Pacific/Port_Moresby", "Pacific/Bougainville"), "PH": ("Asia/Manila",),
    "PK": ("Asia/Karachi",), "PM": ("America/Miquelon",), "PN": ("Pacific/Pitcairn",),
    "PR": ("America/Puerto_Rico",), "PS": ("Asia/Gaza",), "PW": ("Pacific/Palau",),
    "PY": ("America/Asuncion",), "QA": ("Asia/Qatar",), "RE": ("Indian/Reunion",),
    "RO": ("Europe/Bucharest",), "RS": ("Europe/Belgrade",),
    "RU": ("Europe/Kaliningrad", "Asia/Kamchatka"), "RW": ("Africa/Kigali",),
    "SA": ("Asia/Riyadh",), "SB": ("Pacific/Guadalcanal",), "SC": ("Indian/Mahe",),
    "SD": ("Africa/Khartoum",), "SH": ("Atlantic/St_Helena",), "SI": ("Europe/Ljubljana",),
    "SJ": ("Arctic/Longyearbyen",), "SK": ("Europe/Bratislava",), "SL": ("Africa/Freetown",),
    "SM": ("Europe/San_Marino",), "SN": ("Africa/Dakar",), "SO": ("Africa/Mogadishu",),
    "SR": ("America/Paramaribo",), "SS": ("Africa/Juba",), "ST": ("Africa/Sao_Tome",),
    "SV": ("America/El_Salvador",), "SX": ("America/Lower_Princes",), "SY": ("Asia/Damascus",),
    "SZ": ("Africa/Mbabane",), "TC": ("America/Grand_Turk",), "TD": ("Africa/Ndjamena",),
    "TF": ("Indian/Kerguelen",), "TG": ("Africa/Lome",), "TH": ("Asia/Bangkok",),
    "TJ": ("Asia/Dushanbe",), "TK": ("Pacific/Fakaofo",), "TL": ("Asia/Dili",),
    "TM": ("Asia/Ashgabat",), "TN": ("Africa/Tunis",), "TO": ("Pacific/Tongatapu",),
    "TR": ("Europe/Istanbul",), "TT": ("America/Port_of_Spain",), "TV": ("Pacific/Funafuti",),
    "TW": ("Asia/Taipei",), "TZ": ("Africa/Dar_es_Salaam",),
    "UA": ("Europe/Kyiv", "Europe/Simferopol"), "UG": ("Africa/Kampala",),
    "UM": ("Pacific/Midway", "Pacific/Wake"), "UY": ("America/Montevideo",),
    "UZ": ("Asia/Samarkand",), "VA": ("Europe/Vatican",), "VC": ("America/St_Vincent",),
    "VE": ("America/Caracas",), "VG": ("America/Tortola",), "VI": ("America/St_Thomas",),
    "VN": ("Asia/Ho_Chi_Minh",), "VU": ("Pacific/Efate",), "WF": ("Pacific/Wallis",),
    "WS": ("Pacific/Apia",), "YE": ("Asia/Aden",), "YT": ("Indian/Mayotte",),
    "ZM": ("Africa/Lusaka",), "ZW": ("Africa/Harare",),
}  # fmt: skip
"""Country to its zone, or for wide countries the ends: all must be awake (IANA tz 2026, zone.tab).

First those we met, then every other one. Where the ends are never awake at once, as in Russia, only
a zone of the contact's own lets mail go."""


def jurisdiction(countries: Iterable[str], *, default: str) -> str:
    """Return `opt_out` or `opt_in` for the first known country, else the workspace's default."""
    for country in countries:
        if country:
            return "opt_out" if country.upper() in OPT_OUT_COUNTRIES else "opt_in"
    return default


def zones(
    timezones: Iterable[str], countries: Iterable[str], *, default: str
) -> tuple[ZoneInfo, ...]:
    """Return the zones a person may live in.

    The first zone that is known, their own and then their company's; else the ends of the first
    country that is; else the default, which is the sender's.
    """
    for own in map(_zone, timezones):
        if own is not None:
            return (own,)
    for country in countries:
        named = ZONES.get(country.upper(), ())
        found = tuple(zone for zone in map(_zone, named) if zone is not None)
        if found:
            return found
    return (_zone(default) or ZoneInfo("UTC"),)


def is_quiet(at: datetime, in_zones: tuple[ZoneInfo, ...]) -> bool:
    """Tell whether it is night or a weekend in any of the zones."""
    for zone in in_zones:
        local = at.astimezone(zone)
        if local.weekday() >= _SATURDAY:
            return True
        if local.hour >= QUIET_FROM_HOUR or local.hour < QUIET_UNTIL_HOUR:
            return True
    return False


def _zone(name: str) -> ZoneInfo | None:
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
