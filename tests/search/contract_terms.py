"""Filters by terms, certificates and verification, and the counts beside them."""

from __future__ import annotations

from datetime import timedelta

from contract import TODAY, Engine, Room, ask, case, certificate, counts, firm, found, least, place, run, service

from marketplace.search.decide import Limit
from marketplace.vocabulary import Facet

DAY = timedelta(days=1)


@case
def no_question_finds_everything(engine: Engine) -> None:
    engine.fill(firm("Carla"), firm("anna"), firm("Berta", service()))
    assert found(engine, ask()) == ["anna", "Berta", "Carla"]


@case
def an_empty_index_finds_nothing(engine: Engine) -> None:
    engine.fill()
    assert found(engine, ask()) == []
    assert found(engine, ask("sew", process="sew", run=run(5))) == []
    assert engine.count() == 0


@case
def kind(engine: Engine) -> None:
    engine.fill(firm("Anna", kind="weaver"), firm("Berta", kind="atelier"), firm("Carla"))
    assert found(engine, ask(kind="weaver")) == ["Anna"]
    assert found(engine, ask(kind="dyehouse")) == []


@case
def process(engine: Engine) -> None:
    engine.fill(firm("Anna", service("sew"), service("cut")), firm("Berta", service("weave")), firm("Carla"))
    assert found(engine, ask(process="cut")) == ["Anna"]
    assert found(engine, ask(process="weave")) == ["Berta"]


@case
def skill_of_the_service_or_of_the_firm(engine: Engine) -> None:
    engine.fill(
        firm("Anna", service("sew", skills="lingerie")),
        firm("Berta", service("sew"), skills="lingerie"),
        firm("Carla", service("sew", skills="overlock")),
        firm("Dora", skills="lingerie"),
    )
    assert found(engine, ask(skill="lingerie")) == ["Anna", "Berta", "Dora"]


@case
def material(engine: Engine) -> None:
    engine.fill(firm("Anna", service(materials="silk wool")), firm("Berta", service(materials="cotton")))
    assert found(engine, ask(material="wool")) == ["Anna"]


@case
def product(engine: Engine) -> None:
    engine.fill(firm("Anna", service(products="dresses")), firm("Berta", service(), products="scarves"))
    assert found(engine, ask(product="scarves")) == ["Berta"]


@case
def language(engine: Engine) -> None:
    engine.fill(firm("Anna", service(), languages="en it"), firm("Berta", languages="fr"))
    assert found(engine, ask(language="it")) == ["Anna"]
    assert found(engine, ask(language="fr")) == ["Berta"]


@case
def verified(engine: Engine) -> None:
    engine.fill(firm("Anna"), firm("Berta", verified=True))
    assert found(engine, ask(verified=True)) == ["Berta"]


@case
def teaching(engine: Engine) -> None:
    """A site, not its firm, and on the last day too."""
    ends = {"Anna": None, "Berta": TODAY, "Carla": TODAY - timedelta(days=1), "Dora": TODAY + timedelta(days=300)}
    engine.fill(*(firm(name, sites=(place(), place(teaches=day))) for name, day in ends.items()))
    answer = engine.search(ask(teaching=True))
    assert [(hit.document.name, hit.document.teaches_until) for hit in answer.hits] == [
        ("Berta", TODAY),
        ("Dora", TODAY + timedelta(days=300)),
    ]
    (without,) = answer.relaxations
    assert (without.limit, without.adds) == (Limit.TEACHING, 6)


@case
def terms_of_one_facet_are_alternatives(engine: Engine) -> None:
    engine.fill(firm("Anna", kind="weaver"), firm("Berta", kind="atelier"), firm("Carla", kind="laundry"))
    assert found(engine, ask(kind="weaver atelier")) == ["Anna", "Berta"]
    engine.fill(firm("Anna", service("sew")), firm("Berta", service("cut")), firm("Carla", service("press")))
    assert found(engine, ask(process="cut press")) == ["Berta", "Carla"]


@case
def facets_are_all_required(engine: Engine) -> None:
    engine.fill(
        firm("Anna", service("sew", materials="silk"), kind="atelier"),
        firm("Berta", service("sew", materials="silk"), kind="weaver"),
        firm("Carla", service("sew"), kind="atelier"),
    )
    assert found(engine, ask(kind="atelier", process="sew", material="silk")) == ["Anna"]


