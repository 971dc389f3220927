"""Know every table: migrations and tests need the whole metadata, whichever feature it stands in."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

import marketplace


def import_all_tables() -> None:
    """Import each feature's tables.py."""
    for feature in iter_modules(marketplace.__path__):
        if feature.ispkg:
            name = f"marketplace.{feature.name}.tables"
            try:
                import_module(name)
            except ModuleNotFoundError as error:
                if error.name != name:
                    raise
