"""What the demonstration designers want made. Pure: the day, and the same content."""

from __future__ import annotations

from datetime import date, timedelta

from marketplace.briefs.model import BriefCloth, ClothFrom, Content, Line
from marketplace.places import Point
from marketplace.units import Money, Quantity, Unit

PLACE, POINT = "Silver Lake, California, United States", Point.of(34.0867, -118.2702)
_WEEK = timedelta(weeks=1)

MEASUREMENTS = (
    "measurements.csv",
    "size,chest cm,length cm,sleeve cm,shoulder cm\nS,108,68,61,45\nM,113,70,62,46.5\nL,118,72,63,48\n",
)


def jackets(today: date) -> Content:
    """Ready to price: 60 pieces in two colours and three sizes."""
    return Content(
        title="Linen chore jackets, spring run",
        product="jackets_blazers",
        lines=tuple(
            Line(size, colour, pieces)
            for colour in ("ecru", "indigo")
            for size, pieces in (("S", 9), ("M", 12), ("L", 9))
        ),
        processes=("sew",),
        cloth=BriefCloth("100 % linen, washed", 235, 148, ClothFrom.STUDIO),
        start=today + _WEEK,
        by=today + 16 * _WEEK,
        target=Money(2600, "USD"),
        place=PLACE,
        point=POINT,
        pattern_revision="B",
        notes="Cut pieces come bundled by size. Three patch pockets, felled seams, five corozo buttons, no lining.",
    )


def overshirts(written: date) -> Content:
    """The run that is being made: 40 pieces in one colour."""
    return Content(
        title="Denim overshirts",
        product="woven_shirts",
        lines=tuple(Line(size, "raw indigo", pieces) for size, pieces in (("S", 10), ("M", 18), ("L", 12))),
        processes=("sew",),
        cloth=BriefCloth("98 % cotton, 2 % elastane", 340, 150, ClothFrom.STUDIO),
        start=written + _WEEK,
        by=written + 12 * _WEEK,
        place=PLACE,
        point=POINT,
        pattern_revision="A",
    )


def aprons(written: date) -> Content:
    """The run that is over: 30 pieces in one size."""
    return Content(
        title="Canvas aprons for a bakery",
        product="aprons",
        lines=(Line("one size", "flour white", 30),),
        processes=("sew",),
        cloth=BriefCloth("100 % cotton canvas", 410, 150, ClothFrom.STUDIO),
        start=written + _WEEK,
        by=written + 10 * _WEEK,
        place=PLACE,
        point=POINT,
    )


def raincoat() -> Content:
    """Only begun: a workshop would ask nearly everything."""
    return Content(
        title="Short raincoat, an idea for autumn",
        product="rainwear",
        place=PLACE,
        point=POINT,
        notes="Waxed cotton or a membrane? Taped seams if the sample room knows how.",
    )


def twill(today: date) -> Content:
    """A job on cloth, for a dye house."""
    return Content(
        title="Linen twill, dyed in the piece",
        quantity=Quantity.of(90, Unit.KG),
        colours=1,
        processes=("dye_fabric",),
        cloth=BriefCloth("100 % linen", 260, 150, ClothFrom.STUDIO),
        start=today + 2 * _WEEK,
        by=today + 12 * _WEEK,
        place="Prato, Toscana, Italy",
        point=Point.of(43.88, 11.10),
    )
