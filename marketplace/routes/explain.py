"""Routes in words: why this supplier, what waits, what decides the date, what a route trades, what is short. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from marketplace.capacity.model import Calendar
from marketplace.places.rules import format_distance
from marketplace.routes.model import STUDIO, DueAt, Field, Leg, NearMiss, Offer, Pick, Problem, Route
from marketplace.routes.quantities import successors
from marketplace.suppliers.rules import load_text
from marketplace.units import Money, Quantity, Unit, format_quantity
from marketplace.units.model import format_money
from marketplace.units.rules import format_brief, format_number
from marketplace.vocabulary import Facet, vocabulary

ESTIMATE = (
    "CO2e of the transport only, an estimate: straight lines x 1.30 for the road, an average diesel van. Making the "
    "pieces weighs far more."
)
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
_SHADED = frozenset("dye_yarn dye_fabric dye_garment print_fabric wash".split())


@dataclass(frozen=True, slots=True)
class Alternative:
    """Who else would do a step, and the whole route with them."""

    offer: Offer
    route: Route


def process_label(process: str) -> str:
    return vocabulary().label(Facet.PROCESS, process)


def day_words(day: date) -> str:
    """'Sat 27 Mar'."""
    return f"{day:%a} {day.day} {day:%b}"


def step_reasons(problem: Problem, route: Route, pick: Pick, other: Alternative | None) -> tuple[str, ...]:
    """Why this supplier for this step, what it waits for, how the goods come, and who is the next best."""
    return (
        *_fits(problem, pick),
        _waits(problem, pick),
        *_comes(route, pick),
        *([_next_best(problem, route, pick, other)] if other else []),
    )


def route_reasons(problem: Problem, routes: Sequence[Route], place: int, *, counts_money: bool) -> tuple[str, ...]:
    """What decides the date, what the route trades against the next one, and what to know before choosing it."""
    route = routes[place]
    said = [decides(problem, route)]
    if route.split is not None:
        said.append(split_words(problem, route))
    if len(routes) > 1:
        against = routes[place + 1] if place + 1 < len(routes) else routes[0]
        word = "the next" if place + 1 < len(routes) else "the first"
        said.append(trade(problem, route, against, word, counts_money=counts_money))
    if len({pick.offer.site_id for pick in route.picks}) < len({pick.step for pick in route.picks}):
        said += _one_site(problem, route)
    if route.recheck:
        said.append("Two branches meet at one workshop: its weeks are looked at once more when you book")
    return tuple(said)


def decides(problem: Problem, route: Route) -> str:
    """The step of the chain that decides the date, in days: 'Dyeing at D1 decides the date: 20 of 46 days'."""
    chain = _chain(problem, route)
    longest = max(chain, key=lambda pick: (pick.ready - pick.arrives).days)
    days, whole = (longest.ready - longest.arrives).days, (route.delivered - problem.start).days
    label = process_label(problem.steps[longest.step].process)
    text = f"{label} at {longest.offer.name} decides the date: {_days(days)} of {whole}"
    if problem.steps[longest.step].digital:
        text += ". The cloth would be there sooner"
    elif any(problem.steps[pick.step].digital for pick in chain):
        text += ". Cutting waits for the pattern, not for the cloth"
    return text


def split_words(problem: Problem, route: Route) -> str:
    """That one step is shared, by whom, and what that risks."""
    assert route.split is not None
    picks = [pick for pick in route.picks if pick.step == route.split]
    process = problem.steps[route.split].process
    shares = _and([f"{format_quantity(pick.quantity)} at {pick.offer.name}" for pick in picks])
    risk = "the shades of two lots never match exactly" if process in _SHADED else "two lots never come out quite alike"
    label = process_label(process).lower()
    return (
        f"No single supplier takes all of it: {label} is split, {shares}. {risk.capitalize()}: keep one lot to whole "
        "sizes or colours, and give both the same approved sample"
    )


def trade(problem: Problem, route: Route, against: Route, word: str, *, counts_money: bool) -> str:
    """What one route is better and worse at than another."""
    better: list[str] = []
    worse: list[str] = []
    metres = against.metres - route.metres
    if round(metres / 100):
        _put(better, worse, metres, f"{format_distance(abs(metres))} {'less' if metres > 0 else 'more'} on the road")
    if counts_money and route.money_minor is not None and against.money_minor is not None:
        saved = against.money_minor - route.money_minor
        if saved:
            money = format_money(Money(abs(saved), problem.currency))
            _put(better, worse, saved, f"{money} {'less' if saved > 0 else 'more'}")
    days = (against.delivered - route.delivered).days
    if days:
        _put(better, worse, days, f"{_days(abs(days))} {'sooner' if days > 0 else 'later'}")
    if not better and not worse:
        return f"Against {word}: the same in way, money and days"
    if not worse:
        return f"Against {word}: {', '.join(better)}"
    if not better:
        return f"Against {word}: {', '.join(worse)}"
    return f"Against {word}: {', '.join(better)}, but {', '.join(worse)}"


def near_miss_words(problem: Problem, miss: NearMiss) -> str:
    """What would have to change: 'would work with radius +12 km'."""
    match miss.field:
        case Field.RADIUS:
            return f"would work with radius +{_more(miss)} km"
        case Field.OUTSIDE:
            return f"would work with one step outside: {_work(problem, miss)} {_more(miss)} km beyond your radius"
        case Field.HAUL:
            return f"would work with a haul of +{_more(miss)} km in all"
        case Field.DUE:
            return _later(problem, miss)
        case Field.PIECES:
            return f"would work with {_amount(miss.after)} pieces"
        case Field.MINIMUM:
            return f"{_minimum(miss)}, pool with another designer"
        case Field.MAXIMUM:
            return f"takes at most {_brief(miss, miss.after)}: {_brief(miss, _less(miss))} fewer, or split it over two"
        case Field.LOAD:
            return _loads(miss)
        case Field.SKILL | Field.CERTIFICATE | Field.MATERIAL | Field.PRODUCT:
            return _lacking(problem, miss)
        case Field.PRICE:
            return f"publishes no price in {problem.currency}: ask for one"


def nothing_after(last: date | None) -> str:
    """That weeks are not published is no refusal."""
    if last is None:
        return "No open weeks published yet: that is not never, ask"
    return f"No open capacity published after {day_words(last)} {last.year}: that is not never, ask"


def last_published(calendar: Calendar | None) -> date | None:
    """The last day for which weeks are published; None where a usual week goes on, or none ever was."""
    if calendar is None or calendar.usual is not None:
        return None
    return max((week.sunday for week in calendar.stated), default=None)


# --- a step


def _fits(problem: Problem, pick: Pick) -> Iterator[str]:
    yield from pick.verdict.reasons
    step, offer = problem.steps[pick.step], pick.offer
    if step.skills:
        yield f"Has {', '.join(_labels(Facet.SKILL, step.skills))}"
    if step.certificates:
        yield f"Holds {', '.join(_labels(Facet.CERTIFICATION, step.certificates))} on the day"
    for asked, listed, facet in (
        (step.materials, offer.tags.materials, Facet.MATERIAL),
        (step.products, offer.tags.products, Facet.PRODUCT),
    ):
        if asked and not listed:
            yield f"Lists no {facet.value}s: ask about {', '.join(_labels(facet, asked))}"
    if offer.draft.price is None:
        yield "Publishes no price: ask"


def _waits(problem: Problem, pick: Pick) -> str:
    """What the time of a step is made of: weeks that are full, weeks it works, lead time."""
    waited = (pick.starts - pick.arrives).days
    text = f"Starts {day_words(pick.starts)}"
    if waited >= 7:
        text = f"Its weeks are full until {day_words(pick.starts)}: {_days(waited)} waiting"
    elif waited:
        text += f", the first open day after {day_words(pick.arrives)}"
    by_weeks = (pick.finishes - pick.starts).days + 1
    lead = pick.offer.draft.leads.first or 0
    if lead > by_weeks:
        return f"{text}; lead time of {_days(lead)} decides, ready {day_words(pick.ready)}"
    weeks = sum(share.atoms > 0 for share in pick.weeks)
    spread = "one week" if weeks == 1 else f"{weeks} weeks"
    return f"{text}; its open capacity takes {spread} of it, ready {day_words(pick.ready)}"


def _comes(route: Route, pick: Pick) -> Iterator[str]:
    names = {other.offer.service_id: other.offer.name for other in route.picks}
    for leg in pick.legs:
        origin = names.get(leg.origin or "", "your studio")
        if leg.metres:
            yield f"{format_distance(leg.metres)} from {origin}, {_kg(leg)} arrive {day_words(leg.arrives)}"
        elif leg.leaves == leg.arrives:
            yield f"Handed over inside {pick.offer.name}: 0 km, no day lost"
        else:
            yield f"Next door to {origin}: 0 km, and a day to hand over"


def _next_best(problem: Problem, route: Route, pick: Pick, other: Alternative) -> str:
    words = trade(problem, other.route, route, "this one", counts_money=other.route.money_minor is not None)
    return f"Next best: {other.offer.name}. {words}"


# --- a route


def _chain(problem: Problem, route: Route) -> list[Pick]:
    """The picks that the delivery waits for, the last first: at each joint the one that comes last."""
    last = max(_hands_over_to(problem, route, None), key=lambda pick: (pick.ready, pick.step))
    chain = [last]
    while True:
        pick = chain[-1]
        arrivals = {leg.origin: leg.arrives for leg in pick.legs}
        waited = [
            other
            for other in _hands_over_to(problem, route, pick.step)
            if arrivals.get(other.offer.service_id, other.ready) == pick.arrives
        ]
        if not waited:
            return chain
        chain.append(max(waited, key=lambda other: (other.ready, -other.step)))


def _hands_over_to(problem: Problem, route: Route, step: int | None) -> list[Pick]:
    """The picks of the steps right before one; before the studio where it is None."""
    following = successors(problem.steps)
    return [pick for pick in route.picks if following[pick.step] == (STUDIO if step is None else step)]


def _one_site(problem: Problem, route: Route) -> list[str]:
    sites: dict[str, list[Pick]] = {}
    for pick in route.picks:
        sites.setdefault(pick.offer.site_id, []).append(pick)
    return [
        f"{picks[0].offer.name} does {_and([process_label(problem.steps[p.step].process).lower() for p in picks])}: "
        "nothing is moved between them"
        for picks in sites.values()
        if len({pick.step for pick in picks}) > 1
    ]


def _put(better: list[str], worse: list[str], gain: int, text: str) -> None:
    (better if gain > 0 else worse).append(text)


# --- near-misses


def _minimum(miss: NearMiss) -> str:
    """'minimum is 80: 30 more'; in metres 'minimum is 110 m: 4 m more'."""
    offer, run = miss.offer, miss.before
    assert offer is not None
    assert isinstance(run, Quantity)
    assert isinstance(miss.after, Quantity)
    more = Quantity(miss.after.atoms - run.atoms, run.unit)
    rules = [rule for rule in offer.draft.rules if rule.surcharge_percent is None]
    rule = max(rules, key=lambda r: r.quantity.atoms, default=None)
    if rule is not None and rule.quantity.unit is not run.unit:
        return (
            f"minimum is {format_quantity(rule.quantity)} {rule.basis.label}: {format_brief(more)} more of this cloth"
        )
    if rule is not None and rule.quantity.atoms != miss.after.atoms:
        what = f"{format_quantity(rule.quantity)} {rule.basis.label}"
        return f"minimum is {what}: {format_quantity(more)} more in all"
    if run.unit is Unit.PIECE:
        return f"minimum is {format_number(miss.after.atoms, run.unit)}: {format_number(more.atoms, run.unit)} more"
    return f"minimum is {format_brief(miss.after)}: {format_brief(more)} more"


def _later(problem: Problem, miss: NearMiss) -> str:
    """'free two weeks later: ready Sat 27 Mar, 8 days after the due date'."""
    route = miss.route
    day = route.ready if problem.due_at is DueAt.READY else route.delivered
    assert problem.due is not None
    late = (day - problem.due).days
    word = "ready" if problem.due_at is DueAt.READY else "with you"
    end = f"{word} {day_words(day)}, {_days(late)} after the due date"
    full = max(route.picks, key=lambda pick: (pick.starts - pick.arrives).days)
    weeks = (full.starts - full.arrives).days // 7
    if not weeks:
        return end
    later = f"free {_number(weeks)} week{'s' if weeks > 1 else ''} later"
    return f"{later}: {end}" if len(problem.steps) == 1 else f"{full.offer.name} is {later}: {end}"


def _loads(miss: NearMiss) -> str:
    assert miss.offer is not None
    amounts = " or ".join(format_quantity(amount) for amount in miss.nearest)
    text = f"falls between machine loads ({load_text(miss.offer.draft).removeprefix('machine loads of ')} each)"
    return f"{text}: {amounts} would fit" if amounts else text


def _lacking(problem: Problem, miss: NearMiss) -> str:
    facet = {
        Field.SKILL: Facet.SKILL,
        Field.CERTIFICATE: Facet.CERTIFICATION,
        Field.MATERIAL: Facet.MATERIAL,
        Field.PRODUCT: Facet.PRODUCT,
    }[miss.field]
    asked = miss.before if isinstance(miss.before, frozenset | set | tuple | list) else [str(miss.before)]
    kept = miss.after if isinstance(miss.after, frozenset | set | tuple | list) else []
    gone = sorted(set(asked) - set(kept)) or sorted(asked)
    labels = " or ".join(_labels(facet, gone))
    if miss.field is Field.CERTIFICATE and miss.offer is not None:
        expired = [c for c in miss.offer.certificates if c.scheme in gone and c.valid_to]
        if expired:
            day = max(c.valid_to for c in expired if c.valid_to)
            return f"{labels} ran out on {day_words(day)} {day.year}: ask for the new certificate"
    if miss.field in (Field.MATERIAL, Field.PRODUCT):
        return f"does not list {labels}: ask"
    return f"no {labels}: ask, or leave it out"


def _work(problem: Problem, miss: NearMiss) -> str:
    if miss.step is None or miss.offer is None:
        return "one supplier"
    return f"{process_label(problem.steps[miss.step].process).lower()} at {miss.offer.name},"


def _more(miss: NearMiss) -> str:
    return f"{float(str(miss.after)) - float(str(miss.before)):.10g}"


def _amount(value: object) -> str:
    return format_number(value.atoms, value.unit) if isinstance(value, Quantity) else f"{value}"


def _brief(miss: NearMiss, value: object) -> str:
    return format_brief(value) if isinstance(value, Quantity) else f"{value}"


def _less(miss: NearMiss) -> object:
    if isinstance(miss.before, Quantity) and isinstance(miss.after, Quantity):
        return Quantity(miss.before.atoms - miss.after.atoms, miss.before.unit)
    return 0


def _labels(facet: Facet, terms: frozenset[str] | Sequence[str]) -> list[str]:
    return [vocabulary().label(facet, term) for term in sorted(terms)]


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)


def _and(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _kg(leg: Leg) -> str:
    return f"{leg.grams / 1000:.1f} kg" if leg.grams else "goods"
