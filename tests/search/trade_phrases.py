"""What people of the trade type, in six languages, and who they mean: written by hand, from the trade.

Each entry: the terms that are meant (whoever has one of them), then phrases by language. All phrases of an entry
mean the same firms. A phrase that ends in "~" means them and more: 'coupe' is also a word of other trades.
"""

from __future__ import annotations

LANGUAGES = ("en", "fr", "it", "es", "pt", "de")

Phrases = dict[str, str]

MEANT: list[tuple[str, Phrases]] = [
    (
        "process:sew kind:sewing_room",
        {
            "en": "sewing~ | cut and sew~ | CMT~ | C.M.T.~ | cut, make & trim | garment factory~ | sewing workshop",
            "fr": "façonnier | FACONNIER | atelier de couture~ | l'atelier de confection",
            "it": "confezione | façonista | terzista | confezionista",
            "es": "confección~ | taller de costura~ | taller de confección~ | confeccionista",
            "pt": "confecção | confeção | facção | ateliê de costura",
            "de": "Näherei | Naeherei | NÄHEREI | Lohnkonfektion | Lohnnäherei | Konfektionär",
        },
    ),
    (
        "process:weave kind:weaver",
        {
            "en": "weaving~ | weaver~ | handweaver",
            "fr": "tissage | tisseur | tisserand",
            "it": "tessitura | tessitore",
            "es": "tejeduría | tejedor",
            "pt": "tecelagem | tecelão",
            "de": "Weberei | Weber | Webereien",
        },
    ),
    (
        "process:knit_fabric process:knit_panel kind:knitter",
        {
            "en": "knitting | knitwear~ | knitter~",
            "fr": "tricotage | bonneterie",
            "it": "maglificio | maglieria",
            "es": "género de punto",
            "pt": "malharia",
            "de": "Strickerei | Strickwaren",
        },
    ),
    (
        "process:dye_fabric kind:dye_house",
        {
            "en": "dye house~ | dyehouse | dyeing~ | dyer~",
            "fr": "teinturerie | teinturier | teinture~",
            "it": "tintoria | tintorie~",
            "es": "tintorería | tintoreria",
            "pt": "tinturaria",
            "de": "Färberei | Faerberei",
        },
    ),
    (
        "process:dye_garment",
        {
            "en": "garment dyeing~",
            "fr": "teinture sur vêtement",
            "it": "tinto in capo | tintura in capo",
            "es": "teñido en prenda | tinto en prenda",
            "pt": "tingimento em peça~",
            "de": "Kleiderfärberei",
        },
    ),
    (
        "process:print_fabric kind:printer",
        {
            "en": "textile printing~ | fabric printing",
            "fr": "imprimeur textile",
            "it": "stamperia",
            "es": "estampación textil",
            "pt": "estamparia",
            "de": "Textildruckerei | Stoffdruckerei | Stoffdruck",
        },
    ),
    (
        "process:print_fabric",
        {
            "en": "digital printing",
            "fr": "impression sur tissu | impression numérique",
            "it": "stampa digitale | stampa su tessuto~",
            "es": "estampación digital | estampado digital",
            "pt": "estamparia digital | impressão digital",
            "de": "Digitaldruck",
        },
    ),
    (
        "process:pattern kind:pattern_maker",
        {
            "en": "pattern making~ | pattern cutter~ | pattern maker~",
            "fr": "modéliste | patronnier | patronnage",
            "it": "modellista",
            "es": "patronista | patronaje~",
            "pt": "modelista | modelagem~",
            "de": "Schnittmacher | Schnittdirektrice",
        },
    ),
    (
        "process:grade kind:grader",
        {
            "en": "grading~ | pattern grader",
            "fr": "gradeur | gradation",
            "it": "sviluppo taglie",
            "es": "escalado | escalado de tallas",
            "pt": "graduação",
            "de": "Gradierung | Größengradierung | Groessengradierung",
        },
    ),
    (
        "process:sample kind:sample_room",
        {
            "en": "sample room~ | sample making~",
            "fr": "échantillonnage | atelier d'échantillonnage | prototypage",
            "it": "campionario | prototipia",
            "es": "muestras | taller de muestras",
            "pt": "amostras | sala de amostras",
            "de": "Musternäherei | Musternaeherei",
        },
    ),
    (
        "process:cut kind:cutter",
        {
            "en": "cutting room~ | cutting~",
            "fr": "salle de coupe~ | coupeur",
            "it": "sala taglio~ | tagliatore",
            "es": "sala de corte~ | cortador",
            "pt": "sala de corte~ | cortador",
            "de": "Zuschneiderei | Zuschneider",
        },
    ),
    (
        "process:embroider kind:embroiderer",
        {
            "en": "embroidery | embroiderer",
            "fr": "broderie | brodeur",
            "it": "ricamificio | ricamo",
            "es": "bordado | bordadora",
            "pt": "bordadeira | bordado",
            "de": "Stickerei | Sticker",
        },
    ),
    (
        "process:pleat kind:pleater",
        {
            "en": "pleating | pleater~",
            "fr": "plissage | plisseur~",
            "it": "plissettatura",
            "es": "plisado",
            "pt": "plissador",
            "de": "Plisseebrennerei",
        },
    ),
    (
        "process:wash kind:laundry",
        {
            "en": "laundry~ | garment wash~",
            "fr": "blanchisserie",
            "it": "lavanderia | lavanderia industriale",
            "es": "lavandería | lavandería industrial",
            "pt": "lavandaria",
            "de": "Wäscherei | Waescherei",
        },
    ),
    (
        "process:laser",
        {
            "en": "laser~",
            "fr": "délavage au laser | délavage laser",
            "it": "trattamento laser",
            "es": "acabado láser",
            "pt": "desgaste a laser",
            "de": "Laserbehandlung | Jeansveredlung",
        },
    ),
    (
        "process:press kind:presser",
        {
            "en": "pressing~ | presser~",
            "fr": "repassage~ | repasseuse",
            "it": "stireria | stiratura",
            "es": "planchado~ | planchador",
            "pt": "engomadoria | passadoria",
            "de": "Bügelei | Buegelei | Büglerei",
        },
    ),
    (
        "process:link",
        {
            "en": "linking~",
            "fr": "remaillage~",
            "it": "rimaglio~",
            "es": "remallado~",
            "pt": "remalhagem~",
            "de": "Ketteln~",
        },
    ),
    (
        "process:spin kind:spinner",
        {
            "en": "spinning mill | yarn spinning",
            "fr": "filature",
            "it": "filatura",
            "es": "hilatura",
            "pt": "fiação",
            "de": "Spinnerei",
        },
    ),
    (
        "process:finish_fabric kind:finisher",
        {
            "en": "fabric finishing",
            "fr": "ennoblissement | ennoblisseur",
            "it": "finissaggio~ | nobilitazione tessile",
            "es": "acabados textiles",
            "pt": "acabamentos têxteis | ultimação",
            "de": "Textilveredlung",
        },
    ),
    (
        "process:seam_tape",
        {
            "en": "seam taping~ | seam sealing",
            "fr": "coutures étanchées | thermocollage",
            "it": "nastratura | cuciture nastrate",
            "es": "sellado de costuras | termosellado",
            "pt": "selagem de costuras | termocolagem",
            "de": "Nahtabdichtung | Nahtverschweißung | Nahtverschweissung",
        },
    ),
    (
        "process:finish",
        {
            "en": "quality check~ | quality control",
            "fr": "contrôle qualité",
            "it": "controllo qualità",
            "es": "control de calidad",
            "pt": "controlo de qualidade | controle de qualidade",
            "de": "Qualitätskontrolle | Endkontrolle",
        },
    ),
    (
        "skill:buttonhole",
        {
            "en": "buttonhole~ | buttonholes | button holes",
            "fr": "boutonnière | boutonnières",
            "it": "asola | asole",
            "es": "ojal | ojales",
            "pt": "caseado | casas de botão",
            "de": "Knopfloch | Knopflöcher",
        },
    ),
    (
        "skill:overlock",
        {
            "en": "overlock~ | overlocking | serger",
            "fr": "surjet | surjeteuse",
            "it": "tagliacuci",
            "es": "fileteadora",
            "pt": "corte e cose",
            "de": "Overlocknaht",
        },
    ),
    (
        "skill:selvedge",
        {
            "en": "selvedge~ | selvage~ | selvedge denim~",
            "fr": "lisière",
            "it": "cimosa",
            "es": "orillo",
            "pt": "ourela",
            "de": "Webkante",
        },
    ),
    (
        "skill:lingerie",
        {
            "en": "lingerie~ | underwear~",
            "fr": "sous-vêtements",
            "it": "biancheria intima",
            "es": "lencería | ropa interior",
            "pt": "roupa íntima | roupa interior",
            "de": "Dessous | Unterwäsche | Unterwaesche",
        },
    ),
    (
        "skill:leather",
        {
            "en": "leather~ | leather goods~",
            "fr": "maroquinerie",
            "it": "pelletteria",
            "es": "marroquinería",
            "pt": "marroquinaria",
            "de": "Lederverarbeitung",
        },
    ),
    (
        "skill:natural_dye",
        {
            "en": "natural dyeing | plant dye~",
            "fr": "teinture naturelle | teinture végétale",
            "it": "tintura naturale | tintura vegetale",
            "es": "tinte natural | tinte vegetal",
            "pt": "tingimento natural | tingimento vegetal",
            "de": "Pflanzenfärbung | Naturfärbung",
        },
    ),
    (
        "skill:hand_embroidery",
        {
            "en": "hand embroidery~",
            "fr": "broderie à la main~ | broderie main~",
            "it": "ricamo a mano",
            "es": "bordado a mano",
            "pt": "bordado à mão",
            "de": "Handstickerei",
        },
    ),
    (
        "skill:handloom",
        {
            "en": "handloom | hand weaving~",
            "fr": "tissage à la main~",
            "it": "tessitura a mano",
            "es": "telar manual",
            "pt": "tecelagem manual",
            "de": "Handweberei~",
        },
    ),
    (
        "skill:tailored_collar_and_lapel",
        {
            "en": "tailoring~ | hand tailoring~",
            "fr": "col tailleur",
            "it": "sartoria~",
            "es": "sastrería",
            "pt": "alfaiataria",
            "de": "Maßschneiderei | Massschneiderei",
        },
    ),
    (
        "skill:stretch_and_swim",
        {
            "en": "swimwear~ | activewear~",
            "fr": "maillots de bain | maillot de bain",
            "it": "costumi da bagno",
            "es": "trajes de baño | bañador",
            "pt": "moda praia",
            "de": "Bademode",
        },
    ),
]


def phrases() -> list[tuple[str, str, str, bool]]:
    """(terms, language, phrase, whether it means more) of all."""
    return [
        (meant, language, phrase.strip().removesuffix("~"), phrase.strip().endswith("~"))
        for meant, by_language in MEANT
        for language, text in by_language.items()
        for phrase in text.split("|")
    ]
