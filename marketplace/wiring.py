"""Put the running system together from the settings."""

from __future__ import annotations

from marketplace.db import open_database
from marketplace.places.gazetteer import Gazetteer
from marketplace.places.geocoders import PlaceFinder, make_geocoder
from marketplace.routes.port import FindPools, no_pools
from marketplace.settings import Settings
from marketplace.web.context import System


def build_system(settings: Settings, *, is_read_only: bool = False) -> System:
    """Open the database and the gazetteer. Does not migrate.

    `is_read_only`: for a look at what is there; nothing is made.
    Errors: ValueError when the database or the geocoder is configured wrongly; SelvedgeError and OSError when the
    database or the data folder is not there and can't be made.
    """
    if not is_read_only:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
    database = open_database(settings.database, pool_size=settings.threads + 2, is_read_only=is_read_only)
    gazetteer = Gazetteer(settings.data_dir)
    geocoder = make_geocoder(gazetteer, settings.geocoder, settings.geocoder_url, settings.geocoder_user_agent)
    places = PlaceFinder(gazetteer, geocoder, settings.data_dir)
    return System(settings=settings, database=database, gazetteer=gazetteer, places=places)


def pool_finder() -> FindPools:
    """What knows of open pools, for routes."""
    return no_pools
