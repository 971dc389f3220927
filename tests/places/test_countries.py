"""Countries by the names people and lists use."""

from __future__ import annotations

import re

import pytest

from marketplace.places.countries import (
    all_countries,
    closest_country_names,
    country_name,
    find_country,
    starts_with,
)

NAMES = """
GB: UK, U.K., gb, GBR, Britain, Great Britain, England, Scotland, Wales, United Kingdom, the united kingdom
US: USA, U.S.A., us, United States, United States of America, UNITED STATES, Estados Unidos
VN: Viet Nam, Vietnam, VIETNAM, VN, Việt Nam
TR: Türkiye, Turkey, turkiye, TUR
KR: Republic of Korea, South Korea, KR, 대한민국
HK: Hong Kong, Hongkong, HONG KONG
MO: Macau, Macao
TW: Taiwan, TW
CZ: Czech Republic, Czechia, Česko
DE: Deutschland, Germany, Allemagne
IT: Italia, Italy, ITALIE
ES: España, Espana, Spain
BR: Brasil, Brazil
CI: Côte d'Ivoire, Cote d’Ivoire, COTE DIVOIRE, Ivory Coast
MM: Myanmar, Burma
LA: Laos, Lao PDR
MK: Macedonia, North Macedonia
SZ: Swaziland, Eswatini
CN: CHINA, China, PRC, 中国
AE: UAE, U.A.E., United Arab Emirates
SV: El Salvador
PR: Puerto Rico, PR
LK: Sri Lanka, SriLanka
NL: Holland, The Netherlands, Nederland
NE: Niger
NG: Nigeria
GE: Georgia
CG: Congo
CD: DRC, DR Congo
"""


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (line.partition(": ")[0], name)
        for line in NAMES.strip().splitlines()
        for name in re.split(", ", line.partition(": ")[2])
    ],
)
def test_names_codes_and_aliases(code: str, text: str) -> None:
    country = find_country(text)
    assert country is not None
    assert country.alpha2 == code


def test_every_country_is_found_by_its_codes_and_name() -> None:
    countries = all_countries()
    assert len(countries) == 250
    for country in countries:
        for text in (
            country.alpha2,
            country.alpha3,
            country.name,
            country.name.upper(),
            country.alpha2.lower(),
        ):
            assert find_country(text) == country, text


@pytest.mark.parametrize("text", ["", " ", "Atlantis", "XX", "Europe", "12", "-", "a" * 10_000])
def test_other_texts_are_not_guessed(text: str) -> None:
    assert find_country(text) is None


def test_hints_for_a_misspelt_name() -> None:
    assert closest_country_names("Portgual")[0] == "Portugal"
    assert closest_country_names("Untied Kingdom")[0] == "United Kingdom"
    assert closest_country_names("qqqqqq") == []


def test_names_of_codes_and_beginnings() -> None:
    assert country_name("TR") == "Türkiye"
    assert country_name("ZZ") == "ZZ"
    assert {"IT"} <= starts_with("ital")
    assert starts_with("") == set()
