"""Who comes by in the walk, and what the table of permissions says they may do.

The table is read here once more, by other code than the application's: marketplace/accounts/policy.py is what the walk
checks.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib import resources

STUDIO, SUPPLIER = "studio", "supplier"  # the parties of every object the walk knows
OTHER_STUDIO, OTHER_SUPPLIER = "other studio", "other supplier"
KIND = {STUDIO: "studio", OTHER_STUDIO: "studio", SUPPLIER: "supplier", OTHER_SUPPLIER: "supplier"}


@dataclass(frozen=True)
class Persona:
    """`belongs`: what they belong to when the walk begins. `once`: what they belonged to while they signed in and made
    their tokens; it was taken from them since, and so must be every right."""

    name: str
    belongs: tuple[tuple[str, str], ...] = ()  # (organisation, role)
    once: tuple[tuple[str, str], ...] = ()
    is_confirmed: bool = True
    is_apprentice: bool = False
    is_moderator: bool = False
    is_suspended: bool = False
    is_person: bool = True

    @property
    def is_signed_in(self) -> bool:
        return self.is_person and not self.is_suspended


PERSONAS = (
    Persona("anonymous", is_person=False),
    Persona("new designer", ((STUDIO, "staff"),), is_confirmed=False),
    Persona("new supplier", ((SUPPLIER, "staff"),), is_confirmed=False),
    Persona("designer", ((STUDIO, "owner"),)),
    Persona("designer staff", ((STUDIO, "staff"),)),
    Persona("designer other", ((OTHER_STUDIO, "owner"),)),
    Persona("supplier owner", ((SUPPLIER, "owner"),)),
    Persona("supplier staff", ((SUPPLIER, "staff"),)),
    Persona("supplier other", ((OTHER_SUPPLIER, "owner"),)),
    Persona("apprentice", is_apprentice=True),
    Persona("moderator", is_moderator=True),
    Persona("suspended", ((STUDIO, "owner"), (SUPPLIER, "owner")), is_moderator=True, is_suspended=True),
    Persona("removed designer", once=((STUDIO, "staff"),)),
    Persona("removed staff", once=((SUPPLIER, "staff"),)),
    Persona("sold the workshop", once=((SUPPLIER, "owner"),)),
)
BY_NAME = {persona.name: persona for persona in PERSONAS}


@cache
def table() -> dict[str, dict[str, str]]:
    text = resources.files("marketplace.accounts").joinpath("permissions.csv").read_text("utf-8")
    return {row["action"]: row for row in csv.DictReader(text.splitlines())}


def may(persona: Persona, action: str, parties: frozenset[str] | None) -> bool:
    """What the table says. `parties`: the organisations the object belongs to; None: whichever the persona keeps."""
    cells = table()[action]
    if cells["anyone"]:
        return True
    if not persona.is_signed_in or (cells["confirmed"] and not persona.is_confirmed):
        return False
    if cells["person"] or (cells["moderator"] and persona.is_moderator):
        return True
    return any(
        KIND[organisation] in cells[role].replace("yes", "studio supplier").split()
        for organisation, role in persona.belongs
        if parties is None or organisation in parties
    )
