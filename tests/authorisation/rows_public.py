"""What everybody may read, and the routes of getting in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from personas import OTHER_SUPPLIER, SUPPLIER
from rows import Row
from world import PASSWORD, World

from marketplace.accounts import store as accounts
from marketplace.accounts.model import Purpose
from marketplace.accounts.tokens import hash_token, new_token


def a_page_of_a_supplier(world: World) -> dict[str, Any]:
    return {"slug": world.supplier.slug}


def a_supplier(world: World) -> dict[str, Any]:
    return {"public_id": world.supplier.public_id}


def another_supplier(world: World) -> dict[str, Any]:
    return {"public_id": world.suppliers[OTHER_SUPPLIER].public_id}


def _mail_token(world: World, purpose: Purpose) -> dict[str, Any]:
    token = new_token()
    with world.database.writing() as db:
        person = world.people["apprentice"]
        accounts.add_mail_token(db, person.id, purpose, hash_token(token), world.now, timedelta(days=1))
    return {"token": token}


def a_reset_link(world: World) -> dict[str, Any]:
    return _mail_token(world, Purpose.RESET)


def a_confirmation_link(world: World) -> dict[str, Any]:
    return _mail_token(world, Purpose.CONFIRM)


_READ = (
    "site.front",
    "site.help",
    "site.glossary",
    "feeds.health",
    "feeds.openapi",
    "feeds.robots",
    "feeds.sitemap",
    "search.search",
    "search.suggestions",
    "search_api.search",
    "search_api.search_geojson",
    "search_api.suggest",
    "placements.placements",
    "placements_api.placements",
    "accounts.sign_up",
    "accounts.sign_in",
    "accounts.reset",
)
_NEW = {"name": "Nora Neu", "email": "nora@example.com", "password": "a spool of grey thread", "role": "supplier"}

ROWS = [
    *(Row(endpoint) for endpoint in _READ),
    Row("search_api.find_places", query={"q": "Prato"}),
    Row("search_api.map_labels", query={"south": "43", "west": "10", "north": "45", "east": "12"}),
    Row("suppliers.supplier", make=a_page_of_a_supplier, parties={SUPPLIER}),
    Row("suppliers_api.supplier", make=a_supplier, parties={SUPPLIER}),
    Row("capacity_api.capacity", make=a_supplier, parties={SUPPLIER}),
    Row("accounts.sign_up_post", "POST", form=_NEW),
    Row("accounts.sign_in_post", "POST", form={"email": "moderator@example.com", "password": PASSWORD}),
    Row("accounts.reset_post", "POST", form={"email": "moderator@example.com"}, events=0),  # a mail changes nothing yet
    Row("accounts.reset_new", make=a_reset_link),
    Row("accounts.reset_new_post", "POST", make=a_reset_link, form={"password": "seven bobbins in a row"}),
    Row("accounts.confirm", make=a_confirmation_link),
    Row("accounts.confirm_post", "POST", make=a_confirmation_link),
]
