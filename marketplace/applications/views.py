"""Applications as pages and JSON show them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from marketplace.applications.model import Application, Event, State
from marketplace.applications.rules import may_follow
from marketplace.applications.words import FIRM_LABELS, LABELS
from marketplace.files.model import StoredFile
from marketplace.files.rules import size_text
from marketplace.placements.model import Placement
from marketplace.placements.views import title, wage_text
from marketplace.suppliers.model import Supplier


def own_view(application: Application, placement: Placement, supplier: Supplier) -> dict[str, Any]:
    """For the apprentice."""
    state = application.state
    own_id = application.public_id
    return _base(application, placement) | {
        "firm": supplier.profile.name,
        "firm_url": f"/suppliers/{supplier.slug}",
        "state_label": LABELS[state],
        "url": url_for("applications.application", public_id=own_id),
        "edit_url": url_for("applications.rewrite", public_id=own_id) if state is State.DRAFT else None,
        "send_url": url_for("applications.send", public_id=own_id) if state is State.DRAFT else None,
        "accept_url": url_for("applications.ask_to_accept", public_id=own_id) if state is State.OFFERED else None,
        "withdraw_url": url_for("applications.ask_to_withdraw", public_id=own_id)
        if may_follow(state, State.WITHDRAWN, by_firm=False)
        else None,
        "waits_for_you": state in (State.DRAFT, State.OFFERED),
    }


def firm_view(application: Application, placement: Placement, name: str, email: str) -> dict[str, Any]:
    """For the firm that was applied to; of a withdrawn one nothing but that it was."""
    state = application.state
    own_id = application.public_id

    def step(to: State, endpoint: str) -> str | None:
        return url_for(endpoint, public_id=own_id) if may_follow(state, to, by_firm=True) else None

    view = _base(application, placement) | {
        "name": name,
        "email": email,
        "state_label": FIRM_LABELS.get(state, ""),
        "url": url_for("received.application", public_id=own_id),
        "invite_url": step(State.INVITED, "received.invite"),
        "offer_url": step(State.OFFERED, "received.offer"),
        "decline_url": step(State.DECLINED, "received.decline"),
        "waits_for_you": state in (State.SENT, State.SEEN, State.INVITED),
    }
    if state is State.WITHDRAWN:
        view |= {"email": "", "statement": "", "experience": "", "availability": "", "available_from": None}
    return view


def event_view(event: Event, *, for_firm: bool) -> dict[str, Any]:
    who = "by itself" if event.by_firm is None else "the workshop" if event.by_firm else "the apprentice"
    if event.by_firm is not None and event.by_firm == for_firm:
        who = "you"
    what = {State.SENT: "Sent", State.OFFERED: "Offered", State.INVITED: "Invited", State.SEEN: "Opened"}
    done = what.get(event.state, event.state.value.capitalize())
    return {"what": done, "who": who, "words": event.words, "at": event.at}


def file_view(file: StoredFile, url: str, remove_url: str | None = None) -> dict[str, Any]:
    return {"name": file.name, "size": size_text(file.size), "url": url, "remove_url": remove_url}


def application_json(
    application: Application, placement: Placement, supplier: Supplier, files: Sequence[StoredFile]
) -> dict[str, Any]:
    draft = application.draft
    return {
        "id": application.public_id,
        "placement": placement.public_id,
        "title": title(placement),
        "supplier": {"id": supplier.public_id, "name": supplier.profile.name},
        "state": application.state.value,
        "statement": draft.statement,
        "experience": draft.experience,
        "available_from": draft.available_from.isoformat() if draft.available_from else None,
        "availability": draft.availability,
        "files": [{"id": file.public_id, "name": file.name, "size": file.size} for file in files],
        "sent_at": application.sent_at.isoformat() if application.sent_at else None,
        "answer_by": application.answer_by.isoformat() if application.answer_by else None,
        "words": application.words,
        "ended_at": application.ended_at.isoformat() if application.ended_at else None,
    }


def received_json(found: dict[str, Any], name: str, email: str) -> dict[str, Any]:
    """What a firm is given: also who applies; of a withdrawn one nothing but that it was."""
    if found["state"] != State.WITHDRAWN:
        return found | {"applicant": {"name": name, "email": email}}
    emptied = dict.fromkeys(("statement", "experience", "available_from", "availability"))
    return found | emptied | {"files": [], "applicant": {"name": name, "email": None}}


def _base(application: Application, placement: Placement) -> dict[str, Any]:
    draft = application.draft
    return {
        "id": application.public_id,
        "title": title(placement),
        "placement_url": url_for("placements.placement", public_id=placement.public_id),
        "wage_text": wage_text(placement.wage),
        "start": placement.starts_on,
        "state": application.state.value,
        "is_over": application.state.is_over,
        "statement": draft.statement,
        "experience": draft.experience,
        "available_from": draft.available_from,
        "availability": draft.availability,
        "answer_by": application.answer_by.date() if application.answer_by else None,
        "sent": application.sent_at.date() if application.sent_at else None,
        "words": application.words,
    }
