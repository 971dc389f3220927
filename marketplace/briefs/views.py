"""Briefs as pages and JSON show them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import url_for

from marketplace.briefs.model import Brief, BriefState, Content, Kept, Readiness, Version
from marketplace.briefs.rules import is_cloth_job, readiness, unit_of
from marketplace.files.model import StoredFile
from marketplace.files.rules import size_text
from marketplace.suppliers.model import Status
from marketplace.units import Money, Quantity, Unit, format_quantity
from marketplace.units.model import format_money
from marketplace.units.rules import format_number, whole_or_decimal
from marketplace.vocabulary import Facet, vocabulary

FileUrl = Callable[[StoredFile], str]


def run_words(content: Content) -> str:
    """'60 pieces in 2 colours and 3 sizes', '120 metres in 2 colours'; empty while nothing is stated."""
    if content.lines:
        parts = [
            f"{len(names)} {word}s"
            for names, word in ((content.colours_in_order, "colour"), (content.sizes_in_order, "size"))
            if len(names) > 1
        ]
        amount = format_quantity(Quantity(content.pieces, Unit.PIECE))
    elif content.quantity:
        parts = [f"{content.colours} colours"] if content.colours > 1 else []
        amount = format_quantity(content.quantity)
    else:
        return ""
    return f"{amount} in {' and '.join(parts)}" if parts else amount


def table_view(content: Content) -> dict[str, Any] | None:
    """The table of sizes and colours with its sums; None where nothing is counted in pieces."""
    if not content.lines:
        return None
    sizes, colours = content.sizes_in_order, content.colours_in_order
    pieces = {(line.colour, line.size): line.pieces for line in content.lines}
    rows = [
        {
            "colour": colour,
            "cells": [pieces.get((colour, size)) for size in sizes],
            "sum": sum(pieces.get((colour, size), 0) for size in sizes),
        }
        for colour in colours
    ]
    sums = [sum(pieces.get((colour, size), 0) for colour in colours) for size in sizes]
    return {"sizes": list(sizes), "rows": rows, "sums": sums, "total": content.pieces}


def target_text(content: Content) -> str:
    return f"{format_money(content.target)} a {unit_of(content).singular}" if content.target else ""


def content_view(content: Content, files: Sequence[StoredFile] = (), file_url: FileUrl | None = None) -> dict[str, Any]:
    """What templates/briefs/_content.html shows; `file_url` says where whoever looks can get a file."""
    words, cloth = vocabulary(), content.cloth
    return {
        "title": content.title,
        "product": words.label(Facet.PRODUCT, content.product) if content.product else "",
        "run": run_words(content),
        "table": table_view(content),
        "cloth_amount": format_quantity(content.quantity) if content.quantity else "",
        "cloth_colours": content.colours if content.quantity and content.colours > 1 else None,
        "steps": [words.label(Facet.PROCESS, step) for step in content.processes],
        "cloth": cloth.composition,
        "gsm": cloth.gsm,
        "width_cm": cloth.width_cm,
        "cloth_from": cloth.supplied_by.label if cloth.supplied_by else "",
        "piece_g": content.piece_g,
        "start": content.start,
        "by": content.by,
        "target": target_text(content),
        "place": content.place,
        "pattern_revision": content.pattern_revision,
        "what_changed": content.what_changed,
        "lots": content.lots,
        "earlier": _earlier_view(content),
        "notes": content.notes,
        "files": [file_view(file, file_url(file) if file_url else None) for file in files],
    }


def file_view(file: StoredFile, url: str | None) -> dict[str, Any]:
    return {"id": file.public_id, "name": file.name, "size": size_text(file.size), "url": url, "day": file.created_at}


def readiness_view(found: Readiness) -> dict[str, Any]:
    """`field` is the anchor of the form field, or "files", which stand on the brief's own page."""
    return {
        "is_ready": found.is_ready,
        "answered": found.answered,
        "asked": found.answered + len(found.missing),
        "missing": [{"field": question.field, "text": question.text} for question in found.missing],
        "helpful": [{"field": question.field, "text": question.text} for question in found.helpful],
    }


def own_view(brief: Brief, today: date) -> dict[str, Any]:
    """One line of the studio's list."""
    found = readiness(brief.content, brief.files, today)
    return {
        "id": brief.public_id,
        "title": brief.content.title,
        "url": url_for("briefs.brief", public_id=brief.public_id),
        "run": run_words(brief.content),
        "steps": [vocabulary().label(Facet.PROCESS, step) for step in brief.content.processes],
        "by": brief.content.by,
        "is_archived": brief.state is BriefState.ARCHIVED,
        "is_ready": found.is_ready,
        "missing": len(found.missing),
        "changed_at": brief.changed_at,
        "is_repeat": brief.repeats_id is not None,
        "restore_url": url_for("briefs.restore", public_id=brief.public_id),
        "ask_url": f"/account/enquiries/new?brief={brief.public_id}",
        "quotes_url": f"/account/briefs/{brief.public_id}/quotes",
    }


def version_view(version: Version, url: str) -> dict[str, Any]:
    return {
        "number": version.number,
        "at": version.at,
        "person": version.person,
        "changes": list(version.changes),
        "url": url,
    }


