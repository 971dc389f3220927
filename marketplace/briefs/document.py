"""A brief's content as the JSON that is kept, and back. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from marketplace.briefs.model import BriefCloth, ClothFrom, Content, Earlier, Line
from marketplace.places import Point
from marketplace.units import Money, Quantity, Unit


def to_document(content: Content) -> dict[str, Any]:
    """Only what is stated: a field added later finds nothing in older versions, and is read as not stated."""
    cloth = content.cloth
    document: dict[str, Any] = {
        "title": content.title,
        "product": content.product,
        "lines": [[line.size, line.colour, line.pieces] for line in content.lines],
        "quantity": [content.quantity.atoms, content.quantity.unit.value] if content.quantity else None,
        "colours": content.colours if content.colours != 1 else None,
        "processes": list(content.processes),
        "cloth": {
            name: value
            for name, value in (
                ("composition", cloth.composition),
                ("gsm", cloth.gsm),
                ("width_cm", cloth.width_cm),
                ("supplied_by", cloth.supplied_by.value if cloth.supplied_by else None),
            )
            if value
        },
        "piece_g": content.piece_g,
        "start": content.start.isoformat() if content.start else None,
        "by": content.by.isoformat() if content.by else None,
        "target": _money(content.target),
        "place": content.place,
        "point": [content.point.lat_e7, content.point.lon_e7] if content.point else None,
        "pattern_revision": content.pattern_revision,
        "what_changed": content.what_changed,
        "lots": content.lots,
        "earlier": _earlier(content.earlier) if content.earlier else None,
        "notes": content.notes,
    }
    return {name: value for name, value in document.items() if value or name == "title"}


def from_document(document: dict[str, Any]) -> Content:
    cloth, quantity, point = document.get("cloth", {}), document.get("quantity"), document.get("point")
    return Content(
        title=document["title"],
        product=document.get("product", ""),
        lines=tuple(Line(size, colour, pieces) for size, colour, pieces in document.get("lines", ())),
        quantity=Quantity(quantity[0], Unit(quantity[1])) if quantity else None,
        colours=document.get("colours", 1),
        processes=tuple(document.get("processes", ())),
        cloth=BriefCloth(
            composition=cloth.get("composition", ""),
            gsm=cloth.get("gsm"),
            width_cm=cloth.get("width_cm"),
            supplied_by=ClothFrom(cloth["supplied_by"]) if "supplied_by" in cloth else None,
        ),
        piece_g=document.get("piece_g"),
        start=_day(document.get("start")),
        by=_day(document.get("by")),
        target=_read_money(document.get("target")),
        place=document.get("place", ""),
        point=Point(*point) if point else None,
        pattern_revision=document.get("pattern_revision", ""),
        what_changed=document.get("what_changed", ""),
        lots=document.get("lots", ""),
        earlier=_read_earlier(document.get("earlier")),
        notes=document.get("notes", ""),
    )


def _earlier(earlier: Earlier) -> dict[str, Any]:
    return {
        "supplier_id": earlier.supplier_id,
        "supplier": earlier.supplier,
        "price": _money(earlier.price),
        "order_id": earlier.order_id,
    }


def _read_earlier(kept: dict[str, Any] | None) -> Earlier | None:
    if kept is None:
        return None
    return Earlier(kept["supplier_id"], kept["supplier"], _read_money(kept["price"]), kept["order_id"])


def _money(money: Money | None) -> list[int | str] | None:
    return [money.minor, money.currency] if money else None


def _read_money(kept: list[Any] | None) -> Money | None:
    return Money(kept[0], kept[1]) if kept else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
