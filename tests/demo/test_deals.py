"""What the demonstration people did with each other: every state is there, whatever day it is loaded, and agrees."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from marketplace.accounts import store as accounts
from marketplace.accounts.model import OrganisationKind
from marketplace.briefs import store as briefs
from marketplace.briefs.model import BriefState
from marketplace.briefs.rules import readiness
from marketplace.checks import check_all
from marketplace.db import Database, open_database
from marketplace.demo.load import load_demo
from marketplace.demo.model import World
from marketplace.demo.people import DEMO_PARTNERS, DEMO_PEOPLE
from marketplace.demo.world import make_world
from marketplace.enquiries import store as enquiries
from marketplace.enquiries.model import State
from marketplace.files.actions import Cabinet
from marketplace.moderation import store as moderation
from marketplace.notices import store as notices
from marketplace.orders import store as orders
from marketplace.orders.model import MilestoneKind
from marketplace.orders.model import State as OrderState
from marketplace.orders.reviews import store as reviews
from marketplace.waiting import store as waiting

TOLD = Path(__file__).with_name("told.txt")
NAMED = {person.supplier for person in (*DEMO_PEOPLE, *DEMO_PARTNERS)}


def load(url: str, now: datetime, folder: Path) -> Database:
    """The demonstration data with nobody in it but the firms of the people."""
    database = open_database(url)
    whole = make_world(now.date())
    world: World = replace(whole, suppliers=tuple(s for s in whole.suppliers if s.external_id in NAMED))
    cabinet = Cabinet(folder / "files", 25_000_000, 100_000_000)
    assert load_demo(database, now, password_hash="hash", world=world, cabinet=cabinet) is not None
    return database


def studio_of(database: Database, email: str) -> int:
    with database.reading() as session:
        person = accounts.find_person_by_email(session, email)
        assert person is not None
        kinds = {m.kind: m.organisation_id for m in accounts.list_memberships(session, person.id)}
        return kinds[OrganisationKind.STUDIO]


@pytest.mark.parametrize("day", ["2026-11-23", "2027-01-02", "2027-08-20", "2028-02-29", "2029-06-10"])
def test_every_state_on_any_day(sqlite_copy: str, tmp_path: Path, day: str) -> None:
    now = datetime.fromisoformat(f"{day}T16:00").replace(tzinfo=UTC)
    database = load(sqlite_copy, now, tmp_path)
    studio = studio_of(database, "designer@example.com")
    with database.reading() as session:
        written = briefs.list_for_studio(session, studio, BriefState.OPEN)
        ready = {brief.content.title: readiness(brief.content, brief.files, now.date()).is_ready for brief in written}
        asked = enquiries.list_of_studio(session, [studio])
        quotes = enquiries.list_quotes(session, [enquiry.id for enquiry in asked])
        made = orders.list_of_studio(session, studio)
        person = accounts.find_person_by_email(session, "designer@example.com")
        assert person is not None
        unread = notices.count_unread(session, person.id)
        told = notices.count(session, person.id)
        reports = moderation.list_open(session, 10)
        waits = waiting.list_of_studio(session, studio)
        said = [review for order in made for review in reviews.list_of_order(session, order.id)]
        steps = {order.state: orders.list_milestones(session, order.id) for order in made}
        payments = {order.state: orders.list_payments(session, order.id) for order in made}
    assert ready["Linen chore jackets, spring run"]
    assert not ready["Short raincoat, an idea for autumn"]
    assert {enquiry.state for enquiry in asked} == set(State)
    comparable = [quote for quote in quotes if quote.is_open(now)]
    assert len(comparable) == 2
    assert all(quote.reservation_id is not None for quote in comparable)
    assert {order.state for order in made} == {OrderState.BOOKED, OrderState.COMPLETED}
    done = {step.kind for step in steps[OrderState.BOOKED] if step.done_at}
    assert done == {MilestoneKind.SAMPLE, MilestoneKind.APPROVAL}
    assert [payment.received_on is not None for payment in payments[OrderState.BOOKED]] == [True]
    assert len(said) == 2
    assert all(review.is_shown(now) for review in said)
    assert len(waits) == 1
    assert 0 < unread < told
    assert len(reports) == 1
    assert [problem for _, problems in check_all(database) for problem in problems] == []
    database.dispose()


def test_what_people_are_told(sqlite_copy: str, tmp_path: Path) -> None:
    """The sentences of all notices, so of the mails about them: a change of one is a change of the file."""
    database = load(sqlite_copy, datetime(2027, 8, 20, 16, tzinfo=UTC), tmp_path)
    with database.reading() as session:
        rows = session.execute(text("SELECT DISTINCT kind, text FROM notice ORDER BY kind, text"))
        told = "".join(f"{kind}: {said}\n" for kind, said in rows)
    database.dispose()
    if os.environ.get("SELVEDGE_TEST_WRITE_MAILS"):
        TOLD.write_text(told, "utf-8")
    assert told == TOLD.read_text("utf-8")
    assert not any(word in told for word in ("None", "{", "}", "<"))
