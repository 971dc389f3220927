"""Pages of one's own account: profile, studio, password, signed-in devices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import access, actions, store
from marketplace.accounts.current import DISTANCE_UNIT, current_actor, current_device, remember
from marketplace.accounts.devices import device_name
from marketplace.accounts.forms import read_number, read_profile, read_studio
from marketplace.accounts.model import Actor, OrganisationKind, SignedInDevice, Studio
from marketplace.accounts.pages import blueprint, mail_note
from marketplace.accounts.password import HINT
from marketplace.accounts.rules import clear_place
from marketplace.errors import Invalid, NotFound
from marketplace.places.model import Place
from marketplace.web.context import database, now, places, settings
from marketplace.web.routes import does


@blueprint.get("/account")
@does("account.own")
def account() -> ResponseReturnValue:
    return _account_page()


@blueprint.post("/account/profile")
@does("account.own")
def profile() -> ResponseReturnValue:
    try:
        form = read_profile(request.form)
    except Invalid as error:
        return _account_page(errors=error.problems), 422
    actions.update_profile(database(), current_actor(), form, now())
    session[DISTANCE_UNIT] = form.distance_unit
    flash("Your profile is saved.", "success")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/password")
@does("account.own")
def password() -> ResponseReturnValue:
    try:
        token = access.change_password(
            database(),
            current_actor(),
            request.form.get("current", ""),
            request.form.get("password", ""),
            current_device(),
            settings().site_url,
            now(),
        )
    except Invalid as error:
        return _account_page(password_errors=error.problems), 422
    remember(token, stays=session.permanent)
    flash("Your password is changed, and all other devices are signed out.", "success")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/confirm")
@does("account.own")
def send_confirmation() -> ResponseReturnValue:
    access.send_confirmation(database(), current_actor(), settings().site_url, now())
    flash(f"A mail with a new link is on its way. {mail_note()}".strip(), "success")
    return redirect(url_for(".account"), 303)


@blueprint.post("/account/sessions/<session_id>/end")
@does("account.own")
def end_session(session_id: str) -> ResponseReturnValue:
    number = read_number(session_id)
    if number is None:
        raise NotFound
    access.end_device(database(), current_actor(), number, now())
    flash("That device is signed out.", "success")
    return redirect(url_for(".account"), 303)


@blueprint.get("/account/studio")
@does("studio.edit")
def studio() -> ResponseReturnValue:
    found = actions.find_studio(database(), current_actor())
    form = {"name": found.name, "place": found.place} if found else {}
    return _studio_page(form, {}, ())


@blueprint.post("/account/studio")
@does("studio.edit")
def studio_post() -> ResponseReturnValue:
    try:
        form = read_studio(request.form)
    except Invalid as error:
        return _studio_page(request.form, error.problems, ()), 422
    label, point = "", None
    if form.place:
        found = places().find(form.place)
        place = clear_place(form.place, found, form.choice)
        if place is None:
            problem = (
                "There are several places of that name. Choose yours from the list."
                if found
                else "No such place is known here. Check the spelling, or name the nearest larger town."
            )
            return _studio_page(request.form, {"choice" if found else "place": problem}, found), 422
        label, point = place.label, place.point
    actions.put_studio(database(), current_actor(), form.name, label, point, now())
    flash("Your studio is saved." + (f" Distances start from {label}." if label else ""), "success")
    return redirect(url_for(".account"), 303)


def _account_page(errors: Mapping[str, str] | None = None, password_errors: Mapping[str, str] | None = None) -> str:
    actor = current_actor()
    person = actor.person
    assert person is not None
    with database().reading() as db_session:
        devices = store.list_devices(db_session, person.id, now())
    studio = actions.find_studio(database(), actor)
    form = {
        "name": person.name,
        "is_apprentice": person.is_apprentice,
        "distance_unit": session.get(DISTANCE_UNIT, "km"),
    }
    return render_template(
        "accounts/account.html",
        profile_form=request.form.to_dict() if errors else form,
        profile_url=url_for(".profile"),
        errors=errors,
        email=person.email,
        is_confirmed=person.is_confirmed,
        confirm_url=url_for(".send_confirmation"),
        organisations=_organisations(actor, studio),
        has_studio=studio is not None,
        studio_url=url_for(".studio"),
        sessions=[_device_view(device, actor) for device in devices],
        end_all_url=url_for(".sign_out_everywhere"),
        password_url=url_for(".password"),
        password_hint=HINT,
        password_errors=password_errors,
    )


def _organisations(actor: Actor, studio: Studio | None) -> list[dict[str, str]]:
    """What the account page lists. The name of a workshop stands on its listing, which this feature doesn't know."""
    listed = []
    for membership in actor.memberships:
        role = membership.role.value
        if membership.kind is OrganisationKind.SUPPLIER:
            listed.append({"name": "Your workshop", "role": role, "url": url_for("suppliers.listing")})
        elif studio and studio.organisation_id == membership.organisation_id:
            place = studio.place + ("" if studio.point else " (not on the map yet: open it and name the town)")
            listed.append({"name": studio.name, "place": place, "role": role, "url": url_for(".studio")})
    return listed


def _device_view(device: SignedInDevice, actor: Actor) -> dict[str, object]:
    return {
        "device": device_name(device.user_agent),
        "place": device.address,
        "last_seen": device.last_seen_at,
        "current": device.id == actor.session_id,
        "end_url": url_for(".end_session", session_id=device.id),
    }


def _studio_page(form: Mapping[str, str], errors: Mapping[str, str], choices: Sequence[Place]) -> str:
    labels = [(place.label, place.label) for place in choices]
    return render_template("accounts/studio.html", form=form, errors=errors, choices=labels)
