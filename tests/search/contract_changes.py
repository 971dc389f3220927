"""What is put, changed, hidden, removed and put again is found so, and in no other way, by the next question."""

from __future__ import annotations

from datetime import date

from contract import (
    PRATO,
    Engine,
    Room,
    ask,
    case,
    certificate,
    counts,
    firm,
    found,
    label,
    least,
    place,
    run,
    service,
)

from marketplace.search.query import Sort
from marketplace.suppliers.model import Status
from marketplace.vocabulary import Facet


@case
def what_is_put_is_found(engine: Engine) -> None:
    engine.fill(firm("Anna", kind="weaver"))
    engine.put(firm("Berta", service("sew", skills="draping"), kind="weaver", at=PRATO))
    assert found(engine, ask()) == ["Anna", "Berta"]
    assert found(engine, ask("berta")) == ["Berta"]
    assert found(engine, ask(skill="draping", near=PRATO, metres=100)) == ["Berta"]
    assert counts(engine, ask(), Facet.KIND) == [("weaver", 2)]
    assert engine.count() == 2


@case
def an_index_that_began_empty(engine: Engine) -> None:
    engine.put(firm("Anna", service(room=Room(20))))
    assert found(engine, ask("anna", run=run(5), start=None)) == ["Anna"]
    assert engine.count() == 1


@case
def what_is_changed_is_found_as_it_is_now(engine: Engine) -> None:
    engine.fill(
        firm(
            "Anna",
            service("sew", least(10), skills="draping", room=Room(20), lead=3),
            kind="weaver",
            at=PRATO,
            languages="en",
            certificates=[certificate("gots")],
            verified=True,
            description="pleats",
        ),
        firm("Berta"),
    )
    engine.rename("Anna", firm("Carla", service("cut", least(100)), kind="atelier", at=(45, 9)))
    assert found(engine, ask()) == ["Berta", "Carla"]
    for gone in (
        ask("anna"),
        ask("pleats"),
        ask(kind="weaver"),
        ask(process="sew"),
        ask(skill="draping"),
        ask(language="en"),
        ask(certification="gots"),
        ask(verified=True),
        ask(near=PRATO, metres=1000),
        ask(run=run(50)),
    ):
        assert found(engine, gone) == [], gone
    for there in (
        ask("carla"),
        ask(kind="atelier"),
        ask(process="cut"),
        ask(near=(45, 9), metres=1000),
        ask(run=run(100)),
    ):
        assert found(engine, there) == ["Carla"], there
    assert {facet: list(pairs) for facet, pairs in engine.search(ask()).facets.items() if pairs} == {
        Facet.KIND: [("atelier", 1)],
        Facet.PROCESS: [("cut", 1)],
    }
    assert engine.count() == 2


@case
def weeks_that_change_change_the_answer(engine: Engine) -> None:
    engine.fill(firm("Anna", service(room=Room(20))))
    asked = ask(run=run(50), by=date(2027, 3, 13))
    assert found(engine, asked) == ["Anna"]
    engine.put(firm("Anna", service(room=Room(19))))
    assert found(engine, asked) == []
    engine.put(firm("Anna", service(room=Room(21))))
    assert found(engine, asked) == ["Anna"]


@case
def who_hides_is_not_found(engine: Engine) -> None:
    for status in (Status.PAUSED, Status.CLOSED):
        engine.fill(firm("Anna", service(), kind="weaver"), firm("Berta", kind="weaver"))
        engine.put(firm("Anna", service(), kind="weaver", status=status))
        assert found(engine, ask()) == ["Berta"]
        assert found(engine, ask("anna")) == []
        assert counts(engine, ask(), Facet.PROCESS) == []
        assert engine.count() == 1
        engine.put(firm("Anna", service(), kind="weaver"))
        assert found(engine, ask()) == ["Anna", "Berta"]
        assert found(engine, ask("anna")) == ["Anna"]


@case
def what_is_removed_is_gone_and_may_come_again(engine: Engine) -> None:
    engine.fill(firm("Anna", service(), at=PRATO), firm("Berta", at=PRATO))
    engine.remove("Anna")
    assert found(engine, ask(near=PRATO, metres=100)) == ["Berta"]
    assert counts(engine, ask(), Facet.PROCESS) == []
    assert engine.count() == 1
    engine.put(firm("Anna", service("cut"), at=PRATO))
    assert found(engine, ask(near=PRATO, metres=100)) == ["Anna", "Berta"]
    assert counts(engine, ask(), Facet.PROCESS) == [("cut", 1)]
    engine.remove("Anna")
    engine.remove("Berta")
    assert found(engine, ask()) == []
    assert engine.count() == 0


