"""Legs between places: how far, how many days on the way, and the CO2e of it. Pure, in whole numbers."""

from __future__ import annotations

from marketplace.places.model import Point
from marketplace.places.rules import distance_m

KM_A_DAY = 400
# kg CO2e for a tonne over a kilometre of straight line, in millionths: the road is 1.30 times as long, and an average
# diesel van emits 0.78225 kg for a tonne-kilometre (0.63130 tailpipe + 0.15095 fuel supply; UK DESNZ 2025).
ROAD_PERCENT = 130
VAN_KG_PER_TKM_E5 = 78_225
# Milligrams for a gram carried over a metre, in billionths: 1.30 x 0.78225 = 1.016925.
MG_PER_GRAM_METRE_E9 = ROAD_PERCENT * VAN_KG_PER_TKM_E5 // 10


def transit_days(metres: int, *, same_site: bool) -> int:
    """Calendar days on the way. Two sites are two doors, even at one address: that takes a day."""
    return 0 if same_site else 1 + metres // (KM_A_DAY * 1000)


def home_days(metres: int) -> int:
    """Days of the last leg; none where the supplier works at the studio's door."""
    return transit_days(metres, same_site=metres == 0)


def mg_co2e(gram_metres: int) -> int:
    """Milligrams of CO2e for grams x metres, rounded half up."""
    return (gram_metres * MG_PER_GRAM_METRE_E9 * 2 + 1_000_000_000) // 2_000_000_000


def leg_metres(origin: Point, target: Point, *, same_site: bool) -> int:
    return 0 if same_site else distance_m(origin, target)