@case
def one_service_must_have_it_all(engine: Engine) -> None:
    """Sewing in silk is not sewing beside cutting of silk."""
    engine.fill(
        firm("Anna", service("sew", materials="wool"), service("cut", materials="silk")),
        firm("Berta", service("sew", materials="silk"), service("cut", materials="wool")),
    )
    assert found(engine, ask(process="sew", material="silk")) == ["Berta"]
    assert found(engine, ask(process="sew cut", material="silk wool")) == ["Anna", "Berta"]


@case
def two_sites_of_a_firm_are_two_results(engine: Engine) -> None:
    sites = (place(service("sew"), name="Annex"), place(service("cut"), name="Mill"))
    engine.fill(firm("Anna", sites=sites), firm("Berta", service("sew")))
    assert found(engine, ask()) == ["Anna/Annex", "Anna/Mill", "Berta"]
    assert found(engine, ask(process="cut")) == ["Anna/Mill"]
    assert counts(engine, ask(), Facet.PROCESS) == [("sew", 2), ("cut", 1)]


@case
def a_term_nobody_knows_is_nobodys(engine: Engine) -> None:
    engine.fill(firm("Anna", service(), kind="weaver"))
    assert found(engine, ask(skill="no_such_skill")) == []
    assert found(engine, ask(kind="no_such_kind weaver")) == ["Anna"]
    assert found(engine, ask(kind="silk")) == []  # a term of another list


@case
def a_site_without_services_is_found_by_what_the_firm_says(engine: Engine) -> None:
    engine.fill(firm("Anna", kind="atelier", skills="draping"), firm("Berta", service(), kind="atelier"))
    assert found(engine, ask(kind="atelier", skill="draping")) == ["Anna"]
    assert found(engine, ask(process="sew")) == ["Berta"]
    assert found(engine, ask(run=run(10))) == ["Berta"]  # it promises nothing about runs


# -- certificates ---------------------------------------------------------------------------------------------------


@case
def certificates_count_by_the_day(engine: Engine) -> None:
    """On their first and on their last day, and on no other side of them. The day is today."""
    engine.fill(
        firm("Always", certificates=[certificate("gots")]),
        firm("Ended", certificates=[certificate("gots", last=TODAY - DAY)]),
        firm("Ends", certificates=[certificate("gots", last=TODAY)]),
        firm("Later", certificates=[certificate("gots", TODAY + DAY)]),
        firm("Other", certificates=[certificate("grs")]),
        firm("Starts", certificates=[certificate("gots", TODAY, TODAY)]),
    )
    assert found(engine, ask(certification="gots")) == ["Always", "Ends", "Starts"]


@case
def the_day_of_a_certificate_is_the_day_of_the_job(engine: Engine) -> None:
    """The date to be ready by; without one, the start; a start that has passed is today."""
    room = service(lead=0)
    until = TODAY + 30 * DAY
    engine.fill(
        firm("Now", room, certificates=[certificate("gots", last=until - DAY)]),
        firm("Then", room, certificates=[certificate("gots", until)]),
        firm("Both", room, certificates=[certificate("gots", last=until - DAY), certificate("gots", until)]),
    )
    assert found(engine, ask(certification="gots")) == ["Both", "Now"]
    for query in (ask(certification="gots", by=until), ask(certification="gots", start=until)):
        # Nobody has published weeks: the dates alone keep everybody out, the counts say who has a certificate.
        assert found(engine, query) == []
    past = ask(certification="gots", start=TODAY - 50 * DAY)
    assert found(engine, past) == []
    assert counts(engine, ask(), Facet.CERTIFICATION) == [("gots", 2)]


@case
def certificates_of_firms_with_open_weeks(engine: Engine) -> None:
    until = TODAY + 30 * DAY
    open_weeks = service(room=Room(100))
    engine.fill(
        firm("Now", open_weeks, certificates=[certificate("gots", last=until - DAY)]),
        firm("Then", open_weeks, certificates=[certificate("gots", until)]),
    )
    assert found(engine, ask(certification="gots", by=until)) == ["Then"]
    assert found(engine, ask(certification="gots", by=until - DAY)) == ["Now"]
    assert found(engine, ask(certification="gots", start=until)) == ["Then"]
    assert found(engine, ask(certification="gots", start=TODAY - 50 * DAY)) == ["Now"]
    assert found(engine, ask(certification="gots", start=TODAY, by=until)) == ["Then"]
    assert counts(engine, ask(by=until), Facet.CERTIFICATION) == [("gots", 1)]


