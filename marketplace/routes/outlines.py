"""Chains of steps to begin from, with the figures of an ordinary piece: every one of them can be changed. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outline:
    """`steps` are processes, those on files first; `metres` of finished cloth for one piece, in cm-wide cloth of so
    many g/m2. `product` is a term; empty for cloth alone, of which pieces are metres."""

    id: str
    label: str
    steps: tuple[str, ...]
    product: str
    pieces: int
    metres: str
    width_cm: int
    gsm: int
    says: str


OUTLINES = (
    Outline(
        "jacket",
        "Jacket, from yarn to press",
        ("pattern", "weave", "dye_fabric", "cut", "sew", "press"),
        "jackets_blazers",
        50,
        "2",
        150,
        200,
        "Woven and dyed for you; the pattern is made meanwhile",
    ),
    Outline(
        "dress",
        "Dress from dyed cloth",
        ("pattern", "grade", "dye_fabric", "cut", "sew", "press"),
        "dresses",
        50,
        "2.5",
        140,
        150,
        "Cloth you have found is dyed, cut and sewn",
    ),
    Outline(
        "knit",
        "Knitwear",
        ("knit_panel", "link", "wash", "press"),
        "sweaters",
        50,
        "",
        0,
        0,
        "Panels, linked, washed, pressed",
    ),
    Outline(
        "make", "Cut, make and press", ("cut", "sew", "press"), "", 50, "1.6", 150, 200, "The cloth is there already"
    ),
    Outline(
        "cloth",
        "Cloth only",
        ("weave", "dye_fabric"),
        "",
        100,
        "1",
        150,
        200,
        "A warp of your own, dyed: pieces are metres here",
    ),
)


def find_outline(outline_id: str) -> Outline | None:
    return next((outline for outline in OUTLINES if outline.id == outline_id), None)
