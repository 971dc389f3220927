"""Two listings of one firm: found, merged with what is chosen, and parted again; on both engines."""

from __future__ import annotations

from typing import Any

import pytest
from cast import Cast

from marketplace.accounts.model import Person
from marketplace.checks import check_all
from marketplace.places.geocoders import PlaceFinder
from marketplace.suppliers import store as suppliers
from marketplace.suppliers.model import Site, Status, Supplier
from marketplace.transfer.actions import import_table
from marketplace.transfer.model import Table

_TABLES = ("site", "service", "resource", "resource_use", "supplier_tag", "machine", "certificate", "placement")


@pytest.fixture
def mod(cast: Cast) -> Person:
    return cast.person("Mo", is_moderator=True)


@pytest.fixture
def kept(cast: Cast) -> Supplier:
    return cast.supplier(cast.person("Olga"), "Sartoria Aghi")


@pytest.fixture
def twin(cast: Cast) -> Supplier:
    """Imported, at the same door under a longer name, with a second site, a skill, a machine and a certificate."""
    found = cast.supplier(None, "Sartoria Aghi Srl")
    cast.sql(
        "INSERT INTO site (public_id, supplier_id, name, street, locality, region, postal_code, country, "
        "lat_e7, lon_e7, precision, timezone, working_days) "
        "VALUES ('far', :id, 'Far', '', 'Lucca', '', '', 'IT', 438400000, 105000000, 'confirmed', 'Europe/Rome', 31)",
        id=found.id,
    )
    with cast.database.writing() as session:
        (far,) = [site for site in suppliers.get(session, found.id).sites if site.public_id == "far"]
        cast.serves(session, far.id, "cut", 30)
        cast.serves(session, found.sites[0].id, "press", 20)
    cast.sql("INSERT INTO supplier_tag (supplier_id, facet, value) VALUES (:id, 'skill', 'buttonhole')", id=found.id)
    cast.sql("INSERT INTO machine (supplier_id, family, name, count, note) VALUES (:id, 'x', 'X', 1, '')", id=found.id)
    cast.sql(
        "INSERT INTO certificate (supplier_id, scheme, number, scope, holder, issuer) "
        "VALUES (:id, 'gots', '1', '', '', '')",
        id=found.id,
    )
    return now_of(cast, found)


def now_of(cast: Cast, supplier: Supplier) -> Supplier:
    with cast.database.reading() as session:
        return suppliers.get(session, supplier.id)


def dump(cast: Cast) -> dict[str, Any]:
    """Everything that a merge moves, and the state of both listings."""
    found: dict[str, Any] = {name: sorted(cast.sql(f"SELECT * FROM {name}"), key=str) for name in _TABLES}
    return found | {"supplier": cast.sql("SELECT id, status, held_at, slug, external_id FROM supplier ORDER BY id")}


def press_of(twin: Supplier) -> str:
    return next(s.public_id for s in twin.services if s.draft.process == "press")


def merge(cast: Cast, mod: Person, kept: Supplier, gone: Supplier, *parts: str, reason: str = "One firm.") -> int:
    path = f"/moderation/merge/{gone.public_id}/{kept.public_id}"
    data = {"keep": kept.public_id, "part": list(parts), "reason": reason}
    return cast.client(mod).post(path, data=data).status_code


def undo(cast: Cast, mod: Person) -> str:
    """What the page says afterwards."""
    ((public_id,),) = cast.sql("SELECT public_id FROM supplier_merge ORDER BY id DESC LIMIT 1")
    client = cast.client(mod)
    answer = client.post(
        f"/moderation/merges/{public_id}/undo", data={"reason": "Two after all."}, follow_redirects=True
    )
    return answer.text


def test_they_are_found_and_shown_side_by_side(cast: Cast, mod: Person, kept: Supplier, twin: Supplier) -> None:
    client = cast.client(mod)
    for path in ("/moderation/duplicates", f"/moderation/duplicates?of={kept.slug}"):
        page = client.get(path).text
        assert f"/moderation/merge/{twin.public_id}/{kept.public_id}" in page or (
            f"/moderation/merge/{kept.public_id}/{twin.public_id}" in page
        ), path
    page = client.get(f"/moderation/merge/{twin.public_id}/{kept.public_id}").text
    assert page.index("Sartoria Aghi Srl") < page.index("has one")
    assert 'value="far" checked' in page  # the site elsewhere moves, the one at the same door stays behind
    assert f'value="{twin.sites[0].public_id}" checked' not in page
    assert client.get("/moderation/duplicates?of=nobody").status_code == 404


def test_what_is_chosen_moves_and_the_old_address_leads_on(
    cast: Cast, mod: Person, kept: Supplier, twin: Supplier
) -> None:
    assert merge(cast, mod, kept, twin, "far", press_of(twin)) == 303
    one, other = now_of(cast, kept), now_of(cast, twin)
    assert {s.draft.process for s in one.services} == {"sew", "cut", "press"}
    assert [site.public_id for site in one.sites] == [kept.sites[0].public_id, "far"]
    assert [site.public_id for site in other.sites] == [twin.sites[0].public_id]
    assert one.profile.tags.skills == {"buttonhole"}
    assert (len(one.profile.machines), len(one.profile.certificates)) == (1, 1)
    assert (other.status, other.external_id) == (Status.CLOSED, twin.external_id)
    answer = cast.client().get(f"/suppliers/{twin.slug}")
    assert (answer.status_code, answer.location) == (301, f"/suppliers/{kept.slug}")
    hits = cast.client().get("/api/v1/search?q=aghi&process=press").get_json()["hits"]
    assert [hit["id"] for hit in hits] == [kept.public_id]
    events = cast.sql("SELECT object_id, reason FROM audit_event WHERE action = 'moderation.merge' ORDER BY id")
    assert events == [(kept.public_id, "One firm."), (twin.public_id, "One firm.")]
    assert cast.sql("SELECT text FROM notice") == [("Your listing was merged with Sartoria Aghi Srl: One firm.",)]
    assert "Sartoria Aghi Srl" in cast.client(mod).get("/moderation/duplicates").text  # among the merged