# -- counts ---------------------------------------------------------------------------------------------------------


@case
def counts_of_every_facet(engine: Engine) -> None:
    """Highest first, then by name; a site counts once for a term, however many of its services have it."""
    engine.fill(
        firm("Anna", service("sew", materials="silk"), service("cut", materials="silk wool"), kind="atelier"),
        firm("Berta", service("sew", products="dresses"), kind="atelier", languages="en", skills="draping"),
        firm("Carla", kind="weaver", languages="en it", certificates=[certificate("gots"), certificate("gots")]),
    )
    everything = engine.search(ask()).facets
    assert {facet: list(pairs) for facet, pairs in everything.items()} == {
        Facet.PROCESS: [("sew", 2), ("cut", 1)],
        Facet.KIND: [("atelier", 2), ("weaver", 1)],
        Facet.CERTIFICATION: [("gots", 1)],
        Facet.LANGUAGE: [("en", 2), ("it", 1)],
        Facet.SKILL: [("draping", 1)],
        Facet.MATERIAL: [("silk", 1), ("wool", 1)],
        Facet.PRODUCT: [("dresses", 1)],
    }


@case
def counts_leave_out_their_own_filter(engine: Engine) -> None:
    engine.fill(
        firm("Anna", service("sew", skills="draping"), kind="atelier"),
        firm("Berta", service("sew"), kind="weaver"),
        firm("Carla", service("cut", skills="draping"), kind="weaver"),
    )
    asked = ask(kind="weaver", process="sew")
    assert found(engine, asked) == ["Berta"]
    assert counts(engine, asked, Facet.KIND) == [("atelier", 1), ("weaver", 1)]
    assert counts(engine, asked, Facet.PROCESS) == [("cut", 1), ("sew", 1)]
    assert counts(engine, asked, Facet.SKILL) == []


@case
def counts_of_terms_are_those_of_services_that_fit(engine: Engine) -> None:
    """The silk of a service that does not take the run does not count."""
    engine.fill(
        firm("Anna", service("sew", materials="silk", most=10), service("cut", materials="wool")),
        firm("Berta", service("sew", materials="silk wool"), service("cut", materials="wool"), skills="draping"),
    )
    asked = ask(run=run(50))
    assert counts(engine, asked, Facet.MATERIAL) == [("wool", 2), ("silk", 1)]
    assert counts(engine, asked, Facet.PROCESS) == [("cut", 2), ("sew", 1)]
    assert counts(engine, ask(run=run(50), process="sew"), Facet.MATERIAL) == [("silk", 1), ("wool", 1)]
    assert counts(engine, ask(run=run(50), process="sew"), Facet.PROCESS) == [("cut", 2), ("sew", 1)]
    assert counts(engine, ask(run=run(50), material="silk"), Facet.MATERIAL) == [("wool", 2), ("silk", 1)]


@case
def counts_of_a_site_facet_need_a_service_that_fits(engine: Engine) -> None:
    engine.fill(
        firm("Anna", service("sew", least(100)), kind="atelier", languages="it"),
        firm("Berta", service("sew"), kind="weaver", languages="it"),
    )
    assert counts(engine, ask(run=run(50)), Facet.LANGUAGE) == [("it", 1)]
    assert counts(engine, ask(run=run(50), kind="atelier"), Facet.KIND) == [("weaver", 1)]
    assert counts(engine, ask(run=run(50), kind="atelier"), Facet.LANGUAGE) == []


@case
def counts_are_of_all_pages(engine: Engine) -> None:
    engine.fill(*(firm(f"Firm {number:02}", kind="atelier") for number in range(25)))
    for page in (1, 3, 9):
        assert counts(engine, ask(page=page, per_page=10), Facet.KIND) == [("atelier", 25)]


@case
def counts_of_certificates_leave_out_their_own_filter(engine: Engine) -> None:
    engine.fill(
        firm("Anna", certificates=[certificate("gots")]),
        firm("Berta", certificates=[certificate("grs"), certificate("gots", last=TODAY - DAY)]),
        firm("Carla", certificates=[certificate("grs")], kind="weaver"),
    )
    asked = ask(certification="gots")
    assert found(engine, asked) == ["Anna"]
    assert counts(engine, asked, Facet.CERTIFICATION) == [("grs", 2), ("gots", 1)]
    assert counts(engine, ask(certification="gots", kind="weaver"), Facet.CERTIFICATION) == [("grs", 1)]
