"""The moderators' desk: reports, and what is decided about listings and people."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import store as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.model import Person
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.moderation import actions, gate, store
from marketplace.moderation.forms import read_verification, read_why
from marketplace.moderation.model import Kind, Report, Subject
from marketplace.moderation.subjects import get_subject
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Supplier, Verification
from marketplace.text import clean_email
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("moderation", __name__)
blueprint.before_request(gate.check)

_MOST = 100
_LEVELS = [(Verification.DOCUMENT_SEEN.value, "Documents seen"), (Verification.VISITED.value, "Visited")]


@blueprint.get("/moderation")
@does("moderation.desk")
def desk() -> str:
    with database().reading() as session:
        reports = [(report, _subject(session, report)) for report in store.list_open(session, _MOST)]
        count = store.count_open(session)
    return render_template("moderation/desk.html", reports=reports, count=count)


@blueprint.get("/moderation/reports/<public_id>")
@does("moderation.desk")
def report(public_id: str) -> str:
    return _report_page(public_id, {}, {})


@blueprint.post("/moderation/reports/<public_id>/read")
@does("moderation.report")
def read_private(public_id: str) -> str:
    """The words of a message that was reported. Asked for with a button: that somebody looked is written down."""
    with database().reading() as session:
        found = store.get_report(session, public_id)
    actions.note_reading(database(), current_actor(), found.kind, found.object_id, f"report {public_id}", now())
    return _report_page(public_id, {}, {}, shows_text=True)


@blueprint.post("/moderation/reports/<public_id>")
@does("moderation.report")
def handle(public_id: str) -> ResponseReturnValue:
    decision = request.form.get("decision", "")
    try:
        if decision not in ("uphold", "act", "dismiss"):
            raise Invalid({"decision": "Choose what to do."})
        outcome = read_why(request.form, "outcome")
    except Invalid as error:
        return _report_page(public_id, request.form, error.problems), 422
    actions.handle_report(
        database(),
        current_actor(),
        public_id,
        is_upheld=decision != "dismiss",
        acts=decision == "act",
        outcome=outcome,
        now=now(),
    )
    flash("Decided. Everybody concerned is told.", "success")
    return redirect(url_for(".desk"), 303)


@blueprint.get("/moderation/suppliers")
@does("moderation.desk")
def find_supplier() -> ResponseReturnValue:
    """By the address of its page, or a part of it."""
    typed = request.args.get("q", "").strip().rstrip("/").rpartition("/")[2]
    if not typed:
        return render_template("moderation/find.html", q="", missed=False)
    with database().reading() as session:
        found = suppliers.find_by_slug(session, typed) or suppliers.find_by_external_id(session, typed)
    if found is None:
        return render_template("moderation/find.html", q=typed, missed=True)
    return redirect(url_for(".supplier", public_id=found.public_id), 303)


@blueprint.get("/moderation/suppliers/<public_id>")
@does("moderation.desk")
def supplier(public_id: str) -> str:
    return _supplier_page(public_id, {}, {})


@blueprint.post("/moderation/suppliers/<public_id>/status")
@does("moderation.listing")
def change_status(public_id: str) -> ResponseReturnValue:
    pauses = request.form.get("to") != "published"
    act = actions.pause_listing if pauses else actions.republish_listing
    done = "Paused. Its owner is told why." if pauses else "Published again. Its owner is told."
    return _decide(public_id, lambda why: act(database(), current_actor(), public_id, why, now()), done)


@blueprint.post("/moderation/suppliers/<public_id>/verify")
@does("moderation.verify")
def verify(public_id: str) -> ResponseReturnValue:
    try:
        form = read_verification(request.form, today())
        actions.verify(database(), current_actor(), public_id, form, now())
    except Invalid as error:
        return _supplier_page(public_id, request.form, error.problems), 422
    flash("Verified. The public page says so.", "success")
    return redirect(url_for(".supplier", public_id=public_id), 303)


@blueprint.post("/moderation/suppliers/<public_id>/withdraw")
@does("moderation.verify")
def withdraw(public_id: str) -> ResponseReturnValue:
    def act(why: str) -> None:
        actions.withdraw_verification(database(), current_actor(), public_id, why, now())

    return _decide(public_id, act, "Withdrawn. The listing is the supplier's own word again.")


@blueprint.get("/moderation/people")
@does("moderation.desk")
def people() -> str:
    return _people_page(None, "", {})


@blueprint.post("/moderation/people")
@does("moderation.person")
def find_person() -> ResponseReturnValue:
    """By the whole e-mail address. Sent with a button: that somebody looked is written down."""
    typed = request.form.get("email", "")
    try:
        email = clean_email(typed)
    except ValueError as error:
        return _people_page(None, typed, {"email": f"An address {error}."}), 422
    with database().reading() as session:
        person = accounts.find_person_by_email(session, email)
    if person is None:
        return _people_page(None, typed, {"email": "Nobody has this address."}), 422
    actions.note_reading(database(), current_actor(), "person", person.public_id, "looked up by address", now())
    return _people_page(person, typed, {})


@blueprint.post("/moderation/people/<public_id>/<to>")
@does("moderation.person")
def change_person(public_id: str, to: str) -> ResponseReturnValue:
    if to not in ("suspended", "open"):
        raise NotFound
    act = actions.suspend if to == "suspended" else actions.unsuspend
    with database().reading() as session:
        person = accounts.find_person_by_public_id(session, public_id)
    try:
        act(database(), current_actor(), public_id, read_why(request.form), now())
    except Invalid as error:
        if person is None:
            raise NotFound from None
        # The page shows them, as the search does.
        actions.note_reading(database(), current_actor(), "person", public_id, "decided about without a reason", now())
        return _people_page(person, "", error.problems), 422
    flash("Suspended, and signed out everywhere." if to == "suspended" else "The account is open again.", "success")
    return redirect(url_for(".people"), 303)


def _decide(public_id: str, act: Callable[[str], None], done: str) -> ResponseReturnValue:
    try:
        act(read_why(request.form))
    except Invalid as error:
        return _supplier_page(public_id, request.form, error.problems), 422
    except Conflict as error:
        flash(error.detail, "error")
    else:
        flash(done, "success")
    return redirect(url_for(".supplier", public_id=public_id), 303)


def _subject(session: Any, found: Report) -> Subject | None:
    """None for what is gone by now."""
    try:
        return get_subject(session, found.kind, found.object_id)
    except NotFound:
        return None


def _report_page(
    public_id: str, form: Mapping[str, str], errors: Mapping[str, str], *, shows_text: bool = False
) -> str:
    with database().reading() as session:
        found = store.get_report(session, public_id)
        subject = _subject(session, found)
        others = [r for r in store.list_of_object(session, found.kind, found.object_id) if r.id != found.id]
        supplier = suppliers.find_by_organisation(session, subject.organisation_id) if subject else None
    acting = {Kind.SUPPLIER: "Uphold, and pause the listing", Kind.PLACEMENT: "Uphold, and close the placement"}
    acting[Kind.REVIEW] = "Uphold, and hide the review"
    choices = [("dismiss", "Dismiss: nothing is changed"), ("uphold", "Uphold: tell them to change it")]
    if found.kind in acting:
        choices.append(("act", acting[found.kind]))
    return render_template(
        "moderation/report_one.html",
        report=found,
        subject=subject,
        supplier=supplier,
        others=others,
        choices=choices,
        shows_text=shows_text,
        form=form,
        errors=dict(errors),
    )


def _supplier_page(public_id: str, form: Mapping[str, str], errors: Mapping[str, str]) -> str:
    with database().reading() as session:
        found = suppliers.find_by_public_id(session, public_id)
        if found is None:
            raise NotFound
        verified = store.list_verifications(session, found.id)
        reports = store.list_of_object(session, Kind.SUPPLIER, public_id)
        is_held = suppliers.is_held(session, found.id)
        has_owner = accounts.organisation_has_members(session, found.organisation_id)
        people = {item.person_id: accounts.find_person(session, item.person_id) for item in verified if item.person_id}
    return render_template(
        "moderation/supplier.html",
        supplier=found,
        level=found.verification.label,
        is_held=is_held,
        has_owner=has_owner,
        is_own=_is_own(found),
        verified=[(item, people.get(item.person_id or 0)) for item in verified],
        reports=reports,
        levels=_LEVELS,
        form=form or {"seen_on": today().isoformat()},
        errors=dict(errors),
    )


def _is_own(found: Supplier) -> bool:
    return current_actor().membership_in(found.organisation_id) is not None


def _people_page(person: Person | None, typed: str, errors: Mapping[str, str]) -> str:
    return render_template("moderation/people.html", person=person, typed=typed, errors=dict(errors))
