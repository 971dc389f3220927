"""Countries by any name people write: 'UK', 'Viet Nam', 'DEU', 'Côte d’Ivoire'."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from marketplace.places.names import fold, keys_of

# Names that neither CLDR nor GeoNames gives: parts of countries, former names, what stands in old lists.
_ALIASES = {
    "AE": "UAE|U.A.E.|Emirates",
    "BA": "Bosnia|Bosnia-Hercegovina|BiH",
    "BD": "Bangla Desh",
    "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia",
    "CD": "DRC|Zaire|Democratic Republic of the Congo|Congo-Kinshasa|Congo, Democratic Republic of the",
    "CG": "Republic of the Congo|Congo-Brazzaville",
    "CI": "Cote d Ivoire|Ivory Coast",
    "CN": "PRC|P.R. China|PR China|P.R.C.|People's Republic of China|Mainland China|China mainland",
    "CV": "Cabo Verde",
    "CZ": "Czech Republic|Czech Rep.|The Czech Republic|Ceska republika",
    "DE": "Federal Republic of Germany|Deutschland|BRD",
    "DO": "Dominican Rep.",
    "EG": "Arab Republic of Egypt",
    "FM": "Federated States of Micronesia",
    "GB": "UK|U.K.|Britain|Great Britain|G.B.|England|Scotland|Wales|Northern Ireland|Cymru"
    "|United Kingdom of Great Britain and Northern Ireland|The United Kingdom",
    "GM": "The Gambia",
    "GR": "Hellas|Ellada|Hellenic Republic",
    "HK": "Hong Kong SAR|HK SAR|Hongkong|Hong Kong, China|China (Hong Kong)",
    "IE": "Republic of Ireland|Eire",
    "IR": "Islamic Republic of Iran|Iran, Islamic Republic of|Persia",
    "JP": "Nippon|Nihon",
    "KH": "Kampuchea|Kingdom of Cambodia",
    "KP": "DPRK|Democratic People's Republic of Korea|Korea, Democratic People's Republic of|Korea, North",
    "KR": "Republic of Korea|Korea|Korea, Republic of|Korea, South|Rep. of Korea|S. Korea|ROK",
    "LA": "Lao|Lao PDR|Laos|Lao People's Democratic Republic",
    "LK": "Ceylon|Srilanka",
    "MD": "Republic of Moldova|Moldova, Republic of",
    "MK": "Macedonia|FYROM|Republic of North Macedonia|The former Yugoslav Republic of Macedonia",
    "MM": "Burma|Union of Myanmar|Republic of the Union of Myanmar",
    "MO": "Macau|Macau SAR|Macao SAR|Macau, China",
    "NL": "The Netherlands|Holland",
    "PH": "The Philippines|Republic of the Philippines|Phillipines|Philipines",
    "PK": "Islamic Republic of Pakistan",
    "PS": "State of Palestine|Palestine, State of|Palestinian Territory, Occupied",
    "RU": "Russian Federation|The Russian Federation",
    "ST": "Sao Tome and Principe",
    "SV": "Salvador",
    "SY": "Syrian Arab Republic",
    "SZ": "Swaziland|Kingdom of Eswatini",
    "TH": "Kingdom of Thailand|Siam",
    "TL": "East Timor|Timor Leste",
    "TR": "Turkey|Turkiye|Republic of Turkey|Republic of Türkiye|Turkiye Cumhuriyeti",
    "TW": "Taiwan, Province of China|Taiwan R.O.C.|ROC|Republic of China|Chinese Taipei|Taiwan, China",
    "TZ": "United Republic of Tanzania|Tanzania, United Republic of",
    "US": "USA|U.S.A.|U.S.|United States of America|The United States|The United States of America|America"
    "|Estados Unidos de America|EUA|EEUU",
    "VA": "Holy See",
    "VE": "Bolivarian Republic of Venezuela|Venezuela, Bolivarian Republic of",
    "VN": "Viet Nam|Vietnam|Socialist Republic of Vietnam|S.R. Vietnam",
    "ZA": "RSA|Republic of South Africa",
}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory with an ISO 3166-1 code."""

    alpha2: str  # "TR"
    name: str  # "Türkiye"
    alpha3: str = ""  # "TUR"


@cache
def _table() -> tuple[dict[str, Country], dict[str, Country]]:
    """Countries by alpha-2 code, and by every folded name."""
    text = files("marketplace.places").joinpath("data/countries.tsv").read_text(encoding="utf-8")
    by_code: dict[str, Country] = {}
    aliases: list[tuple[str, Country]] = []
    for line in text.splitlines():
        alpha2, alpha3, name, others = line.split("\t")
        country = by_code[alpha2] = Country(alpha2, name, alpha3)
        own = (alpha2, alpha3, name, *_ALIASES.get(alpha2, "").split("|"))
        # Own names first: 'Georgia' or 'Niger' in some language must not take another country's name.
        aliases = [(text, country) for text in own] + aliases + [(text, country) for text in others.split("|")]
    by_name: dict[str, Country] = {}
    for alias, country in aliases:
        for key in keys_of(alias):
            by_name.setdefault(key, country)
            by_name.setdefault(key.replace(" ", ""), country)
    return by_code, by_name


def all_countries() -> list[Country]:
    """Every country, by name: what a select box offers."""
    return sorted(_table()[0].values(), key=lambda country: fold(country.name))


def find_country(text: str) -> Country | None:
    """Find a country by ISO 3166-1 alpha-2 or alpha-3 code, English or local name, or a common alias.

    Case, accents, punctuation and a leading 'the' make no difference. There is no guessing: None means that
    the text is not a name of a country (see closest_country_names).
    Source: GeoNames countryInfo, Unicode CLDR, and the aliases above.
    """
    by_name = _table()[1]
    key = fold(text[:100])
    return by_name.get(key) or by_name.get(key.removeprefix("the ")) or by_name.get(key.replace(" ", ""))


def country_name(alpha2: str) -> str:
    """English name of a code; the code itself when nobody knows it."""
    country = _table()[0].get(alpha2)
    return country.name if country else alpha2


def closest_country_names(text: str, limit: int = 3) -> list[str]:
    """English names that resemble a misspelt one, best first: 'did you mean Portugal?'."""
    by_name = _table()[1]
    near = difflib.get_close_matches(fold(text[:100]), by_name, n=limit * 4, cutoff=0.75)
    return list(dict.fromkeys(by_name[key].name for key in near))[:limit]


def starts_with(text: str) -> set[str]:
    """Alpha-2 codes of the countries one of whose names starts like this (for suggestions)."""
    key = fold(text)
    return {country.alpha2 for name, country in _table()[1].items() if name.startswith(key)} if key else set()
