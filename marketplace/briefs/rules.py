"""What a brief still lacks, the run it asks for, and how two versions differ. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from marketplace.briefs.model import BriefCloth, Content, Line, Question, Readiness
from marketplace.files.model import StoredFile
from marketplace.suppliers.rules import Cloth, Run, Split
from marketplace.text import MAXIMUM_NAME
from marketplace.units import Quantity, Unit, format_quantity
from marketplace.units.model import format_money
from marketplace.vocabulary import Facet, vocabulary

# Steps that make or treat cloth or yarn: counted in metres or kilograms, not in pieces.
CLOTH_STEPS = frozenset("spin dye_yarn weave knit_fabric dye_fabric print_fabric finish_fabric".split())
_MAKES_THE_CLOTH = frozenset({"spin", "weave", "knit_fabric", "knit_panel"})
_NEEDS_WIDTH = frozenset("weave knit_fabric dye_fabric print_fabric finish_fabric cut sample".split())
_WEIGHED_PIECES = frozenset({"dye_garment", "wash"})


def is_cloth_job(content: Content) -> bool:
    """Whether nothing but cloth or yarn is asked for."""
    if content.lines:
        return False
    return content.quantity is not None or (bool(content.processes) and set(content.processes) <= CLOTH_STEPS)


def run_of(content: Content, unit: Unit = Unit.PIECE) -> Run | None:
    """The run as the minimum rules read it; None while no quantity is stated.

    A brief may state pieces and the cloth for them. `unit` is what a service counts: who counts metres or kilograms
    is asked for the cloth where its amount is stated, everybody else for the pieces.
    """
    cloth = content.cloth
    known = Cloth(cloth.width_cm, cloth.gsm) if cloth.width_cm and cloth.gsm else None
    amount = content.quantity
    if content.pieces and not (amount and unit in (Unit.METRE, Unit.KG, Unit.M2)):
        return Run(
            Quantity(content.pieces, Unit.PIECE),
            colours=len(content.colours_in_order),
            sizes=len(content.sizes_in_order),
            cloth=known,
            piece_g=content.piece_g,
            split=_split(content.lines),
        )
    if amount is None:
        return None
    return Run(amount, colours=content.colours, cloth=known, piece_g=content.piece_g)


def _split(lines: Sequence[Line]) -> Split | None:
    """How the size table divides the pieces; None where it does so evenly."""
    colours, sizes = Counter[str](), Counter[tuple[str, str]]()
    for line in lines:
        colours[line.colour] += line.pieces * Unit.PIECE.atoms
        sizes[line.colour, line.size] += line.pieces * Unit.PIECE.atoms
    is_even = len({*colours.values()}) == len({*sizes.values()}) == 1
    return None if is_even else Split(tuple(colours.values()), tuple(sizes.values()))


def readiness(content: Content, files: Sequence[StoredFile], today: date | None = None) -> Readiness:
    """What a workshop would ask next, in the order of the form. With `today`, a day that has passed is asked again."""
    asked = list(_asked(content, files, today))
    return Readiness(
        missing=tuple(question for question, is_answered, is_needed in asked if is_needed and not is_answered),
        helpful=tuple(question for question, is_answered, is_needed in asked if not is_needed and not is_answered),
        answered=sum(is_answered for _, is_answered, is_needed in asked if is_needed),
    )


def _asked(content: Content, files: Sequence[StoredFile], today: date | None) -> Iterator[tuple[Question, bool, bool]]:
    """(question, is it answered, must it be)."""
    steps, cloth = set(content.processes), content.cloth
    of_cloth = is_cloth_job(content)
    on_paper = bool(steps) and all(vocabulary().processes[step].branch == "digital" for step in steps)
    yield Question("product", "What is being made?"), bool(content.product), not of_cloth
    if of_cloth:
        yield Question("quantity", "How many metres or kilograms?"), content.quantity is not None, True
    else:
        text = "How many pieces, in which sizes and colours?"
        yield Question("lines", text), content.pieces > 0, True
    yield Question("processes", "Which steps should the workshop do?"), bool(steps), True
    if not on_paper:
        yield Question("composition", "What is the cloth made of?"), bool(cloth.composition), True
        yield Question("gsm", "How heavy is the cloth, in grams per square metre?"), bool(cloth.gsm), True
        is_needed = bool(steps & _NEEDS_WIDTH) or not steps
        yield Question("width_cm", "How wide is the cloth, in centimetres?"), bool(cloth.width_cm), is_needed
        if not steps & _MAKES_THE_CLOTH:
            text = "Who brings the cloth, you or the workshop?"
            yield Question("cloth_from", text), cloth.supplied_by is not None, True
    if steps & _WEIGHED_PIECES:
        text = "What does one piece weigh, in grams? Dye houses and laundries count kilograms"
        yield Question("piece_g", text), bool(content.piece_g), True
    yield Question("start", "From which day can work begin?"), content.start is not None, False
    if content.by and today and content.by < today:
        yield Question("by", "The day you needed it by has passed: by when now?"), False, True
    else:
        yield Question("by", "By when do you need it?"), content.by is not None, True
    yield Question("place", "Where does it go when it is done?"), bool(content.place), True
    yield Question("target", "What should one cost, about?"), content.target is not None, False
    text = "What should it look like? Add the tech pack, a drawing or a photo"
    yield Question("files", text), bool(files), not of_cloth
    if content.earlier is not None or content.what_changed:
        text = "What is different from the run before?"
        yield Question("what_changed", text), bool(content.what_changed), False


def changes_between(old: Content, new: Content) -> list[str]:
    """What differs, one sentence each: 'Pattern revision: A, now B'. Empty when nothing does."""
    before, after = dict(_stated(old)), dict(_stated(new))
    said = []
    for name in dict.fromkeys((*before, *after)):
        was, now = before.get(name, ""), after.get(name, "")
        if was == now:
            continue
        if name == "Notes":
            said.append("Notes changed")
        elif not was:
            said.append(f"{name}: {now}")
        else:
            said.append(f"{name}: {was}, now {now or 'not stated'}")
    # Only the order of sizes or colours, the exact pin or who was asked before: nothing above shows it.
    return said or (["Details changed"] if old != new else [])


def merge(seen: Content, newest: Content, typed: Content) -> Content:
    """What two people mean who both changed the version `seen`: one has saved `newest`, the other has `typed`.

    What only one of them changed is taken from that one; where both did, what was typed stays, for its writer is there
    to look at it.
    """
    merged = {item.name: _either(seen, newest, typed, item.name) for item in fields(Content)}
    cloths = (seen.cloth, newest.cloth, typed.cloth)
    merged["cloth"] = BriefCloth(**{item.name: _either(*cloths, item.name) for item in fields(BriefCloth)})
    merged["lines"] = _merge_lines(seen.lines, newest.lines, typed.lines)
    return Content(**merged)


def _either(seen: object, newest: object, typed: object, name: str) -> Any:
    return getattr(newest if getattr(typed, name) == getattr(seen, name) else typed, name)


def _merge_lines(seen: Sequence[Line], newest: Sequence[Line], typed: Sequence[Line]) -> tuple[Line, ...]:
    was, theirs, mine = ({(line.size, line.colour): line.pieces for line in lines} for lines in (seen, newest, typed))
    lines = []
    for key in dict.fromkeys((*mine, *theirs)):
        pieces = theirs.get(key, 0) if mine.get(key, 0) == was.get(key, 0) else mine.get(key, 0)
        if pieces:
            lines.append(Line(*key, pieces))
    return tuple(lines)


def _stated(content: Content) -> Iterator[tuple[str, str]]:
    """Each thing a brief says, in words, in the order of the form."""
    cloth, terms = content.cloth, vocabulary()
    yield "Title", content.title
    yield "Product", terms.label(Facet.PRODUCT, content.product) if content.product else ""
    for line in content.lines:
        yield line_name(line.size, line.colour), format_quantity(Quantity(line.pieces, Unit.PIECE))
    yield "Amount of cloth", format_quantity(content.quantity) if content.quantity else ""
    yield "Colours of cloth", str(content.colours) if content.quantity else ""
    yield "Steps", ", ".join(terms.label(Facet.PROCESS, step) for step in content.processes)
    yield "Cloth", cloth.composition
    yield "Cloth weight", f"{cloth.gsm} g/m²" if cloth.gsm else ""
    yield "Cloth width", f"{cloth.width_cm} cm" if cloth.width_cm else ""
    yield "Cloth from", cloth.supplied_by.label if cloth.supplied_by else ""
    yield "Weight of one piece", f"{content.piece_g} g" if content.piece_g else ""
    yield "Work may begin", _day(content.start)
    yield "Needed by", _day(content.by)
    yield "Target price", _price(content)
    yield "Delivered to", content.place
    yield "Pattern revision", content.pattern_revision
    yield "Different from the run before", content.what_changed
    yield "Lots to match", content.lots
    yield "Notes", content.notes


def line_name(size: str, colour: str) -> str:
    """'M in navy', as one line of the table is called; 'Pieces' where neither is named."""
    if size and colour:
        return f"{size} in {colour}"
    return size or colour or "Pieces"


def next_title(title: str) -> str:
    """'Chore jacket' -> 'Chore jacket, run 2' -> 'Chore jacket, run 3'."""
    name, _, run = title.rpartition(", run ")
    if name and run.isascii() and run.isdigit() and len(run) < 5:
        return f"{name}, run {int(run) + 1}"
    return f"{title[: MAXIMUM_NAME - 7]}, run 2"


def unit_of(content: Content) -> Unit:
    """What its target price is for one of."""
    return content.quantity.unit if content.quantity and not content.lines else Unit.PIECE


def _price(content: Content) -> str:
    return f"{format_money(content.target)} a {unit_of(content).singular}" if content.target else ""


def _day(day: date | None) -> str:
    return f"{day:%d %B %Y}".lstrip("0") if day else ""
