"""Pages of enquiries that both sides open: the thread, its files, the moves."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.model import OrganisationKind
from marketplace.briefs import store as briefs
from marketplace.briefs.views import content_view
from marketplace.enquiries import actions, quote_actions, store
from marketplace.enquiries.look import content_for, look_at, look_at_one
from marketplace.enquiries.model import Reason, State
from marketplace.enquiries.rules import Party, is_open
from marketplace.enquiries.threads import actions as threads
from marketplace.enquiries.threads.load import find_file, load_thread
from marketplace.enquiries.views import answers_text, decides_text, enquiry_view, line_view, quote_view
from marketplace.enquiries.words import REASONS
from marketplace.errors import Conflict, Invalid
from marketplace.files.actions import send
from marketplace.files.model import KINDS
from marketplace.files.uploads import cabinet, takes_files
from marketplace.web.context import database, now, today
from marketplace.web.routes import does

blueprint = Blueprint("enquiries", __name__)

_SHOWN = 100  # of the list of what was sent


@blueprint.get("/account/enquiries")
@does("account.own")
def sent() -> ResponseReturnValue:
    """What the studio asked; a supplier's own list is the inbox."""
    actor = current_actor()
    studios = actor.organisations(OrganisationKind.STUDIO)
    if not studios and actor.organisations(OrganisationKind.SUPPLIER):
        return redirect(url_for(".inbox"), 303)
    with database().reading() as session:
        found = store.list_of_studio(session, studios)
        looks = look_at(session, found[:_SHOWN], today())
    views = [enquiry_view(look, Party.STUDIO, now()) | {"brief_id": look.brief.public_id} for look in looks]
    groups: dict[str, dict[str, Any]] = {}
    for view in views:
        group = groups.setdefault(
            view["brief_id"],
            {
                "title": view["title"],
                "url": url_for("briefs.brief", public_id=view["brief_id"]),
                "compare_url": url_for("enquiries.compare_quotes", public_id=view["brief_id"]),
                "enquiries": [],
            },
        )
        group["enquiries"].append(view)
    return render_template("enquiries/sent.html", briefs=list(groups.values()), more=len(found) > _SHOWN)


@blueprint.get("/account/enquiries/<public_id>")
@does("enquiry.read")
def enquiry(public_id: str) -> str:
    return enquiry_page(public_id, {})


@blueprint.post("/account/enquiries/<public_id>/messages")
@does("enquiry.write")
@takes_files
def write(public_id: str) -> ResponseReturnValue:
    kind, uploads = request.form.get("kind", ""), [f for f in request.files.getlist("file") if f.filename]
    try:
        threads.write(
            database(),
            current_actor(),
            public_id,
            kind,
            request.form.get("body", ""),
            now(),
            answers=request.form.get("answers", ""),
            uploads=[(upload.filename or "", upload.stream) for upload in uploads],
            cabinet=cabinet(),
        )
    except Invalid as error:
        return enquiry_page(public_id, error.problems), 422
    said = {"question": "Your question is sent.", "answer": "The answer is sent to everybody you asked."}
    flash(said.get(kind, "Your message is sent."), "success")
    return redirect(url_for(".enquiry", public_id=public_id) + "#thread", 303)


@blueprint.get("/account/enquiries/<public_id>/files/<file_id>")
@does("enquiry.read")
def file(public_id: str, file_id: str) -> Response:
    with database().reading() as session:
        found = find_file(session, current_actor(), public_id, file_id, today())
    return send(cabinet(), found)


@blueprint.post("/account/enquiries/<public_id>/decline")
@does("enquiry.answer")
def decline(public_id: str) -> ResponseReturnValue:
    reason, note = request.form.get("reason", ""), request.form.get("note", "")
    try:
        actions.decline(database(), current_actor(), public_id, reason, note, now())
    except Invalid as error:
        return enquiry_page(public_id, error.problems), 422
    flash("Declined. The studio has your reason, and can ask somebody else today.", "success")
    return redirect(url_for(".inbox"), 303)


