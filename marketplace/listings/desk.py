"""What the owner's pages share: the listing they work on, the choices of their forms."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from werkzeug.exceptions import HTTPException

from marketplace.accounts.current import current_actor
from marketplace.places.countries import all_countries
from marketplace.suppliers.actions import find_own
from marketplace.suppliers.model import Supplier
from marketplace.units import Unit
from marketplace.units.model import CURRENCIES
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import Basis
from marketplace.web.context import database


class NoListing(HTTPException):
    """The person has no listing yet: lead them to the guide."""

    code = 303


def find_listing() -> Supplier | None:
    """The listing the actor works on, if there is one yet."""
    with database().reading() as session:
        return find_own(session, current_actor())


def own_listing() -> Supplier:
    """The listing of the actor.

    Errors: NoListing, which redirects to the guide.
    """
    supplier = find_listing()
    if supplier is None:
        raise NoListing(response=redirect(url_for("suppliers.guide"), 303))
    return supplier


def choices(facet: Facet) -> list[tuple[str, str]]:
    return sorted(
        ((term.id, term.label) for term in vocabulary().terms[facet].values()), key=lambda pair: pair[1].lower()
    )


def profile_choices() -> dict[str, Any]:
    return {
        "kinds": [(term.id, term.label) for term in vocabulary().terms[Facet.KIND].values()],
        "countries": sorted(((c.alpha2, c.name) for c in all_countries()), key=lambda pair: pair[1]),
        "languages": choices(Facet.LANGUAGE),
    }


def service_choices() -> dict[str, Any]:
    processes = sorted(vocabulary().processes.values(), key=lambda process: (process.order, process.label))
    return {
        "processes": [(process.id, process.label) for process in processes],
        "units": [(unit.value, unit.label) for unit in Unit],
        "scopes": [(basis.value, basis.label.removeprefix("per ")) for basis in Basis],
        "currencies": [(code, code) for code in sorted(CURRENCIES)],
        "skills": choices(Facet.SKILL),
        "materials": choices(Facet.MATERIAL),
        "products": choices(Facet.PRODUCT),
    }