@case
def words_that_nobody_has_any_more_exist_no_longer(engine: Engine) -> None:
    """So they are corrected again."""
    engine.fill(firm("Modem"), firm("Modes"))
    assert found(engine, ask("modem")) == ["Modem"]
    engine.remove("Modem")
    assert found(engine, ask("modem")) == ["Modes"]
    engine.put(firm("Modem"))
    assert found(engine, ask("modem")) == ["Modem"]
    engine.rename("Modem", firm("Model"))
    assert found(engine, ask("modem")) == ["Model", "Modes"]


@case
def sites_come_and_go(engine: Engine) -> None:
    one, two = place(service("sew"), at=PRATO, name="One"), place(service("cut"), at=(45, 9), name="Two")
    engine.fill(firm("Anna", sites=(one,)))
    engine.put(firm("Anna", sites=(one, two)))
    assert found(engine, ask()) == ["Anna/One", "Anna/Two"]
    assert found(engine, ask(near=(45, 9), metres=100)) == ["Anna/Two"]
    assert engine.count() == 2
    engine.put(firm("Anna", sites=(two,)))
    assert found(engine, ask()) == ["Anna/Two"]
    assert found(engine, ask(process="sew")) == []
    assert counts(engine, ask(), Facet.PROCESS) == [("cut", 1)]
    assert engine.count() == 1


@case
def new_terms_come_into_use(engine: Engine) -> None:
    """Terms that no list knew when the index was made."""
    engine.fill(firm("Anna", kind="weaver"))
    for number in range(70):
        engine.put(firm(f"Firm {number:02}", service(skills=f"own_skill_{number}")))
    assert found(engine, ask(skill="own_skill_69 own_skill_3")) == ["Firm 03", "Firm 69"]
    assert len(counts(engine, ask(), Facet.SKILL)) == 70
    engine.remove("Firm 03")
    assert found(engine, ask(skill="own_skill_69 own_skill_3")) == ["Firm 69"]


@case
def an_index_made_anew_answers_the_same(engine: Engine) -> None:
    engine.fill(firm("Anna", service(), at=PRATO), firm("Berta", kind="weaver"), firm("Carla"))
    engine.remove("Carla")
    engine.put(firm("Dora", kind="weaver"))
    before = [found(engine, asked) for asked in (ask(), ask("dora"), ask(kind="weaver"))]
    engine.rebuild()
    assert [found(engine, asked) for asked in (ask(), ask("dora"), ask(kind="weaver"))] == before
    assert before == [["Anna", "Berta", "Dora"], ["Dora"], ["Berta", "Dora"]]


@case
def what_changes_while_it_is_made_anew_is_not_lost(engine: Engine) -> None:
    engine.fill(firm("Anna"), firm("Berta"), firm("Carla"), firm("Dora"))

    def meanwhile() -> None:
        engine.remove("Anna")
        engine.put(firm("Berta", kind="weaver"))
        engine.put(firm("Erika"))
        engine.put(firm("Dora", status=Status.PAUSED))
        engine.put(firm("Dora", kind="weaver"))
        assert found(engine, ask()) == ["Berta", "Carla", "Dora", "Erika"]

    engine.rebuild(meanwhile)
    assert found(engine, ask()) == ["Berta", "Carla", "Dora", "Erika"]
    assert found(engine, ask(kind="weaver")) == ["Berta", "Dora"]
    assert found(engine, ask("anna")) == []
    assert engine.count() == 4


@case
def documents_are_those_of_the_sites_that_fit(engine: Engine) -> None:
    engine.fill(firm("Anna", service(lead=9), description="old"), firm("Berta", service(lead=3)))
    engine.put(firm("Anna", service(lead=1), description="new"))
    answer = engine.search(ask(sort=Sort.LEAD_TIME))
    assert [label(hit.document) for hit in answer.hits] == ["Anna", "Berta"]
    assert answer.hits[0].document.description == "new"
    assert engine.everything(ask(sort=Sort.LEAD_TIME)) == ["Anna", "Berta"]


@case
def a_hundred_changes_leave_no_trace(engine: Engine) -> None:
    """Each firm is renamed, moved, hidden and shown again; then everything is as if it had always been so."""
    names = [f"Firm {letter}" for letter in "ABCDEFGHIJ"]
    engine.fill(*(firm(name, service("sew"), kind="weaver", at=PRATO) for name in names))
    for step in range(10):
        name = names[step]
        engine.put(firm(name, service("cut"), kind="atelier", at=(45, 9)))
        engine.put(firm(name, status=Status.PAUSED))
        engine.put(firm(name, service("press"), service("sew"), kind="weaver", at=PRATO))
        if step % 3 == 0:
            engine.rebuild()
    assert found(engine, ask(near=PRATO, metres=100)) == names
    assert found(engine, ask(near=(45, 9), metres=1000)) == []
    assert counts(engine, ask(), Facet.PROCESS) == [("press", 10), ("sew", 10)]
    assert counts(engine, ask(), Facet.KIND) == [("weaver", 10)]
    assert engine.count() == 10