@blueprint.post("/account/enquiries/<public_id>/withdraw")
@does("enquiry.send")
def withdraw(public_id: str) -> ResponseReturnValue:
    actions.withdraw(database(), current_actor(), public_id, now())
    flash("Withdrawn. The supplier is told that no answer is needed.", "success")
    return redirect(url_for(".enquiry", public_id=public_id), 303)


@blueprint.get("/account/enquiries/<public_id>/close")
@does("enquiry.send")
def ask_to_close(public_id: str) -> ResponseReturnValue:
    """No to a quote gives its weeks to others and can't be taken back, so it is asked once more."""
    with database().reading() as session:
        found = actions.own(session, current_actor(), public_id, Party.STUDIO)
        look = look_at_one(session, found, today())
    back = url_for(".enquiry", public_id=public_id)
    if not is_open(found.state):
        flash(actions.ended_text(found), "warning")
        return redirect(back, 303)
    quote = look.open_quote(now())
    weeks = " The weeks it holds for you are open to others at once." if quote and quote.reservation_id else ""
    return render_template(
        "components/confirm.html",
        title="Say no to this quote?" if quote else "Close this enquiry?",
        text=f"{look.supplier.profile.name} is told with thanks.{weeks} It can’t be taken back; you can ask again.",
        action=url_for(".close", public_id=public_id),
        confirm_label="Yes, say no" if quote else "Yes, close it",
        back_url=back,
    )


@blueprint.post("/account/enquiries/<public_id>/close")
@does("enquiry.send")
def close(public_id: str) -> ResponseReturnValue:
    actions.close(database(), current_actor(), public_id, now())
    flash("Closed. The supplier is told with thanks, and may use the weeks otherwise.", "success")
    return redirect(url_for(".enquiry", public_id=public_id), 303)


@blueprint.post("/account/quotes/<public_id>/withdraw")
@does("enquiry.answer")
def withdraw_quote(public_id: str) -> ResponseReturnValue:
    with database().reading() as session:
        asked = store.get_enquiry_by_id(session, store.get_quote(session, public_id).enquiry_id)
    try:
        quote_actions.withdraw_quote(database(), current_actor(), public_id, now())
        flash("The quote is withdrawn, and its weeks are open again.", "success")
    except Conflict as error:
        flash(error.detail, "warning")
    return redirect(url_for(".enquiry", public_id=asked.public_id), 303)


def enquiry_page(public_id: str, errors: dict[str, str]) -> str:
    with database().reading() as session:
        found, party = actions.readable(session, current_actor(), public_id)
        look = look_at_one(session, found, today())
        thread = load_thread(session, look, party)
        answers = store.record_of_supplier(session, look.supplier.id, now())
        decides = store.record_of_studio(session, found.studio_id, now())
        versions = briefs.list_versions(session, look.brief.id) if look.brief.version > found.brief_version else []
    lines = [line_view(line, thread, look) for line in thread.lines]
    return render_template(
        "enquiries/enquiry.html",
        enquiry=enquiry_view(look, party, now()),
        side=party.value,
        content=content_view(
            content_for(look, party),
            look.brief.files,
            lambda file: url_for("enquiries.file", public_id=public_id, file_id=file.public_id),
        ),
        changes=[change for version in versions if version.number > found.brief_version for change in version.changes],
        quotes=[quote_view(quote, now()) for quote in look.quotes],
        lines=lines,
        record=answers_text(answers) if party is Party.STUDIO else decides_text(decides),
        can_write=found.state in (State.SENT, State.QUOTED, State.ACCEPTED),
        reasons=[(reason.value, REASONS[reason]) for reason in Reason],
        accept=",".join(f".{kind}" for kind in KINDS),
        kinds=", ".join(kind for kind in KINDS if kind != "jpeg"),
        compare_url=url_for("enquiries.compare_quotes", public_id=look.brief.public_id),
        form=request.form,
        errors=errors,
    )
