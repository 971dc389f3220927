"""Pages of who keeps a workshop or a studio."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import people
from marketplace.accounts.current import current_actor
from marketplace.accounts.forms import read_email
from marketplace.accounts.model import OrganisationKind, Role
from marketplace.accounts.pages import blueprint, mail_note
from marketplace.errors import Conflict, Invalid, NotFound
from marketplace.web.context import database, now, settings
from marketplace.web.routes import does

_NAMES = {OrganisationKind.SUPPLIER: "Your workshop", OrganisationKind.STUDIO: "Your studio"}


@blueprint.get("/account/people")
@does("people.read")
def team() -> ResponseReturnValue:
    return _page()


@blueprint.post("/account/people/<public_id>/invite")
@does("people.change")
def invite(public_id: str) -> ResponseReturnValue:
    try:
        email = read_email(request.form)
        people.invite(database(), current_actor(), public_id, email, settings().site_url, now())
    except (Invalid, Conflict) as error:
        problems = error.problems if isinstance(error, Invalid) else {"email": error.detail}
        return _page(public_id, request.form.get("email", ""), problems), error.status
    flash(f"A mail with a link is on its way to {email}. They belong once they have opened it. {mail_note()}".strip())
    return redirect(url_for(".team"), 303)


@blueprint.post("/account/people/<public_id>/invitations/<invitation_id>/end")
@does("people.change")
def take_back(public_id: str, invitation_id: str) -> ResponseReturnValue:
    people.take_back(database(), current_actor(), public_id, invitation_id, now())
    flash("The invitation is taken back.", "success")
    return redirect(url_for(".team"), 303)


@blueprint.get("/account/people/<public_id>/<person_id>")
@does("people.read")
def member(public_id: str, person_id: str) -> ResponseReturnValue:
    return _member_page(public_id, person_id, {})


@blueprint.post("/account/people/<public_id>/<person_id>")
@does("people.read")
def change_member(public_id: str, person_id: str) -> ResponseReturnValue:
    """Owners change everybody; staff may leave."""
    typed, to = request.form.get("current", ""), request.form.get("to", "")
    try:
        if to == "remove":
            people.remove(database(), current_actor(), public_id, person_id, typed, now())
            flash("Done: they no longer belong.", "success")
        elif to in set(Role):
            people.change_role(database(), current_actor(), public_id, person_id, Role(to), typed, now())
            flash("The role is changed.", "success")
        else:
            raise Invalid({"to": "Choose one."})
    except (Invalid, Conflict) as error:
        problems = error.problems if isinstance(error, Invalid) else {"to": error.detail}
        return _member_page(public_id, person_id, problems, to), error.status
    return redirect(url_for(".team"), 303)


@blueprint.get("/invitations/<token>")
@does("account.own")
def invitation(token: str) -> ResponseReturnValue:
    """A button, because programs that scan mails open every link."""
    _, kind = people.find_invitation(database(), current_actor(), token, now())
    return render_template("accounts/invitation.html", token=token, is_workshop=kind is OrganisationKind.SUPPLIER)


@blueprint.post("/invitations/<token>")
@does("account.own")
def join(token: str) -> ResponseReturnValue:
    people.join(database(), current_actor(), token, now())
    flash("Welcome: you keep it together from now on.", "success")
    return redirect(url_for(".team"), 303)


def _page(wrong: str = "", typed: str = "", problems: Mapping[str, str] | None = None) -> str:
    """`wrong` is the organisation whose form has to be changed."""
    actor = current_actor()
    teams = [
        {
            "id": team.public_id,
            "name": _NAMES[team.kind],
            "members": [
                {
                    "name": member.name,
                    "email": member.email,
                    "role": member.role.value,
                    "is_self": member.person_id == actor.person_id,
                    "url": url_for(".member", public_id=team.public_id, person_id=member.public_id)
                    if team.may_change or member.person_id == actor.person_id
                    else None,
                }
                for member in team.members
            ],
            "invitations": [
                {
                    "email": invited.email,
                    "expires_at": invited.expires_at,
                    "end_url": url_for(".take_back", public_id=team.public_id, invitation_id=invited.public_id),
                }
                for invited in team.invitations
            ],
            "invite_url": url_for(".invite", public_id=team.public_id) if team.may_change else None,
            "typed": typed if wrong == team.public_id else "",
            "errors": problems if problems and wrong == team.public_id else {},
        }
        for team in people.list_teams(database(), actor, now())
    ]
    if problems and not any(team["errors"] for team in teams):
        raise NotFound
    return render_template("accounts/people.html", teams=teams)


def _member_page(public_id: str, person_id: str, errors: Mapping[str, str], to: str = "") -> str:
    team, found = people.get_member(database(), current_actor(), public_id, person_id, now())
    is_self = found.person_id == current_actor().person_id
    choices = []
    if team.may_change:
        choices.append(("staff", "Make staff") if found.role is Role.OWNER else ("owner", "Make an owner"))
    choices.append(("remove", "Leave" if is_self else "Remove"))
    return render_template(
        "accounts/member.html",
        name=found.name,
        email=found.email,
        role=found.role.value,
        is_self=is_self,
        team=_NAMES[team.kind],
        choices=choices,
        to=to,
        errors=errors,
    )