def test_undoing_gives_back_everything(cast: Cast, mod: Person, kept: Supplier, twin: Supplier) -> None:
    before = dump(cast)
    assert merge(cast, mod, kept, twin, "far", press_of(twin)) == 303
    assert dump(cast) != before
    assert "Undone" in undo(cast, mod)
    assert dump(cast) == before
    assert cast.client().get(f"/suppliers/{twin.slug}").status_code == 200
    assert "was undone already" in undo(cast, mod)
    assert merge(cast, mod, kept, twin, "far") == 303  # and again


def test_it_goes_with_nothing_moved(cast: Cast, mod: Person, kept: Supplier, twin: Supplier) -> None:
    before = dump(cast)
    assert merge(cast, mod, kept, twin) == 303
    assert {s.draft.process for s in now_of(cast, kept).services} == {"sew"}
    undo(cast, mod)
    assert dump(cast) == before


def test_what_stands_in_the_way(cast: Cast, mod: Person, kept: Supplier, twin: Supplier) -> None:
    before = dump(cast)
    sew = next(s.public_id for s in twin.services if s.draft.process == "sew")
    assert merge(cast, mod, kept, twin, sew) == 409  # both sew
    assert merge(cast, mod, twin, kept) == 409  # that one belongs to somebody
    assert merge(cast, mod, kept, twin, reason="") == 422
    assert merge(cast, mod, kept, kept) == 404
    cast.sql(
        "INSERT INTO reservation (public_id, resource_id, service_id, supplier_id, studio_id, made_by, state, outcome, "
        "created_at) SELECT 'r', resource.id, service.id, :id, supplier.organisation_id, 'studio', 'firm', '', "
        "supplier.created_at FROM resource, service, supplier WHERE supplier.id = :id LIMIT 1",
        id=twin.id,
    )
    assert merge(cast, mod, kept, twin) == 409  # somebody counts on it
    assert dump(cast) == before
    assert cast.sql("SELECT count(*) FROM supplier_merge") == [(0,)]


def test_undoing_waits_for_who_counts_on_what_moved(cast: Cast, mod: Person, kept: Supplier, twin: Supplier) -> None:
    assert merge(cast, mod, kept, twin, "far") == 303
    cast.sql(
        "INSERT INTO reservation (public_id, resource_id, service_id, supplier_id, studio_id, made_by, state, outcome, "
        "created_at) SELECT 'r', resource_id, service_id, :id, supplier.organisation_id, 'studio', 'firm', '', "
        "supplier.created_at FROM resource_use JOIN service ON service.id = service_id, supplier "
        "WHERE process = 'cut' AND supplier.id = :id",
        id=kept.id,
    )
    before = dump(cast)
    assert "has open enquiries, holds or orders" in undo(cast, mod)
    assert dump(cast) == before


def test_a_site_that_has_gone_since_does_not_keep_the_rest(
    cast: Cast, mod: Person, kept: Supplier, twin: Supplier
) -> None:
    assert merge(cast, mod, kept, twin, "far", press_of(twin)) == 303
    cast.sql("DELETE FROM placement")
    cast.sql("DELETE FROM resource_use WHERE service_id IN (SELECT id FROM service WHERE process = 'press')")
    cast.sql("DELETE FROM service WHERE process = 'press'")
    assert "Undone" in undo(cast, mod)
    assert {s.draft.process for s in now_of(cast, twin).services} == {"sew", "cut"}
    sites: tuple[Site, ...] = now_of(cast, twin).sites
    assert len(sites) == 2


def test_imports_match_the_merged_one_and_change_nothing(
    cast: Cast, mod: Person, kept: Supplier, twin: Supplier, places: PlaceFinder
) -> None:
    assert merge(cast, mod, kept, twin, *(site.public_id for site in twin.sites)) == 303
    assert now_of(cast, twin).sites == ()  # all of it moved
    assert [problems for _, problems in check_all(cast.database) if problems] == []
    before = dump(cast)
    files = {
        Table.SUPPLIERS: f"external_id,name,country,lat,lon\n{twin.external_id},Another Name,IT,43.88,11.1\n",
        Table.SERVICES: "supplier_external_id,process,min_quantity,unit,basis\n"
        f"{twin.external_id},knit,5,piece,order\n",
        Table.CAPACITY: "supplier_external_id,process,week_start,open_quantity,unit\n"
        f"{twin.external_id},sew,2027-03-01,5,piece\n",
    }
    for table, text in files.items():
        report = import_table(cast.database, places, table, text.encode(), "a.csv", cast.now)
        assert (report.rows, report.unchanged, report.problems) == (1, 1, []), table
    assert dump(cast) == before
