"""Pages of getting in: sign up, sign in, a new password, confirm an address."""

from __future__ import annotations

from flask import Blueprint, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import access, actions, password
from marketplace.accounts.current import current_actor, current_device, forget, remember
from marketplace.accounts.forms import ComesAs, read_email, read_sign_up
from marketplace.accounts.model import Purpose
from marketplace.accounts.rules import clear_place
from marketplace.errors import Invalid, NotFound
from marketplace.web.context import database, now, places, settings
from marketplace.web.routes import does
from marketplace.web.security import safe_next

blueprint = Blueprint("accounts", __name__)

_TYPED_EMAIL = "sign_in_email"  # in the cookie, so that nobody types the address twice


@blueprint.get("/sign-up")
@does("account.enter")
def sign_up() -> ResponseReturnValue:
    return _sign_up_page({"role": request.args.get("role", "")}, {})


@blueprint.post("/sign-up")
@does("account.enter")
def sign_up_post() -> ResponseReturnValue:
    try:
        form = read_sign_up(request.form)
    except Invalid as error:
        return _sign_up_page(request.form.to_dict(), error.problems), 422
    place = clear_place(form.town, places().find(form.town)) if form.town else None
    actions.sign_up(database(), form, place, current_device(), settings().site_url, now())
    session[_TYPED_EMAIL] = form.email
    flash(
        f"Now sign in. A mail to {form.email} asks you to confirm the address, or tells you that you had an "
        f"account already. {mail_note()}".strip(),
        "success",
    )
    first_page = {
        ComesAs.DESIGNER: "site.front",
        ComesAs.SUPPLIER: "suppliers.guide",
        ComesAs.APPRENTICE: "placements.placements",
    }
    go_on = safe_next(request.form.get("next")) or url_for(first_page[form.comes_as])
    return redirect(url_for(".sign_in", next=go_on), 303)


@blueprint.get("/sign-in")
@does("account.enter")
def sign_in() -> ResponseReturnValue:
    go_on = safe_next(request.args.get("next"))
    if current_actor().is_signed_in:
        return redirect(go_on or url_for("site.front"), 303)
    return _sign_in_page(session.get(_TYPED_EMAIL, ""), go_on, {})


@blueprint.post("/sign-in")
@does("account.enter")
def sign_in_post() -> ResponseReturnValue:
    go_on = safe_next(request.form.get("next"))
    typed = request.form.get("password", "")
    try:
        email = read_email(request.form)
        before = current_actor().session_id
        token = access.sign_in(database(), email, typed, current_device(), now(), replaces=before)
    except Invalid as error:
        return _sign_in_page(request.form.get("email", ""), go_on, error.problems), 422
    remember(token, stays=request.form.get("remember") == "1")
    return redirect(go_on or url_for("site.front"), 303)


@blueprint.post("/sign-out")
@does("account.own")
def sign_out() -> ResponseReturnValue:
    access.sign_out(database(), current_actor(), now())
    forget("You are signed out.")
    return redirect(url_for("site.front"), 303)


@blueprint.post("/sign-out-everywhere")
@does("account.own")
def sign_out_everywhere() -> ResponseReturnValue:
    access.sign_out_everywhere(database(), current_actor(), now())
    forget("You are signed out on all devices.")
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/reset")
@does("account.enter")
def reset() -> ResponseReturnValue:
    return _reset_page(session.get(_TYPED_EMAIL, ""), {})


@blueprint.post("/reset")
@does("account.enter")
def reset_post() -> ResponseReturnValue:
    try:
        email = read_email(request.form)
    except Invalid as error:
        return _reset_page(request.form.get("email", ""), error.problems), 422
    access.ask_for_reset(database(), email, current_device().address, settings().site_url, now())
    session[_TYPED_EMAIL] = email
    return _reset_page(email, {}, sent=True)


@blueprint.get("/reset/<token>")
@does("account.enter")
def reset_new(token: str) -> ResponseReturnValue:
    return _reset_new_page(token, {}, 200)


@blueprint.post("/reset/<token>")
@does("account.enter")
def reset_new_post(token: str) -> ResponseReturnValue:
    wanted = request.form.get("password", "")
    try:
        person = access.reset_password(database(), token, wanted, settings().site_url, now())
    except (Invalid, NotFound) as error:
        return _reset_new_page(token, error.problems if isinstance(error, Invalid) else {}, 422)
    forget("Your password is changed, and all devices are signed out. Sign in with the new one.")
    session[_TYPED_EMAIL] = person.email
    return redirect(url_for(".sign_in"), 303)


@blueprint.get("/confirm/<token>")
@does("account.enter")
def confirm(token: str) -> ResponseReturnValue:
    """A button, because programs that scan mails open every link."""
    person = access.find_link_owner(database(), Purpose.CONFIRM, token, now())
    return render_template("accounts/confirm.html", token=token, email=person.email)


@blueprint.post("/confirm/<token>")
@does("account.enter")
def confirm_post(token: str) -> ResponseReturnValue:
    person = access.confirm(database(), token, now())
    flash(f"Thank you: {person.email} is confirmed.", "success")
    if current_actor().is_signed_in:
        return redirect(url_for(".account"), 303)
    session[_TYPED_EMAIL] = person.email
    return redirect(url_for(".sign_in"), 303)


def mail_note() -> str:
    """Where mails lie when no mail server is set up; else empty."""
    if settings().mail_url:
        return ""
    return "This site has no mail server yet: whoever runs it finds the mail in the folder “mail” of its data folder."


def _sign_up_page(form: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "accounts/sign_up.html",
        action=url_for(".sign_up"),
        next=safe_next(request.values.get("next")) or "",
        form=form,
        roles=[(role.value, role.label) for role in ComesAs],
        errors=errors,
        password_hint=password.HINT,
    )


def _sign_in_page(email: str, go_on: str | None, errors: dict[str, str]) -> str:
    return render_template(
        "accounts/sign_in.html",
        action=url_for(".sign_in"),
        next=go_on or "",
        email=email,
        errors=errors,
        # Set by whoever loaded invented data: (role, e-mail, password) of each invented person.
        demo_logins=current_app.extensions.get("demo_logins", []),
    )


def _reset_page(email: str, errors: dict[str, str], *, sent: bool = False) -> str:
    return render_template(
        "accounts/reset.html",
        action=url_for(".reset"),
        email=email,
        errors=errors,
        sent=sent,
        mail_note=mail_note(),
    )


def _reset_new_page(token: str, errors: dict[str, str], status: int) -> ResponseReturnValue:
    try:
        email = access.find_link_owner(database(), Purpose.RESET, token, now()).email
    except NotFound as error:
        return render_template("accounts/reset_new.html", expired=True), error.status
    page = render_template(
        "accounts/reset_new.html",
        action=url_for(".reset_new", token=token),
        email=email,
        errors=errors,
        password_hint=password.HINT,
    )
    return page, status
