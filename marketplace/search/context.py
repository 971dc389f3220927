"""The application's live index."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Flask, current_app

from marketplace.search.columns import ColumnIndex
from marketplace.search.meili.connect import open_meili
from marketplace.search.snapshots import Snapshots
from marketplace.search.sync import LiveIndex
from marketplace.web.context import System, install_extra

_KEY = "selvedge.index"


def open_index(system: System) -> LiveIndex:
    """The index that the settings ask for; it fills itself at its first use."""
    index = ColumnIndex.empty(datetime.now(UTC).date())
    if system.settings.meili_url:
        return open_meili(system, index, snapshots_of(system))
    return LiveIndex(system.database, index, snapshots_of(system))


def snapshots_of(system: System) -> Snapshots:
    """Where snapshots of the index lie."""
    return Snapshots(system.database, system.settings.data_dir / "index")


def install_index(app: Flask) -> None:
    install_extra(app, _KEY, open_index)


def index() -> LiveIndex:
    found: LiveIndex = current_app.extensions[_KEY]
    return found


def index_of(app: Flask) -> LiveIndex:
    """The index of an application, for what works beside its requests."""
    found: LiveIndex = app.extensions[_KEY]
    return found


def warm_up(app: Flask) -> int:
    """Fill the index before the first visitor has to wait for it; returns how many documents it holds."""
    found: LiveIndex = app.extensions[_KEY]
    return found.count()
