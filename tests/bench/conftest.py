"""One small stream of generated suppliers for all tests here."""

from __future__ import annotations

from datetime import date

import pytest

from marketplace.bench.generate import Generator
from marketplace.bench.towns import Towns, read_towns
from marketplace.places.gazetteer import Gazetteer

TODAY = date(2026, 11, 2)


@pytest.fixture(scope="session")
def towns(gazetteer: Gazetteer) -> Towns:
    return read_towns(gazetteer)


@pytest.fixture(scope="session")
def generator(towns: Towns) -> Generator:
    return Generator(TODAY, towns)
