"""The sentences of pools. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from marketplace.places.rules import format_distance
from marketplace.pools.model import ClosingAction, ConfirmsAt, Key, PledgeState, State, Terms, Totals
from marketplace.units import Money, Unit
from marketplace.units.model import format_money
from marketplace.units.rules import format_number
from marketplace.vocabulary import Facet, vocabulary

RULE = (
    "Who is served: most designers, then least km. When somebody pledged does not matter; a tie is drawn by lot. "
    "Tolerances are used only as far as they let more designers in."
)
_WEEK = timedelta(days=7)


def amount(atoms: int, unit: Unit) -> str:
    """'10 m', '32.4 kg', '50 pcs'."""
    return f"{format_number(atoms, unit)} {unit.short}"


def day_text(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b %Y}"


def at_text(at: datetime) -> str:
    return f"{day_text(at.date())}, {at:%H:%M} UTC"


def room_text(unit: Unit, room: int, need: int, least: int) -> str:
    """'10 m of room left, you need 35'."""
    text = f"{amount(room, unit)} of room left, you need {format_number(need, unit)}"
    return f"{text}, {format_number(least, unit)} at the least" if least < need else text


def missing_text(unit: Unit, missing: int, who: str) -> str:
    """'10 m missing for b + c'."""
    return f"{amount(missing, unit)} missing" + (f" for {who}" if who else "")


def far_text(metres: int, radius_m: int) -> str:
    return f"the lot is {format_distance(metres)} away, your radius is {format_distance(radius_m)}"


def outside_text(metres: int, reach_m: int) -> str:
    return f"you are {format_distance(metres)} away, this pool reaches {format_distance(reach_m)}"


def late_text(there: date, needed_by: date) -> str:
    return f"with you on {day_text(there)}, you need it by {day_text(needed_by)}"


def progress_text(terms: Terms, totals: Totals, now: datetime) -> str:
    """'62 of 100 m, 3 designers, closes Friday': all that anybody sees of who is in."""
    pledged = f"{format_number(totals.atoms, terms.unit)} of {amount(terms.minimum, terms.unit)}"
    return f"{pledged}, {designers_text(totals.designers)}, {closes_text(terms.closes_at, now)}"


def designers_text(count: int) -> str:
    return f"{count} designer{'' if count == 1 else 's'}"


def closes_text(closes_at: datetime, now: datetime) -> str:
    day = closes_at.date()
    if closes_at <= now:
        return f"closed {day_text(day)}"
    if day == now.date():
        return f"closes today, {closes_at:%H:%M} UTC"
    if closes_at - now < _WEEK:
        return f"closes {day:%A}"
    return f"closes {day_text(day)}"


def title_text(key: Key) -> str:
    """'Fabric dyeing, navy, wool'."""
    words = vocabulary()
    parts = [words.label(Facet.PROCESS, key.process), key.colour, key.design]
    parts += [words.label(Facet.MATERIAL, key.material).lower()] if key.material else []
    return ", ".join(part for part in parts if part)


def price_text(terms: Terms) -> str:
    """'€4.20 a metre, set-up €80.00 shared by amount'."""
    each = f"{format_money(Money(terms.unit_minor, terms.currency))} a {terms.unit.singular}"
    if not terms.setup_minor:
        return each
    return f"{each}, set-up {format_money(Money(terms.setup_minor, terms.currency))} shared by amount"


def closing_text(terms: Terms) -> str:
    """What happens at closing, in plain words."""
    runs = (
        "The lot runs as soon as the minimum is reached, with those who are in then."
        if terms.confirms is ConfirmsAt.REACHED
        else "If the minimum is reached at closing, the lot runs."
    )
    match terms.closing:
        case ClosingAction.CONFIRM:
            missed = (
                "Before closing the workshop may also confirm a smaller lot, and bears the set-up of what is missing; "
                "otherwise the pool is called off."
            )
        case ClosingAction.EXTEND:
            missed = f"If not, it stays open {terms.extend_days} days longer, once; after that it is called off."
        case ClosingAction.SHRINK:
            least = amount(terms.smallest or 0, terms.unit)
            missed = (
                f"If not, a smaller lot runs, from {least} on, with the set-up shared over less; below that it is "
                "called off."
            )
        case ClosingAction.RELEASE:
            missed = "If not, it is called off and the workshop’s weeks are free again."
    return f"{runs} {missed} When a pool is called off, nobody owes anything."


CLOSING_CHOICES = [
    (ClosingAction.RELEASE.value, "Call it off, and my weeks are free again"),
    (ClosingAction.EXTEND.value, "Keep it open longer, once"),
    (ClosingAction.SHRINK.value, "Run a smaller lot, the set-up shared over less"),
    (ClosingAction.CONFIRM.value, "Call it off, unless I confirm the smaller lot myself before"),
]
CONFIRM_CHOICES = [
    (ConfirmsAt.CLOSING.value, "At closing: until then designers come and go, and more may get in"),
    (ConfirmsAt.REACHED.value, "At once when the minimum is reached, with those who are in then"),
]
STATE_LABELS = {
    State.OPEN: "Open",
    State.REACHED: "Minimum reached",
    State.CONFIRMED: "Confirmed: the lot runs",
    State.CANCELLED: "Called off",
}
PLEDGE_LABELS = {state: state.label for state in PledgeState}