def search_parameters(content: Content) -> list[tuple[str, str]]:
    """The query string that finds suppliers for a brief: its first step, its run, its day."""
    pairs: list[tuple[str, str]] = []
    if content.processes:
        pairs.append(("process", content.processes[0]))
    if content.product and not is_cloth_job(content):
        pairs.append(("product", content.product))
    if content.lines:
        pairs += [("quantity", str(content.pieces)), ("unit", Unit.PIECE.value)]
        pairs += [
            (name, str(len(values)))
            for name, values in (("colours", content.colours_in_order), ("sizes", content.sizes_in_order))
            if len(values) > 1
        ]
    elif content.quantity:
        amount = content.quantity
        pairs += [("quantity", format_number(amount.atoms, amount.unit)), ("unit", amount.unit.value)]
        pairs += [("colours", str(content.colours))] if content.colours > 1 else []
    if content.cloth.width_cm and content.cloth.gsm:
        pairs += [("width_cm", str(content.cloth.width_cm)), ("gsm", str(content.cloth.gsm))]
    if content.piece_g:
        pairs.append(("piece_g", str(content.piece_g)))
    if content.place:
        pairs.append(("near", content.place))
        if content.point:
            pairs += [("lat", f"{content.point.lat:.7f}"), ("lon", f"{content.point.lon:.7f}")]
    pairs += [(name, day.isoformat()) for name, day in (("from", content.start), ("by", content.by)) if day]
    return pairs


def content_json(content: Content) -> dict[str, Any]:
    """Field by field as the API takes it."""
    cloth, earlier = content.cloth, content.earlier
    return {
        "title": content.title,
        "product": content.product or None,
        "lines": [{"size": line.size, "colour": line.colour, "pieces": line.pieces} for line in content.lines],
        "quantity": whole_or_decimal(content.quantity) if content.quantity else None,
        "unit": content.quantity.unit.value if content.quantity else None,
        "colours": content.colours if content.quantity else None,
        "processes": list(content.processes),
        "composition": cloth.composition,
        "gsm": cloth.gsm,
        "width_cm": cloth.width_cm,
        "cloth_from": cloth.supplied_by.value if cloth.supplied_by else None,
        "piece_g": content.piece_g,
        "start": content.start.isoformat() if content.start else None,
        "by": content.by.isoformat() if content.by else None,
        "target_minor": content.target.minor if content.target else None,
        "currency": content.target.currency if content.target else None,
        "place": content.place,
        "lat": content.point.lat if content.point else None,
        "lon": content.point.lon if content.point else None,
        "pattern_revision": content.pattern_revision,
        "what_changed": content.what_changed,
        "lots": content.lots,
        "notes": content.notes,
        "earlier": None
        if earlier is None
        else {
            "supplier_id": earlier.supplier_id or None,
            "supplier": earlier.supplier or None,
            "price_minor": earlier.price.minor if earlier.price else None,
            "currency": earlier.price.currency if earlier.price else None,
            "order_id": earlier.order_id or None,
        },
    }


def brief_json(brief: Brief, repeats: str | None, today: date) -> dict[str, Any]:
    """`repeats`: the public id of the brief that this one repeats."""
    found = readiness(brief.content, brief.files, today)
    return {
        "id": brief.public_id,
        "state": brief.state.value,
        "version": brief.version,
        "is_ready": found.is_ready,
        "missing": [{"field": question.field, "text": question.text} for question in found.missing],
        "helpful": [{"field": question.field, "text": question.text} for question in found.helpful],
        "repeats": repeats,
        "created_at": brief.created_at.isoformat(),
        "changed_at": brief.changed_at.isoformat(),
        "content": content_json(brief.content),
        "files": [file_json(file) for file in brief.files],
    }


def file_json(file: StoredFile) -> dict[str, Any]:
    return {
        "id": file.public_id,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "sha256": file.sha256,
        "created_at": file.created_at.isoformat(),
    }


def version_json(version: Version) -> dict[str, Any]:
    return {
        "version": version.number,
        "at": version.at.isoformat(),
        "person": version.person or None,
        "changes": list(version.changes),
        "content": content_json(version.content),
    }


def _earlier_view(content: Content) -> dict[str, str] | None:
    earlier = content.earlier
    if earlier is None:
        return None
    return {"supplier": earlier.supplier, "price": _price(earlier.price)}


def _price(money: Money | None) -> str:
    return format_money(money) if money else ""


def kept_view(kept: Kept) -> dict[str, Any]:
    supplier = kept.supplier
    site = supplier.sites[0].draft.address if supplier.sites else None
    services = [s.draft.process for s in supplier.services if s.status is Status.PUBLISHED]
    return {
        "id": supplier.public_id,
        "name": supplier.profile.name,
        "kind": supplier.profile.kind,
        "kind_label": vocabulary().label(Facet.KIND, supplier.profile.kind),
        "locality": site.locality if site else "",
        "steps": [vocabulary().label(Facet.PROCESS, step) for step in dict.fromkeys(services)],
        "url": url_for("suppliers.supplier", slug=supplier.slug) if kept.is_published else None,
        "note": kept.item.note,
        "error": None,
        "put_url": url_for("shortlist.put", supplier_id=supplier.public_id),
        "remove_url": url_for("shortlist.remove", supplier_id=supplier.public_id),
    }


def kept_json(kept: Kept) -> dict[str, Any]:
    return {
        "supplier_id": kept.supplier.public_id,
        "name": kept.supplier.profile.name,
        "is_published": kept.is_published,
        "note": kept.item.note,
        "added_at": kept.item.added_at.isoformat(),
    }
