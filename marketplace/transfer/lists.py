"""Cells that hold a list of things with parts: machines, certificates, closed days, price breaks. Pure."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from marketplace.capacity.actions import MAXIMUM_CLOSURES
from marketplace.capacity.model import Closure
from marketplace.suppliers.model import Certificate, Machine, PriceBreak
from marketplace.text import clean_line, clean_name, clean_text
from marketplace.transfer.escapes import escape, join_list, read_text, split_list, unescape, write_inline
from marketplace.transfer.row import Terms, day, parts, whole
from marketplace.units.model import MAXIMUM_WHOLE
from marketplace.vocabulary import Facet, vocabulary
from marketplace.vocabulary.model import fold

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MAXIMUM_ITEMS = 100
_LIMITS = ("width_cm", "gauge", "load_min_kg", "load_max_kg", "heads", "colours", "field_cm")
_MACHINE_KEYS = ("family", "count", *_LIMITS, "note")
_CERTIFICATE_KEYS = ("number", "scope", "holder", "issuer", "from", "to")


def read_machines(text: str) -> tuple[Machine, ...]:
    """Errors: ValueError naming the item."""
    return tuple(_machine(item) for item in _items(text))


def write_machines(machines: tuple[Machine, ...]) -> str:
    return join_list(_write_machine(machine) for machine in machines)


def _machine(item: str) -> Machine:
    name, named = parts(item, _MACHINE_KEYS)
    families = vocabulary().machines
    family = named.get("family") or next(
        (family for family, names in families.items() if fold(name) in {fold(known) for known in names}), ""
    )
    if family not in families:
        raise ValueError(f"“{name[:40]}” needs its family, one of {', '.join(families)}: {name[:40]};family=weave")
    number = whole(0, MAXIMUM_WHOLE)
    limits = {key: number(named[key]) if key in named else None for key in _LIMITS}
    count = whole(1, 100_000)(named["count"]) if "count" in named else 1
    return Machine(family, clean_name(name), count, **limits, note=clean_text(read_text(named.get("note", ""))))


def _write_machine(machine: Machine) -> str:
    cells = [escape(machine.name), f"family={machine.family}"]
    if machine.count != 1:
        cells.append(f"count={machine.count}")
    cells += [f"{key}={getattr(machine, key)}" for key in _LIMITS if getattr(machine, key) is not None]
    if machine.note:
        cells.append(f"note={escape(write_inline(machine.note))}")
    return ";".join(cells)


def read_certificates(text: str, terms: Terms) -> tuple[Certificate, ...]:
    """Errors: ValueError naming the item."""
    return tuple(_certificate(item, terms) for item in _items(text))


def write_certificates(certificates: tuple[Certificate, ...]) -> str:
    return join_list(_write_certificate(certificate) for certificate in certificates)


def _certificate(item: str, terms: Terms) -> Certificate:
    scheme, named = parts(item, _CERTIFICATE_KEYS)
    first, last = (day(named[key]) if named.get(key) else None for key in ("from", "to"))
    if first and last and first > last:
        raise ValueError(f"“{scheme[:40]}” is valid from {first.isoformat()} to {last.isoformat()}: the end is first")
    texts = {key: clean_text(read_text(named.get(key, ""))) for key in ("number", "scope", "holder", "issuer")}
    return Certificate(terms.term(Facet.CERTIFICATION, scheme), **texts, valid_from=first, valid_to=last)


def _write_certificate(certificate: Certificate) -> str:
    cells = [escape(certificate.scheme)]
    texts = {key: getattr(certificate, key) for key in ("number", "scope", "holder", "issuer")}
    cells += [f"{key}={escape(write_inline(value))}" for key, value in texts.items() if value]
    if certificate.valid_from:
        cells.append(f"from={certificate.valid_from.isoformat()}")
    if certificate.valid_to:
        cells.append(f"to={certificate.valid_to.isoformat()}")
    return ";".join(cells)


def read_closures(text: str) -> tuple[Closure, ...]:
    """Days on which a site is shut: '2027-08-02/2027-08-29 August|2027-03-08', in order of date.

    Errors: ValueError for bad dates and for closures that overlap.
    """
    closures = sorted((_closure(unescape(item)) for item in _items(text)), key=lambda c: c.first)
    for before, after in pairwise(closures):
        if after.first <= before.last:
            raise ValueError(f"two closures overlap on {after.first.isoformat()}: join them")
    if len(closures) > MAXIMUM_CLOSURES:
        raise ValueError(f"at most {MAXIMUM_CLOSURES} closures")
    return tuple(closures)


def _closure(text: str) -> Closure:
    days, _, reason = text.partition(" ")
    first_text, _, last_text = days.partition("/")
    first = day(first_text)
    last: date = day(last_text) if last_text else first
    if last < first:
        raise ValueError(f"“{days}” ends before it begins")
    return Closure(first, last, clean_line(reason))


def write_closures(closures: tuple[Closure, ...]) -> str:
    return join_list(escape(_write_closure(closure)) for closure in closures)


def _write_closure(closure: Closure) -> str:
    days = closure.first.isoformat()
    if closure.last != closure.first:
        days += f"/{closure.last.isoformat()}"
    return f"{days} {closure.reason}".strip()


def read_working_days(text: str) -> frozenset[int]:
    """Errors: ValueError for a word that is no day of the week."""
    found = set()
    for item in split_list(text):
        key = fold(item)[:3]
        if key not in DAYS:
            raise ValueError(f"“{item[:40]}” is not a day of the week: write mon|tue|wed|thu|fri")
        found.add(DAYS.index(key))
    return frozenset(found)


def write_working_days(days: frozenset[int]) -> str:
    return join_list(DAYS[n] for n in sorted(days))


def read_breaks(text: str) -> tuple[PriceBreak, ...]:
    """Prices from a number of units on: '100:2800|200:2600'.

    Errors: ValueError.
    """
    breaks: dict[int, PriceBreak] = {}
    for item in _items(text):
        start, colon, minor = item.partition(":")
        if not colon:
            raise ValueError(f"“{item[:40]}” is not a price break: write 100:2800 for 28.00 each from 100 on")
        found = PriceBreak(whole(1, MAXIMUM_WHOLE)(start.strip()), whole(0, 10**12)(minor.strip()))
        if found.from_quantity in breaks:
            raise ValueError(f"two prices from {found.from_quantity} on: keep one")
        breaks[found.from_quantity] = found
    return tuple(breaks[start] for start in sorted(breaks))


def write_breaks(breaks: tuple[PriceBreak, ...]) -> str:
    return join_list(f"{b.from_quantity}:{b.unit_minor}" for b in breaks)


def _items(text: str) -> list[str]:
    items = split_list(text)
    if len(items) > _MAXIMUM_ITEMS:
        raise ValueError(f"at most {_MAXIMUM_ITEMS} items in one cell")
    return items
