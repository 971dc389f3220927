"""Where things are: points, distances, circles, and turning a place's name into a point.

2026-11: coordinates are kept as whole 1e-7 degrees (about 1 cm), which fits 32 bits and keeps every
decimal the acceptance cases state; microdegrees would move a supplier by up to 8 cm and with it a
distance rounded to the metre.
"""

from marketplace.places.model import Point, Precision
from marketplace.places.rules import distance_m

__all__ = ["Point", "Precision", "distance_m"]
