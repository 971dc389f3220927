"""Saved searches in words, for pages, mails and feeds. Pure."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import url_for

from marketplace.alerts.forms import read_question
from marketplace.alerts.model import MAXIMUM_NAME, Find, Frequency, News, SavedSearch, State, Wanted
from marketplace.errors import Invalid
from marketplace.places.rules import KM_PER_MILE, format_distance
from marketplace.search.decide import Limit, SiteFit
from marketplace.search.explain import minimum_text, reasons
from marketplace.search.forms import Asked
from marketplace.search.query import SearchQuery
from marketplace.search.views import FACET_LABELS, question
from marketplace.vocabulary import Facet, vocabulary

EVERYTHING = "Every supplier"
_PASSED = "its date has passed"
_COULD_NOT = "it could not be asked for some time"


def words_of(asked: Asked, distance_unit: str) -> str:
    """The whole question: 'Sewing and assembly, 50 pieces, within 40 km of Prato; skills: linking; verified only'."""
    query = asked.query
    said = [question(asked, distance_unit) or EVERYTHING]
    for facet, label in FACET_LABELS.items():
        if facet is not Facet.PROCESS and (terms := query.asked(facet)):
            names = " or ".join(vocabulary().label(facet, term) for term in sorted(terms))
            said.append(f"{label.lower()}: {names}")
    said += ["verified only"] if query.verified else []
    said += ["trains apprentices"] if query.teaching else []
    return "; ".join(said)


def stored_words(wanted: Wanted) -> str | None:
    """The words of a stored question, also of one whose date has passed; None when it makes no sense any more."""
    try:
        return words_of(read_question(wanted.question, date.min), wanted.distance_unit)
    except Invalid:
        return None


def suggested_name(words: str) -> str:
    """As much of the question as a name may hold, whole words."""
    if len(words) <= MAXIMUM_NAME:
        return words
    return words[: MAXIMUM_NAME - 1].rpartition(" ")[0].rstrip(",;") + "…"


def problem_in_words(error: Invalid) -> str:
    """Why a stored question can't be asked any more: 'its date has passed'."""
    if "by" in error.problems:
        return _PASSED
    name, text = next(iter(error.problems.items()))
    return f"it can't be asked any more ({name}: {text})"


def find_of(fit: SiteFit, query: SearchQuery, distance_unit: str) -> Find:
    """What there is to say of a site that newly fits."""
    document = fit.document
    # The distance stands beside the name; a doubt about it does not.
    said = (r for r in reasons(fit, query, distance_unit) if r.field != Limit.RADIUS or r.met is not True)
    why = tuple(reason.text for reason in said)
    draft = fit.best.service.draft
    if query.run is None and draft is not None:
        label = vocabulary().label(Facet.PROCESS, draft.process)
        why += (f"{label}: minimum {minimum_text(draft)}",)
    return Find(
        site_id=document.site_id,
        slug=document.slug,
        name=document.name + (f", {document.site_name}" if document.site_name else ""),
        place=document.locality or document.country,
        metres=fit.metres if query.circle else None,
        why=why or ("Listed, and fits all that you ask for",),
    )


def distance_text(metres: int, distance_unit: str) -> str:
    """'5.8 km' or '3.6 miles'."""
    if distance_unit == "mi":
        return f"{metres / 1000 / KM_PER_MILE:,.1f} miles"
    return format_distance(metres)


def where_text(find: Find, distance_unit: str) -> str:
    """'Prato, 5.8 km'."""
    return find.place + (f", {distance_text(find.metres, distance_unit)}" if find.metres is not None else "")


def frequency_choices() -> list[tuple[str, str]]:
    words = {
        Frequency.AT_ONCE: "At once",
        Frequency.DAILY: "Once a day, in the morning",
        Frequency.WEEKLY: "Once a week, on Monday morning",
    }
    return [(frequency.value, text) for frequency, text in words.items()]


def saved_view(saved: SavedSearch, last: News | None, today: date) -> dict[str, Any]:
    """One entry of the page of saved searches. `asked` is None when the question can't be asked any more."""
    wanted, asked = saved.wanted, None
    problem = _COULD_NOT if saved.state is State.ENDED else None
    try:
        asked = read_question(wanted.question, today)
    except Invalid as error:
        problem = problem_in_words(error)

    def own_url(action: str) -> str:
        return url_for(f"alerts.{action}", public_id=saved.public_id)

    return {
        "id": saved.public_id,
        "name": wanted.name,
        "words": stored_words(wanted) or wanted.name,
        "asked": asked,
        "frequency": wanted.frequency.label,
        "state": saved.state.value,
        "is_active": saved.state is State.ACTIVE and problem is None,
        "can_start": saved.state is not State.ACTIVE and asked is not None,
        "problem": problem,
        "last": _last_view(last) if last else None,
        "search_url": f"/search?{wanted.question}",
        "edit_url": own_url("edit"),
        "stop_url": own_url("stop"),
        "start_url": own_url("start"),
        "remove_url": own_url("ask_to_remove"),
        "restore_url": own_url("restore"),
        "feed_url": url_for("alert_links.feed", token=saved.feed_token),
    }


def _last_view(news: News) -> dict[str, Any]:
    return {"name": news.find.name, "url": f"/suppliers/{news.find.slug}", "day": news.found_at.date()}
