"""What an import saves stands in the audit trail, as the same change on a page does; on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cast import Cast

from marketplace.accounts.model import Role
from marketplace.audit import store as audit
from marketplace.booking import holds
from marketplace.booking.model import Side
from marketplace.db import Database
from marketplace.suppliers import store
from marketplace.suppliers.model import Supplier
from marketplace.suppliers.rules import Run as Job
from marketplace.transfer import run
from marketplace.transfer.model import Report, Table
from marketplace.units import Quantity, Unit

Load = Callable[..., Report]

NOW = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
FIRM = "external_id,name,site,country,lat,lon,description,closed\n"
HALL = "a1,Rosa,Hall,IT,43.88,11.1,We sew,\n"
SERVICE = "supplier_external_id,process,min_quantity,unit,basis,weekly_capacity,status\n"
WEEKS = "supplier_external_id,process,week_start,open_quantity,unit\n"
PLACE = "supplier_external_id,process,seats,starts_on,months,mentor\n"


def trail(database: Database, since: int = 0) -> list[tuple[str, str, dict[str, Any], dict[str, Any], str]]:
    """(action, kind, before, after, reason), oldest first, of those after the first `since`."""
    with database.reading() as session:
        events = audit.list_all(session)[::-1]
        firms = {firm.organisation_id for firm in store.list_by_ids(session, store.list_ids(session))}
    assert all((e.person_id, e.token_id, e.at) == (None, None, NOW) and e.organisation_id in firms for e in events)
    return [(e.action, e.object_kind, dict(e.before), dict(e.after), e.reason) for e in events[since:]]


def firm(database: Database) -> Supplier:
    with database.reading() as session:
        found = store.find_by_external_id(session, "a1")
    assert found is not None
    return found


def test_a_new_firm_is_one_event_with_its_first_site_and_one_for_each_further_site(
    database: Database, load: Load
) -> None:
    text = FIRM + HALL + "a1,Rosa,Loft,IT,43.89,11.2,We sew,2027-08-09/2027-08-20 Holiday\n"
    load(text, dry_run=True)
    assert trail(database) == []
    load(text)
    (action, kind, before, after, reason), (_, *loft) = trail(database)
    assert (action, kind, before, reason) == ("supplier.list", "supplier", {}, "imported, line 2 of the file")
    assert (after["profile"]["name"], after["site"]["name"]) == ("Rosa", "Hall")
    assert (loft[0], loft[1], loft[2]["site"]["name"]) == ("site", {"closures": []}, "Loft")
    assert loft[2]["closures"] == [{"first": "2027-08-09", "last": "2027-08-20", "reason": "Holiday"}]
    load(text)
    assert len(trail(database)) == 2


def test_a_changed_firm_says_what_it_was(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load("external_id,name,site,country,lat,lon,description,status\na1,Rosa,Hall,IT,43.88,11.2,We weave,paused\n")
    edited, moved = sorted(trail(database, 1), key=lambda event: event[1], reverse=True)
    assert edited[:4] == (
        "supplier.edit",
        "supplier",
        {"description": "We sew", "status": "published"},
        {"description": "We weave", "status": "paused"},
    )
    assert moved[:2] == ("supplier.edit", "site")
    assert (moved[2]["point"]["lon_e7"], moved[3]["point"]["lon_e7"]) == (111000000, 112000000)
    public_id = firm(database).public_id
    with database.reading() as session:
        assert len(audit.list_for_object(session, "supplier", public_id)) == 2


def test_closed_days_of_a_site(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load(FIRM + HALL.replace("sew,", "sew,2027-08-09/2027-08-20"))
    load(FIRM + HALL)
    shut = [{"first": "2027-08-09", "last": "2027-08-20", "reason": ""}]
    assert [event[1:4] for event in trail(database, 1)] == [
        ("site", {"closures": []}, {"closures": shut}),
        ("site", {"closures": shut}, {"closures": []}),
    ]


def test_services_and_their_usual_week(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load(SERVICE + "a1,sew,20,piece,style,40,\n", Table.SERVICES)
    (new,) = trail(database, 1)
    assert new[:2] == ("supplier.edit", "service")
    assert (new[3]["service"]["process"], new[3]["resource"], new[3]["usual"]) == ("sew", "sew", 40)
    load(SERVICE + "a1,sew,20,piece,style,50,\n", Table.SERVICES)
    load(SERVICE + "a1,sew,20,piece,style,50,paused\n", Table.SERVICES)
    load(SERVICE + "a1,sew,20,piece,style,50,paused\n", Table.SERVICES)
    assert [event[:4] for event in trail(database, 2)] == [
        ("capacity.publish", "service", {"usual": 40}, {"usual": 50}),
        ("supplier.edit", "service", {"status": "published"}, {"status": "paused"}),
    ]


def test_another_resource_is_named_before_and_after(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    text = "supplier_external_id,process,min_quantity,unit,basis,resource,weekly_capacity\n"
    load(text + "a1,sew,20,piece,style,Table,40\n", Table.SERVICES)
    load(text + "a1,sew,20,piece,style,Line,30\n", Table.SERVICES)
    (moved,) = trail(database, 2)
    assert moved[:4] == (
        "capacity.publish",
        "service",
        {"resource": "Table", "rate": 1000, "usual": None},
        {"resource": "Line", "rate": 1000, "usual": 30},
    )


def test_weeks_are_one_event_for_each_resource(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load(SERVICE + "a1,sew,20,piece,style,40,\na1,cut,20,piece,style,40,\n", Table.SERVICES)
    first = "a1,sew,2027-03-01,20,piece\na1,sew,2027-03-08,25,piece\na1,cut,2027-03-08,9,piece\n"
    load(WEEKS + first, Table.CAPACITY)
    load(WEEKS + first.replace("25", "30"), Table.CAPACITY)
    assert [event[:4] for event in trail(database, 3)] == [
        (
            "capacity.publish",
            "service",
            {"2027-03-01": None, "2027-03-08": None},
            {"2027-03-01": 20, "2027-03-08": 25},
        ),
        ("capacity.publish", "service", {"2027-03-08": None}, {"2027-03-08": 9}),
        ("capacity.publish", "service", {"2027-03-08": 25}, {"2027-03-08": 30}),
    ]


def test_weeks_that_are_promised_are_refused_and_leave_nothing(cast: Cast, database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load(SERVICE + "a1,sew,20,piece,style,40,\n", Table.SERVICES)
    studio, supplier = cast.studio(cast.person("Ines")), firm(database)
    with database.writing() as session:
        held = holds.hold(
            session,
            supplier=supplier,
            service=supplier.services[0],
            studio_id=studio,
            run=Job(Quantity.of(40, Unit.PIECE)),
            arrival=NOW.date() + timedelta(days=14),
            made_by=Side.STUDIO,
            expires_at=NOW + timedelta(days=1),
            now=NOW,
        )
    monday = held.plan.weeks[0].week.monday.isoformat()
    report = load(WEEKS + f"a1,sew,{monday},5,piece\n", Table.CAPACITY)
    assert (report.refused, len(trail(database))) == (1, 2)


def test_placements(database: Database, load: Load) -> None:
    load(FIRM + HALL)
    load(PLACE + "a1,sew,2,2027-04-05,12,Rosa\n", Table.PLACEMENTS)
    load(PLACE + "a1,sew,2,2027-04-05,12,Bea\n", Table.PLACEMENTS)
    new, changed = trail(database, 1)
    assert (new[:3], new[3]["placement"]["seats"]) == (("placement.offer", "placement", {}), 2)
    assert changed[:4] == ("placement.offer", "placement", {"mentor": "Rosa"}, {"mentor": "Bea"})


def test_what_is_refused_leaves_nothing(cast: Cast, database: Database, load: Load) -> None:
    load(FIRM + HALL)
    cast.joins(cast.person("Rosa"), firm(database).organisation_id, Role.OWNER)
    report = load(FIRM + HALL.replace("We sew", "We weave") + "a2,No place,,XX,,,,\n")
    assert (report.refused, len(trail(database))) == (2, 1)


def test_long_files_are_noted_in_turns(database: Database, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "_NOTED", 2)
    load(FIRM + "".join(f"e{n},Room {n},,IT,43.88,11.1,,\n" for n in range(5)))
    noted = [(after["profile"]["name"], reason) for _, _, _, after, reason in trail(database)]
    assert noted == [(f"Room {n}", f"imported, line {n + 2} of the file") for n in range(5)]
