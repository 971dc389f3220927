"""Read the vocabulary that ships with the package, once."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

from marketplace.units import Unit
from marketplace.vocabulary.model import Basis, Facet, Process, ProductDefaults, Term, Vocabulary, fold

_LISTS = {
    Facet.KIND: "kinds",
    Facet.SKILL: "skills",
    Facet.MATERIAL: "materials",
    Facet.PRODUCT: "products",
    Facet.CERTIFICATION: "certifications",
    Facet.LANGUAGE: "languages",
}


@cache
def vocabulary() -> Vocabulary:
    data = json.loads(resources.files(__package__).joinpath("data.json").read_text("utf-8"))
    terms: dict[Facet, dict[str, Term]] = {
        facet: {row["id"]: _term(row) for row in data[name]} for facet, name in _LISTS.items()
    }
    processes = {row["id"]: _process(row, data["skills"]) for row in data["processes"]}
    terms[Facet.PROCESS] = dict(processes)
    return Vocabulary(
        terms=terms,
        processes=processes,
        machines={row["family"]: tuple(row["names"]) for row in data["machines"]},
        product_defaults={
            row["id"]: ProductDefaults(**row["defaults"]) for row in data["products"] if "defaults" in row
        },
        _names={facet: _names(listed) for facet, listed in terms.items()},
    )


def _term(row: dict[str, Any]) -> Term:
    group = row.get("group") or row.get("family") or ""
    return Term(row["id"], row["label"], group, tuple(row.get("aliases", ())))


def _process(row: dict[str, Any], skills: list[dict[str, Any]]) -> Process:
    return Process(
        id=row["id"],
        label=row["label"],
        aliases=tuple(row["aliases"]),
        order=row["order"],
        kind=row["kind"],
        branch=row["branch"],
        units=tuple(Unit(unit) for unit in row["units"]),
        bases=tuple(Basis(basis) for basis in row["bases"]),
        skills=tuple(skill["id"] for skill in skills if row["id"] in skill["processes"]),
    )


def _names(terms: dict[str, Term]) -> dict[str, str]:
    """Folded name -> identifier. Identifiers win over labels, labels over aliases, earlier terms over later."""
    names: dict[str, str] = {}
    for term in terms.values():
        names[fold(term.id)] = term.id
    for term in terms.values():
        names.setdefault(fold(term.label), term.id)
    for term in terms.values():
        for alias in term.aliases:
            names.setdefault(fold(alias), term.id)
    return names
