"""Words: what they find, what is forgiven, and that no sign means anything."""

from __future__ import annotations

from contract import Engine, ask, case, certificate, counts, firm, found, place, service

from marketplace.vocabulary import Facet


@case
def every_part_of_a_listing_is_found(engine: Engine) -> None:
    engine.fill(
        firm("Alpha"),
        firm("Berta", description="linings for Bravo coats"),
        firm("Carla", sites=(place(name="Charlie Hall"),)),
        firm("Dora", sites=(place(street="Delta Street 5"),)),
        firm("Erika", sites=(place(town="Echoville"),)),
        firm("Frida", sites=(place(region="Foxtrotshire"),)),
        firm("Greta", machines=["Golf 7300 lockstitch"]),
        firm("Hanna", service(note="hotel uniforms")),
        firm("Ida", certificates=[certificate("gots")]),
        firm("Julia", service("weave")),
        firm("Katja", materials="silk"),
    )
    for word, name in (
        ("alpha", "Alpha"),
        ("bravo", "Berta"),
        ("charlie", "Carla/Charlie Hall"),
        ("delta", "Dora"),
        ("echoville", "Erika"),
        ("foxtrotshire", "Frida"),
        ("golf", "Greta"),
        ("7300", "Greta"),
        ("hotel", "Hanna"),
        ("gots", "Ida"),
        ("weaving", "Julia"),
        ("tessitura", "Julia"),  # in Italian
        ("weberei", "Julia"),  # in German
        ("seide", "Katja"),
        ("soie", "Katja"),
    ):
        assert found(engine, ask(word)) == [name], word


@case
def every_word_is_required(engine: Engine) -> None:
    engine.fill(firm("Rosa Bianchi"), firm("Rosa Verdi"), firm("Viola Bianchi"))
    assert found(engine, ask("rosa bianchi")) == ["Rosa Bianchi"]
    assert found(engine, ask("bianchi rosa")) == ["Rosa Bianchi"]
    assert found(engine, ask("rosa zzzz")) == []
    assert found(engine, ask("rosa rosa")) == ["Rosa Bianchi", "Rosa Verdi"]


@case
def exact_words_stand_before_beginnings(engine: Engine) -> None:
    engine.fill(firm("Buttonhole House"), firm("Button House"), firm("House of Thread"))
    assert found(engine, ask("button")) == ["Button House", "Buttonhole House"]


@case
def a_name_counts_more_than_a_description(engine: Engine) -> None:
    engine.fill(firm("Anna", description="pleats"), firm("Pleats by Zoe"))
    assert found(engine, ask("pleats")) == ["Pleats by Zoe", "Anna"]


@case
def a_rare_word_counts_more_than_a_common_one(engine: Engine) -> None:
    """Both have both words: one in its name, the other in its description."""
    common = [firm(f"House {letter}") for letter in "CDEFGH"]
    engine.fill(firm("Pleats", description="house"), firm("House", description="pleats"), *common)
    assert found(engine, ask("house pleats")) == ["Pleats", "House"]


@case
def accents_and_capitals_do_not_matter(engine: Engine) -> None:
    engine.fill(firm("Façonnier Müller"), firm("Weiß"), firm("Łódź Sør"), firm("Kombi™"))
    for text in ("faconnier", "FAÇONNIER", "façonnier", "muller", "MÜLLER", "mu\u0308ller"):
        assert found(engine, ask(text)) == ["Façonnier Müller"], text
    for text in ("weiss", "WEISS", "weiß"):
        assert found(engine, ask(text)) == ["Weiß"], text
    for text in ("kombitm", "KOMBI™", "kombi™"):
        assert found(engine, ask(text)) == ["Kombi™"], text
    for text in ("lodz", "Łódź", "sor", "sør"):
        assert found(engine, ask(text)) == ["Łódź Sør"], text


@case
def other_scripts(engine: Engine) -> None:
    engine.fill(firm("Ателье Мода"), firm("Υφαντά"), firm("織物工房"))
    assert found(engine, ask("ателье")) == ["Ателье Мода"]
    assert found(engine, ask("υφαντά")) == ["Υφαντά"]
    assert found(engine, ask("織物")) == ["織物工房"]
    assert found(engine, ask("工房")) == []  # the end of a word


@case
def only_the_last_word_may_be_a_beginning(engine: Engine) -> None:
    engine.fill(firm("Embroidery Buttons"))
    assert found(engine, ask("embroidery butt")) == ["Embroidery Buttons"]
    assert found(engine, ask("butt")) == ["Embroidery Buttons"]
    assert found(engine, ask("b")) == ["Embroidery Buttons"]
    assert found(engine, ask("butt embroidery")) == []
    assert found(engine, ask("emb butt")) == []
    assert found(engine, ask("roidery")) == []  # an end is no beginning


@case
def one_error_is_forgiven_from_four_letters_on(engine: Engine) -> None:
    engine.fill(firm("Silk"), firm("Loo"))
    for text in ("silk", "slik", "sikl", "islk", "silkk", "solk", "zilk", "asilk", "silky"):
        assert found(engine, ask(text)) == ["Silk"], text
    for text in ("lok", "olo", "loi", "sik"):  # three letters
        assert found(engine, ask(text)) == [], text
    for text in ("sikll", "ilkk", "lisk", "silkyy"):  # two errors
        assert found(engine, ask(text)) == [], text


