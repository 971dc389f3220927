"""Where generated suppliers stand: the gazetteer's towns, textile towns more often, and points around them."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from itertools import accumulate

from marketplace.places import Point
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.model import E7

MOST_TOWNS = 19_000
_EXPONENT = 0.75  # towns of ten times the people have not ten times the workshops
_HUB_FACTOR = 12
_SPREAD_M = (2_000, 25_000)
_M_PER_DEGREE = 111_195.0

# Towns that live by cloth and clothing, by country.
_HUBS = {
    "BD": "Dhaka, Narayanganj, Gazipur",
    "BG": "Plovdiv",
    "BR": "Blumenau, Brusque, Americana",
    "CN": "Shaoxing, Hangzhou, Guangzhou, Dongguan, Ningbo, Suzhou, Humen",
    "CO": "Medellín",
    "DE": "Chemnitz, Albstadt, Krefeld",
    "EG": "Alexandria",
    "ES": "Barcelona, Sabadell, Terrassa, Alcoy",
    "FR": "Lyon, Roubaix, Troyes, Paris, Cholet",
    "GB": "Leicester, Manchester, Huddersfield, Nottingham",
    "ID": "Bandung",
    "IN": "Tiruppur, Surat, Ludhiana, Jaipur",
    "IT": "Prato, Como, Biella, Carpi, Vicenza, Naples",
    "JP": "Osaka, Kyoto, Ichinomiya, Kurashiki",
    "KR": "Daegu, Seoul",
    "LK": "Colombo",
    "MA": "Casablanca, Fes, Tangier",
    "MX": "Puebla, Moroleón",
    "PE": "Lima, Arequipa",
    "PK": "Karachi, Faisalabad, Lahore, Sialkot",
    "PL": "Łódź, Pabianice",
    "PT": "Porto, Guimarães, Braga",
    "RO": "Iaşi, Timişoara",
    "TN": "Monastir, Sousse",
    "TR": "Istanbul, Bursa, Denizli, Gaziantep",
    "US": "Los Angeles, New York City, Greensboro, San Francisco, Fall River",
    "VN": "Hanoi, Biên Hòa",
}
HUBS = frozenset((name, country) for country, names in _HUBS.items() for name in names.split(", "))


@dataclass(frozen=True, slots=True)
class Town:
    name: str
    region: str
    country: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Towns:
    """Towns with cumulative weights, for `random.choices`."""

    towns: tuple[Town, ...]
    weights: tuple[float, ...]

    def pick(self, rng: random.Random, count: int) -> list[Town]:
        return rng.choices(self.towns, cum_weights=self.weights, k=count)


def read_towns(gazetteer: Gazetteer) -> Towns:
    """The world's largest towns. About a second."""
    places = gazetteer.labels(-90, -180, 90, 180, limit=MOST_TOWNS)
    towns = tuple(Town(p.locality, p.region, p.country, p.point.lat, p.point.lon) for p in places)
    weights = accumulate(
        max(place.population, 500) ** _EXPONENT * (_HUB_FACTOR if (place.locality, place.country) in HUBS else 1)
        for place in places
    )
    return Towns(towns, tuple(weights))


def near(rng: random.Random, town: Town) -> Point:
    """A point around the town's centre: Gaussian, its spread between 2 and 25 km."""
    spread = rng.uniform(*_SPREAD_M) / _M_PER_DEGREE
    lat = min(89.9, max(-89.9, town.lat + rng.gauss(0, spread)))
    lon = town.lon + rng.gauss(0, spread) / max(0.05, math.cos(math.radians(lat)))
    return Point(round(lat * E7), round(((lon + 180) % 360 - 180) * E7))
