"""Pages of a studio's briefs: the list, one brief, its versions, its archive. Writing stands in writing.py."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts import actions as accounts
from marketplace.accounts.current import current_actor
from marketplace.accounts.forms import read_number, read_studio
from marketplace.accounts.rules import clear_place
from marketplace.briefs import actions, store
from marketplace.briefs.actions import get_own, studio_of
from marketplace.briefs.forms import read_repeat
from marketplace.briefs.model import MAXIMUM_FILES, Brief, BriefState
from marketplace.briefs.rules import next_title, readiness
from marketplace.briefs.views import content_view, file_view, own_view, readiness_view, search_parameters, version_view
from marketplace.errors import Invalid, NotFound
from marketplace.files.actions import FIELD, send
from marketplace.files.model import KINDS, StoredFile
from marketplace.files.uploads import cabinet, takes_files
from marketplace.places.model import Place
from marketplace.web.context import database, now, places, today
from marketplace.web.routes import does
from marketplace.web.security import safe_next

blueprint = Blueprint("briefs", __name__)

_AFTER_START = "/account/briefs/new"


@blueprint.get("/account/briefs")
@does("brief.own")
def briefs() -> ResponseReturnValue:
    studio_id = studio_of(current_actor())
    if studio_id is None:
        return _start_page({}, {}, ())
    shows_archive = request.args.get("state") == BriefState.ARCHIVED
    shown = BriefState.ARCHIVED if shows_archive else BriefState.OPEN
    page = max(1, read_number(request.args.get("page", "")) or 1)
    with database().reading() as session:
        counts = store.count_for_studio(session, studio_id)
        pages = -(-counts[shown] // store.PER_PAGE) or 1
        page = min(page, pages)
        listed = store.list_for_studio(session, studio_id, shown, first=(page - 1) * store.PER_PAGE)
    return render_template(
        "briefs/briefs.html",
        briefs=[own_view(brief, today()) for brief in listed],
        shows_archive=shows_archive,
        others=sum(counts.values()) - counts[shown],
        is_asking="to" in request.args,
        page={
            "number": page,
            "pages": pages,
            "previous_url": _page_url(page - 1) if page > 1 else None,
            "next_url": _page_url(page + 1) if page < pages else None,
        },
    )


@blueprint.post("/account/briefs/studio")
@does("account.own")
def start() -> ResponseReturnValue:
    """Make the studio that briefs and shortlists belong to: its name, and its town where it is told."""
    try:
        form = read_studio(request.form)
    except Invalid as error:
        return _start_page(request.form.to_dict(), error.problems, ()), 422
    label, point = "", None
    if form.place:
        found = places().find(form.place)
        place = clear_place(form.place, found, form.choice)
        if place is None:
            name = "choice" if found else "place"
            text = "several places have this name: choose one" if found else "no such place is known: name the town"
            return _start_page(request.form.to_dict(), {name: text}, tuple(found)), 422
        label, point = place.label, place.point
    accounts.put_studio(database(), current_actor(), form.name, label, point, now())
    flash(f"“{form.name}” is your studio now.", "success")
    return redirect(safe_next(request.form.get("next")) or _AFTER_START, 303)


@blueprint.get("/account/briefs/<public_id>")
@does("brief.own")
def brief(public_id: str) -> str:
    return brief_page(public_id, {})


@blueprint.get("/account/briefs/<public_id>/versions")
@does("brief.own")
def versions(public_id: str) -> str:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
        listed = store.list_versions(session, found.id)
    return render_template(
        "briefs/versions.html",
        brief=own_view(found, today()),
        versions=[version_view(item, url_for(".version", public_id=public_id, number=item.number)) for item in listed],
    )


@blueprint.get("/account/briefs/<public_id>/versions/<number>")
@does("brief.own")
def version(public_id: str, number: str) -> str:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
        said = store.find_whole_version(session, found.id, read_number(number) or 0)
    if said is None:
        raise NotFound
    return render_template(
        "briefs/version.html",
        brief=own_view(found, today()),
        version=version_view(said, ""),
        newest=found.version,
        content=content_view(said.content),
    )


@blueprint.post("/account/briefs/<public_id>/archive")
@does("brief.own")
def archive(public_id: str) -> ResponseReturnValue:
    found = actions.archive(database(), current_actor(), public_id, now())
    flash(f"“{found.content.title}” is in the archive. You can take it out again at any time.", "success")
    return redirect(url_for(".brief", public_id=public_id), 303)


@blueprint.post("/account/briefs/<public_id>/restore")
@does("brief.own")
def restore(public_id: str) -> ResponseReturnValue:
    found = actions.restore(database(), current_actor(), public_id, now())
    flash(f"“{found.content.title}” is back among your briefs.", "success")
    return redirect(url_for(".brief", public_id=public_id), 303)


@blueprint.route("/account/briefs/<public_id>/copy", methods=["GET", "POST"])
@does("brief.own")
def copy(public_id: str) -> ResponseReturnValue:
    """Another run of the same, with what is different this time."""
    if request.method == "POST":
        try:
            made = actions.repeat(
                database(), current_actor(), public_id, lambda before: read_repeat(request.form, before), now()
            )
        except Invalid as error:
            return _copy_page(public_id, request.form.to_dict(), error.problems), 422
        flash("Here is the brief of the new run. Give it its days, and look through the numbers.", "success")
        return redirect(url_for(".edit", public_id=made.public_id), 303)
    return _copy_page(public_id, None, {})


# --- files


@blueprint.post("/account/briefs/<public_id>/files")
@does("brief.own")
@takes_files
def add_file(public_id: str) -> ResponseReturnValue:
    sent = [upload for upload in request.files.getlist(FIELD) if upload.filename]
    added: list[StoredFile] = []
    try:
        if not sent:
            raise Invalid({FIELD: "choose a file"})
        for upload in sent:
            stream, name = upload.stream, upload.filename or ""
            added.append(actions.add_file(database(), cabinet(), current_actor(), public_id, name, stream, now()))
    except Invalid as error:
        return brief_page(public_id, error.problems), 422
    names = ", ".join(f"“{file.name}”" for file in added)
    flash(f"{names} {'is' if len(added) == 1 else 'are'} with the brief now.", "success")
    return redirect(url_for(".brief", public_id=public_id) + "#files", 303)


@blueprint.get("/account/briefs/<public_id>/files/<file_id>")
@does("brief.own")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = actions.file_for(session, get_own(session, current_actor(), public_id).id, file_id)
    return send(cabinet(), found)


@blueprint.post("/account/briefs/<public_id>/files/<file_id>/remove")
@does("brief.own")
def remove_file(public_id: str, file_id: str) -> ResponseReturnValue:
    removed = actions.remove_file(database(), current_actor(), public_id, file_id, now())
    flash(f"“{removed.file.name}” is off the brief. Until tomorrow you can put it back, below.", "success")
    return redirect(url_for(".brief", public_id=public_id) + "#files", 303)


@blueprint.post("/account/briefs/<public_id>/files/<file_id>/restore")
@does("brief.own")
def restore_file(public_id: str, file_id: str) -> ResponseReturnValue:
    try:
        back = actions.restore_file(database(), current_actor(), public_id, file_id, now())
    except Invalid as error:
        return brief_page(public_id, error.problems), 422
    flash(f"“{back.name}” is back.", "success")
    return redirect(url_for(".brief", public_id=public_id) + "#files", 303)


# --- what they share


def brief_page(public_id: str, errors: dict[str, str]) -> str:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
        removed = store.list_removed_files(session, found.id)
        before = store.get_by_id(session, found.repeats_id) if found.repeats_id else None
        repeats = store.list_repeats(session, found.id)
    view = own_view(found, today())
    return render_template(
        "briefs/brief.html",
        brief=view,
        version=found.version,
        readiness=readiness_view(readiness(found.content, found.files, today())),
        content=content_view(found.content, found.files, lambda file: _file_url(found, file)),
        removed=[
            file_view(item, url_for(".restore_file", public_id=public_id, file_id=item.public_id)) for item in removed
        ],
        before=own_view(before, today()) if before else None,
        repeats=[own_view(item, today()) for item in repeats],
        search_url=f"{url_for('search.search')}?{urlencode(search_parameters(found.content))}",
        wanted=found.content,
        errors=errors,
        kinds=", ".join(kind for kind in KINDS if kind != "jpeg"),
        accept=",".join(f".{kind}" for kind in KINDS),
        most_mb=cabinet().most_bytes // 1_000_000,
        has_room=len(found.files) < MAXIMUM_FILES,
    )


def _file_url(brief: Brief, file: StoredFile) -> str:
    return url_for(".file", public_id=brief.public_id, file_id=file.public_id)


def _page_url(page: int) -> str:
    kept = [(name, request.args[name]) for name in ("state", "to") if name in request.args]
    return f"{url_for('.briefs')}?{urlencode([*kept, ('page', page)])}"


def _copy_page(public_id: str, form: dict[str, str] | None, errors: dict[str, str]) -> str:
    with database().reading() as session:
        found = get_own(session, current_actor(), public_id)
    said = found.content
    return render_template(
        "briefs/copy.html",
        brief=own_view(found, today()),
        form=form
        or {
            "title": next_title(said.title),
            "pattern_revision": said.pattern_revision,
            "what_changed": "",
            "lots": said.lots,
        },
        errors=errors,
        files=len(found.files),
    )


def _start_page(form: dict[str, str], errors: dict[str, str], choices: tuple[Place, ...]) -> str:
    person = current_actor().person
    target = form.get("next") or request.args.get("next") or ""
    return render_template(
        "briefs/start.html",
        form=form or {"name": person.name if person else ""},
        errors=errors,
        choices=[(place.label, place.label) for place in choices],
        next=safe_next(target) or "",
    )