@case
def two_errors_are_forgiven_from_eight_letters_on(engine: Engine) -> None:
    engine.fill(firm("Overlocking"), firm("Brocade"))
    for text in (
        "overlocking",
        "ovrlocking",
        "ovrlockng",
        "voerlocking",
        "voerlokcing",
        "overlockingxx",
        "xxerlocking",
    ):
        assert found(engine, ask(text)) == ["Overlocking"], text
    assert found(engine, ask("ovrlckng")) == []  # three
    assert found(engine, ask("brcade")) == ["Brocade"]  # six letters, one error
    assert found(engine, ask("brcadex")) == []  # seven letters, two errors
    assert found(engine, ask("brocadexx")) == ["Brocade"]  # nine letters, two errors


@case
def a_word_that_exists_is_never_corrected(engine: Engine) -> None:
    engine.fill(firm("Modern"), firm("Moderno"), firm("Modem"))
    assert found(engine, ask("modem house")) == []
    assert found(engine, ask("modem")) == ["Modem"]
    assert found(engine, ask("moderno")) == ["Moderno"]
    assert found(engine, ask("moderm")) == ["Modem", "Modern"]  # one error


@case
def the_beginning_of_a_word_is_not_corrected(engine: Engine) -> None:
    """As the last word it is one that goes on; elsewhere it is an error like any other."""
    engine.fill(firm("Tailoring"), firm("Tailer"), firm("Tailer Room"))
    assert found(engine, ask("tailor")) == ["Tailoring"]
    assert found(engine, ask("tailor room")) == ["Tailer Room"]


@case
def stop_words_are_not_required(engine: Engine) -> None:
    engine.fill(firm("Atelier Rosa"), firm("Sartoria Viola"))
    assert found(engine, ask("the atelier of rosa")) == ["Atelier Rosa"]
    assert found(engine, ask("sartoria di viola con")) == ["Sartoria Viola"]
    assert found(engine, ask("the of and")) == ["Atelier Rosa", "Sartoria Viola"]  # nothing was said


@case
def signs_are_punctuation(engine: Engine) -> None:
    """Quotes, minus, operators, wildcards, columns, control and bidi characters: they only part words."""
    engine.fill(firm("Rosa Bianchi"), firm("Bianchi Rosa"), firm("Rosa"), firm("Viola"))
    both = ["Bianchi Rosa", "Rosa Bianchi"]
    for text in (
        '"rosa bianchi"',
        '"rosa" "bianchi"',
        "rosa -bianchi",
        "-rosa bianchi",
        "+rosa +bianchi",
        "rosa & bianchi",
        "rosa && bianchi",
        "(rosa) (bianchi)",
        "rosa\x00bianchi",
        "rosa\u202ebianchi",
        "rosa\u200bbianchi",
        "rosa\nbianchi\t",
        "{rosa: [bianchi]}",
        "'rosa';bianchi--",
        "%rosa% _bianchi_",
        "rosa\\bianchi",
        "<rosa/>bianchi",
    ):
        assert found(engine, ask(text)) == both, text
    assert found(engine, ask("rosa~2 bianchi^5")) == []  # "2" and "5" are words
    assert found(engine, ask("-viola")) == ["Viola"]
    assert found(engine, ask("ros*")) == ["Bianchi Rosa", "Rosa", "Rosa Bianchi"]
    assert found(engine, ask("r*sa")) == []
    assert found(engine, ask("rosa OR viola")) == []
    assert found(engine, ask("rosa NOT viola")) == []
    assert found(engine, ask("name:rosa")) == []  # "name" is a word like any other
    everybody = found(engine, ask())
    for text in ("", " ", "*", '""', "-", "\x00", "\u202e\u200b", "😀", "%", "()"):
        assert found(engine, ask(text)) == everybody, text


@case
def long_texts_are_cut(engine: Engine) -> None:
    """Twenty words, 256 characters, 64 letters of a word."""
    engine.fill(firm("Rosa"), firm("Xylo" + "x" * 100))
    assert found(engine, ask("rosa " * 20 + "zzzz")) == ["Rosa"]
    assert found(engine, ask("rosa " * 19 + "zzzz")) == []
    assert found(engine, ask("rosa" + " " * 300 + "zzzz")) == ["Rosa"]
    assert found(engine, ask("xylo" + "x" * 100)) == ["Xylo" + "x" * 100]
    assert found(engine, ask("xylo" + "x" * 60 + "yyyy")) == ["Xylo" + "x" * 100]


@case
def counts_are_of_what_the_words_find(engine: Engine) -> None:
    engine.fill(
        firm("Rosa", kind="weaver"),
        firm("Rosa Due", kind="atelier"),
        firm("Viola", kind="weaver", description="rosas"),
        firm("Dora", kind="weaver"),
    )
    assert counts(engine, ask("rosa"), Facet.KIND) == [("weaver", 2), ("atelier", 1)]
    assert counts(engine, ask("rosa", kind="atelier"), Facet.KIND) == [("weaver", 2), ("atelier", 1)]
    assert counts(engine, ask("rosa viola"), Facet.KIND) == []
