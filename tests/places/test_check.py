"""Warnings about points that do not fit the country."""

from __future__ import annotations

import pytest

from marketplace.places import Point
from marketplace.places.check import check_location
from marketplace.places.gazetteer import Gazetteer


def check(gazetteer: Gazetteer, lat: float, lon: float, country: str) -> str | None:
    return check_location(Point.of(lat, lon), country, gazetteer.nearest)


@pytest.mark.parametrize(
    ("lat", "lon", "country"),
    [
        (51.5465, -0.0553, "GB"),
        (43.88, 11.1, "IT"),
        (47.56, 7.6, "DE"),  # Basel, at the border: a neighbour's address is likely
        (22.3, 114.17, "CN"),  # lists write CN for Hong Kong
        (22.3, 114.17, "HK"),
        (18.4, -66.1, "US"),
        (18.4, -66.1, "PR"),
        (-17.8, 178.0, "FJ"),
        (10.0, 10.0, ""),
    ],
)
def test_points_that_fit(gazetteer: Gazetteer, lat: float, lon: float, country: str) -> None:
    assert check(gazetteer, lat, lon, country) is None


def test_zero_zero_means_unknown(gazetteer: Gazetteer) -> None:
    assert "0, 0" in (check(gazetteer, 0, 0, "GB") or "")
    assert "0, 0" in (check(gazetteer, 0, 0, "") or "")


def test_another_country_is_pointed_out_with_the_nearest_place(gazetteer: Gazetteer) -> None:
    sentence = check(gazetteer, 48.8566, 2.3522, "PT") or ""
    assert "Paris" in sentence
    assert "the country given is Portugal" in sentence
    assert "swapped" not in sentence


def test_swapped_coordinates_are_suggested(gazetteer: Gazetteer) -> None:
    sentence = check(gazetteer, 11.1, 43.88, "IT") or ""
    assert "may be swapped (43.88, 11.1 would fit)" in sentence


def test_swapped_in_the_middle_of_an_ocean(gazetteer: Gazetteer) -> None:
    sentence = check(gazetteer, -8.3, 41.44, "PT") or ""
    assert "no town within 150 km" in sentence
    assert "41.44, -8.3 would fit" in sentence


def test_longitude_beyond_ninety_cannot_be_a_latitude(gazetteer: Gazetteer) -> None:
    sentence = check(gazetteer, 35.7, 139.7, "GB") or ""
    assert "please check the place" in sentence
