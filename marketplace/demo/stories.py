"""Descriptions: two to four sentences of a firm's own, and one that says the firm is invented."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping, Sequence

from marketplace.demo.dealing import Decks, chance
from marketplace.demo.districts import District
from marketplace.demo.model import Scale
from marketplace.demo.reading import read
from marketplace.demo.trades import Speciality
from marketplace.suppliers.model import Machine, ServiceDraft
from marketplace.suppliers.rules import rule_text

_WORDS = "no one two three four five six seven eight nine ten eleven twelve".split()
_PEOPLE = {Scale.MICRO: (3, 4), Scale.SMALL: (5, 12), Scale.MEDIUM: (13, 30), Scale.LARGE: (35, 110)}
_DESKS = frozenset({"pattern_maker", "grader"})
_CLOTH = frozenset({"spinner", "weaver", "knitter", "dye_house", "printer", "finisher"})


def tell(
    rng: random.Random,
    decks: Decks,
    district: District,
    speciality: Speciality,
    scale: Scale,
    machines: Sequence[Machine],
    services: Sequence[ServiceDraft],
) -> str:
    """What the firm says of itself, as no other does."""
    while True:
        text = _story(rng, decks, district, speciality, scale, machines, services)
        if decks.is_new(text):
            return text


def _story(
    rng: random.Random,
    decks: Decks,
    district: District,
    speciality: Speciality,
    scale: Scale,
    machines: Sequence[Machine],
    services: Sequence[ServiceDraft],
) -> str:
    """Sentences are dealt by district, so neighbours don't say the same."""
    stories = read("stories")
    group = "desk" if speciality.kind in _DESKS else "cloth" if speciality.kind in _CLOTH else "works"
    here = f"{district.id}/"

    marks = {"!": {speciality.kind, speciality.id, scale}, "@": {district.language}}

    def deal(pile: str, texts: Sequence[str]) -> str:
        return decks.deal(here + pile, texts, lambda text: _suits(text, marks)).split("|")[-1]

    sentences = [deal(f"makes/{speciality.kind}/{speciality.id}", speciality.makes)]
    more = [deal(f"who/{group}", stories["who"][group])]
    if chance(rng, 78):
        more.append(deal(f"refuse/{speciality.kind}", stories["refuse"][speciality.kind]))
    if len(more) == 1 or chance(rng, 30):
        local = chance(rng, 45)
        more.insert(rng.randint(0, 1), deal("places", district.places) if local else deal("habits", _habits()))
    sentences += [*more, deal("marks", stories["marks"])]
    facts = _facts(rng, speciality, scale, machines, services)
    return " ".join(_sentence(text.format(**facts)) for text in sentences)


def make_note(rng: random.Random, decks: Decks) -> str:
    """A remark on one service; most have none."""
    notes: Sequence[str] = read("stories")["habits"]["notes"]
    return decks.deal("notes", notes) if chance(rng, 18) else ""


def _habits() -> Sequence[str]:
    texts: Sequence[str] = read("stories")["habits"]["texts"]
    return texts


def _suits(text: str, marks: Mapping[str, Collection[str]]) -> bool:
    """Whether a sentence may be dealt: '!a,b|' bars firms marked a or b, '@it|' all districts but Italian ones."""
    if text[0] not in marks:
        return True
    named = text[1:].split("|")[0].split(",")
    return any(name in marks[text[0]] for name in named) is (text[0] == "@")


def _facts(
    rng: random.Random,
    speciality: Speciality,
    scale: Scale,
    machines: Sequence[Machine],
    services: Sequence[ServiceDraft],
) -> dict[str, str]:
    first = machines[0] if machines else None
    count = (first.heads or first.colours or first.count) if first else rng.randint(2, 6)
    if first is not None and first.heads is not None:
        count = first.heads * first.count
    people = rng.randint(*_PEOPLE[scale])
    return {
        "n": _number(count),
        "people": _number(people),
        "clients": _number(rng.randint(4, 12) + people // 2),
        "since": str(rng.randint(1984, 2020)),
        "long_since": str(rng.randint(1926, 1964)),
        "work": speciality.work,
        "minimum": rule_text(services[0].rules[0]),
    }


def _number(number: int) -> str:
    return _WORDS[number] if number < len(_WORDS) else str(number)


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:]
