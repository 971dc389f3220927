"""The quotes about a brief side by side, for its studio: on the page, on paper, and for a spreadsheet."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from marketplace.accounts.current import current_actor
from marketplace.accounts.policy import authorize
from marketplace.briefs import store as briefs
from marketplace.briefs.views import run_words
from marketplace.enquiries import actions
from marketplace.enquiries.export import comparison_csv
from marketplace.enquiries.look import compared_rows
from marketplace.enquiries.money import COMPARED
from marketplace.enquiries.pages import blueprint
from marketplace.enquiries.views import comparison_view
from marketplace.web.context import database, now
from marketplace.web.routes import does


@blueprint.get("/account/briefs/<public_id>/quotes")
@does("enquiry.send")
def compare_quotes(public_id: str) -> str:
    with database().reading() as session:
        brief = briefs.get(session, public_id)
        authorize(current_actor(), "enquiry.send", brief.studio_id)
        rows = compared_rows(session, brief, now())
    views = comparison_view(rows, now())
    return render_template(
        "enquiries/compare.html",
        brief={
            "title": brief.content.title,
            "run": run_words(brief.content),
            "url": url_for("briefs.brief", public_id=public_id),
        },
        rows=views,
        compared=COMPARED,
        accepted=[view for view in views if view["state"] == "accepted"],
        open_count=sum(view["is_open"] for view in views),
        ask_url=url_for("enquiries.new", brief=public_id),
        csv_url=url_for("enquiries.compare_csv", public_id=public_id),
        close_url=url_for("enquiries.close_others", public_id=public_id),
        on=now().date(),
    )


@blueprint.get("/account/briefs/<public_id>/quotes.csv")
@does("enquiry.send")
def compare_csv(public_id: str) -> Response:
    with database().reading() as session:
        brief = briefs.get(session, public_id)
        authorize(current_actor(), "enquiry.send", brief.studio_id)
        text = comparison_csv(compared_rows(session, brief, now()), now())
    response = Response(text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="quotes.csv"'
    return response


@blueprint.post("/account/briefs/<public_id>/quotes/close")
@does("enquiry.send")
def close_others(public_id: str) -> ResponseReturnValue:
    closed = actions.close_others(database(), current_actor(), public_id, now())
    many = "one supplier is" if len(closed) == 1 else f"{len(closed)} suppliers are"
    flash(f"Closed: {many} told with thanks." if closed else "Nothing was open any more.", "success")
    return redirect(url_for(".compare_quotes", public_id=public_id), 303)
