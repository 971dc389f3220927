"""Saved searches, their feeds, and stopping by a link."""

from __future__ import annotations

from typing import Any

from rows import Row
from world import World

from marketplace.accounts.tokens import new_token
from marketplace.alerts import store
from marketplace.alerts.model import Frequency, Wanted

_QUESTION = "process=sew&quantity=50"


def a_search(world: World) -> dict[str, Any]:
    wanted = Wanted("Sewing", _QUESTION, "km", Frequency.DAILY)
    with world.database.writing() as db:
        person = world.people["designer"]
        return {"public_id": store.add(db, person.id, wanted, new_token(), new_token(), world.now).public_id}


def a_stopped_search(world: World) -> dict[str, Any]:
    made = a_search(world)
    with world.database.writing() as db:
        store.stop(db, store.get_own(db, world.people["designer"].id, made["public_id"]), world.now)
    return made


def a_removed_search(world: World) -> dict[str, Any]:
    made = a_search(world)
    with world.database.writing() as db:
        store.remove(db, store.get_own(db, world.people["designer"].id, made["public_id"]), world.now)
    return made


def _secret(world: World, made: dict[str, Any], which: str) -> dict[str, Any]:
    with world.database.reading() as db:
        return {"token": getattr(store.get_own(db, world.people["designer"].id, made["public_id"]), which)}


def a_feed(world: World) -> dict[str, Any]:
    return _secret(world, a_search(world), "feed_token")


def a_stop_link(world: World) -> dict[str, Any]:
    return _secret(world, a_search(world), "stop_token")


def a_used_stop_link(world: World) -> dict[str, Any]:
    return _secret(world, a_stopped_search(world), "stop_token")


_SAVED = {"name": "Jackets", "frequency": "weekly", "question": _QUESTION}

ROWS = [
    Row("alerts.alerts"),
    Row("alerts.new", query={"process": "sew"}),
    Row("alerts.save", "POST", form=_SAVED),
    Row("alerts.edit", make=a_search, owner="designer"),
    Row("alerts.change", "POST", make=a_search, form={"name": "Coats", "frequency": "weekly"}, owner="designer"),
    Row("alerts.stop", "POST", make=a_search, owner="designer"),
    Row("alerts.start", "POST", make=a_stopped_search, owner="designer"),
    Row("alerts.ask_to_remove", make=a_search, owner="designer"),
    Row("alerts.remove", "POST", make=a_search, owner="designer"),
    Row("alerts.restore", "POST", make=a_removed_search, owner="designer"),
    Row("alert_links.feed", make=a_feed),
    Row("alert_links.ask_to_stop", make=a_stop_link),
    Row("alert_links.stop", "POST", make=a_stop_link),
    Row("alert_links.start", "POST", make=a_used_stop_link),
]
