"""The documents say what the code does: settings, commands, errors, permissions, routes, links, numbers.

Each check is a function over the document's text that lists what is missing. A second test takes one thing out
of the document and sees the check find it.
"""

from __future__ import annotations

import csv
import importlib
import io
import pkgutil
import re
from collections.abc import Iterable, Iterator
from datetime import date
from importlib import resources
from pathlib import Path

import click
import pytest
from flask import Flask

import marketplace
from marketplace.capacity.model import Calendar, Closure, Plan
from marketplace.capacity.rules import plan
from marketplace.cli import main
from marketplace.errors import SelvedgeError
from marketplace.places import Point, distance_m
from marketplace.settings import PREFIX, Settings
from marketplace.site.openapi import document
from marketplace.suppliers.model import LoadLimits, MinimumRule, Price, PriceBreak, ServiceDraft
from marketplace.suppliers.rules import Cloth, Run, judge, total_minor
from marketplace.transfer.columns import names_of
from marketplace.transfer.model import Table
from marketplace.units import Quantity, Unit, Week
from marketplace.vocabulary.model import Basis
from marketplace.web.errors import _PLAIN

ROOT = Path(marketplace.__file__).parent.parent
DOCS = ROOT / "docs"
_OF_SEARCH_SERVER = {f"SELVEDGE_TEST_MEILI_{name}" for name in "URL KEY BINARY QUERIES TEXTS KILLS".split()}
TEST_VARIABLES = {
    "SELVEDGE_TEST_POSTGRESQL_URL",
    "SELVEDGE_TEST_CHROMIUM",
    "SELVEDGE_RANDOM_ROUTES",
} | _OF_SEARCH_SERVER
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def without(text: str, part: str) -> str:
    assert part in text
    return text.replace(part, "")


# Settings


def undocumented_settings(text: str) -> list[str]:
    wrong = []
    for name, field in Settings.model_fields.items():
        default = "empty" if field.default == "" else f"`{field.default}`"
        if f"| `{PREFIX}{name.upper()}` | {default} |" not in text:
            wrong.append(f"{PREFIX}{name.upper()}, default {default}")
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields} | TEST_VARIABLES
    return wrong + [f"{name} is no setting" for name in set(re.findall(r"SELVEDGE_[A-Z_]*[A-Z]", text)) - known]


def test_settings_are_documented() -> None:
    assert undocumented_settings(read("docs/operators.md")) == []
    assert [n for n in undocumented_settings(" ".join(p.read_text() for p in PAGES)) if n.endswith("no setting")] == []


@pytest.mark.parametrize("part", ["`SELVEDGE_PORT` | `8000`", "`SELVEDGE_HOST`"])
def test_missing_setting_is_found(part: str) -> None:
    assert undocumented_settings(without(read("docs/operators.md"), part))


def test_wrong_default_is_found() -> None:
    text = read("docs/operators.md")
    assert undocumented_settings(text.replace("| `8000` |", "| `8001` |")) == ["SELVEDGE_PORT, default `8000`"]
    assert undocumented_settings(text + "SELVEDGE_PROT") == ["SELVEDGE_PROT is no setting"]


# Commands


def undocumented_commands(text: str) -> list[str]:
    """Each command has a section, `### `selvedge NAME``, that names its arguments' choices and every option."""
    wrong = []
    for name, command in main.commands.items():
        section = re.search(rf"^### `selvedge {name}`$(.*?)(?=^##|\Z)", text, re.MULTILINE | re.DOTALL)
        if not section:
            wrong.append(f"selvedge {name}")
            continue
        for parameter in command.params:
            choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
            options = parameter.opts if isinstance(parameter, click.Option) else ()
            wrong += [
                f"selvedge {name}: {word}"
                for word in (*options, *map(str, choices))
                if not re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", section[1])
            ]
    return wrong


def test_commands_are_documented() -> None:
    assert undocumented_commands(read("docs/operators.md")) == []


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ("### `selvedge verify`", "selvedge verify"),
        ("`--dry-run`", "selvedge import: --dry-run"),
        ("`--per-page`", "selvedge search: --per-page"),
        ("`geojson`", "selvedge export: geojson"),
    ],
)
def test_missing_command_is_found(part: str, found: str) -> None:
    assert undocumented_commands(without(read("docs/operators.md"), part)) == [found]


# Errors


def error_slugs() -> set[str]:
    """The names of every error a client can get: ours, and those the web layer gives to HTTP's own."""
    for module in pkgutil.walk_packages(marketplace.__path__, "marketplace."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    return {"internal", *(error.slug for error in _subclasses(SelvedgeError))}


def _subclasses(error: type[SelvedgeError]) -> Iterator[type[SelvedgeError]]:
    yield error
    for sub in error.__subclasses__():
        yield from _subclasses(sub)


def wrong_slugs(text: str) -> list[str]:
    headings = set(re.findall(r"^## ([a-z-]+)$", text, re.MULTILINE))
    slugs = error_slugs()
    return sorted(f"no section for {slug}" for slug in slugs - headings) + sorted(
        f"{name} is no error" for name in headings - slugs
    )


def test_errors_are_documented() -> None:
    text = read("docs/errors.md")
    assert wrong_slugs(text) == []
    statuses = {int(number) for number in re.findall(r"(?:^|\| )(\d{3})[. ]", text, re.MULTILINE)}
    assert set(_PLAIN) <= statuses


def test_wrong_error_is_found() -> None:
    text = read("docs/errors.md")
    assert wrong_slugs(without(text, "## conflict")) == ["no section for conflict"]
    assert wrong_slugs(text + "\n## gone\n") == ["gone is no error"]


# Permissions


def permissions_table() -> str:
    """docs/permissions.md's table as permissions.csv has it; paste this when the file changes."""
    text = resources.files("marketplace.accounts").joinpath("permissions.csv").read_text("utf-8")
    header, *rows = csv.reader(io.StringIO(text))
    lines = [f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}"]
    lines += [f"| `{row[0]}` | {' | '.join(row[1:])} |".replace("|  |", "| |").replace("|  |", "| |") for row in rows]
    return "\n".join(lines)


def test_permissions_are_documented() -> None:
    assert permissions_table() in read("docs/permissions.md")


def test_wrong_permission_is_found() -> None:
    assert permissions_table() not in read("docs/permissions.md").replace("| yes |", "| |", 1)


# Routes


def api_routes(app: Flask) -> set[str]:
    """Each as 'POST /api/v1/reservations/{id}/confirm'."""

    def described(rule: str) -> str:
        for name in "file_id service_id milestone_id payment_id change_id review_id".split():
            rule = rule.replace(f"<{name}>", f"{{{name}}}")
        return re.sub("<[^>]+>", "{id}", rule)

    return {
        f"{method} {described(rule.rule)}"
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def undocumented_routes(routes: Iterable[str], text: str) -> list[str]:
    """Each route stands in the table of routes and, with its method or without, in its own section."""
    table = "\n".join(line for line in text.splitlines() if line.startswith("| `"))
    rest = "\n".join(line for line in text.splitlines() if not line.startswith("|"))
    return [r for r in sorted(routes) if f"`{r}`" not in table or not re.search(rf"{re.escape(_root(r))}\b", rest)]


def _root(route: str) -> str:
    """What the section of a route must name: '/api/v1/reservations'."""
    return "/".join(route.partition(" ")[2].split("/")[:4])


def test_routes_are_documented(app: Flask) -> None:
    routes = api_routes(app)
    assert len(routes) >= 12
    assert undocumented_routes(routes, read("docs/integrators.md")) == []
    described = document("http://127.0.0.1:8000")["paths"]
    assert routes == {f"{method.upper()} {path}" for path, methods in described.items() for method in methods}


def test_undocumented_route_is_found() -> None:
    text = read("docs/integrators.md")
    assert undocumented_routes(["GET /api/v1/search", "GET /api/v1/hats"], text) == ["GET /api/v1/hats"]
    gone = without(text, "| `GET /api/v1/places` |")
    assert undocumented_routes(["GET /api/v1/places"], gone) == ["GET /api/v1/places"]


def undocumented_parameters(text: str) -> list[str]:
    """Each parameter of OpenAPI stands in the section of its route."""
    wrong = []
    for path, methods in document("")["paths"].items():
        start = text.find(f"\n`GET {path}")
        section = text[start : text.find("\n### ", start)] if start >= 0 else ""
        if path == "/api/v1/search.geojson":
            continue  # takes those of the search
        for parameter in methods.get("get", {}).get("parameters", ()):
            if f"`{parameter['name']}" not in section and f"{parameter['name']}=" not in section:
                if parameter["in"] == "path":
                    continue
                wrong.append(f"{path}: {parameter['name']}")
    return wrong


def test_parameters_are_documented() -> None:
    assert undocumented_parameters(read("docs/integrators.md")) == []


def test_missing_parameter_is_found() -> None:
    assert undocumented_parameters(without(read("docs/integrators.md"), "| `piece_g` |")) == ["/api/v1/search: piece_g"]


# Columns


def undocumented_columns(text: str) -> list[str]:
    wrong = []
    for table in Table:
        start = text.find(f"\n### {table.value.capitalize()} table")
        section = text[start : text.find("\n### ", start + 5)] if start >= 0 else ""
        cells = " ".join(re.findall(r"^\| (`[^|]*) \|", section, re.MULTILINE))
        wrong += [f"{table}: {name}" for name in names_of(table) if f"`{name}`" not in cells]
    return wrong


def test_columns_are_documented() -> None:
    assert undocumented_columns(read("docs/integrators.md")) == []


def test_missing_column_is_found() -> None:
    assert undocumented_columns(without(read("docs/integrators.md"), "| `week_start` |")) == ["capacity: week_start"]


# Links and paths

_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def dead_links(page: Path, text: str) -> list[str]:
    wrong = []
    for target in _LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.is_file():
            wrong.append(f"{page.name}: {target}")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file.read_text("utf-8") if path else text):
            wrong.append(f"{page.name}: {target} has no such heading")
    return wrong


def anchors(text: str) -> set[str]:
    """The anchors of headings as code forges make them."""
    plain = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    return {
        re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    }


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_links_lead_somewhere(file: Path) -> None:
    assert dead_links(file, file.read_text("utf-8")) == []


def test_dead_link_is_found() -> None:
    page = DOCS / "errors.md"
    assert dead_links(page, "[x](nowhere.md)") == ["errors.md: nowhere.md"]
    assert dead_links(page, "![x](search-of-old.png)") == ["errors.md: search-of-old.png"]
    assert dead_links(page, "[x](operators.md#nothing)") == ["errors.md: operators.md#nothing has no such heading"]
    assert dead_links(page, "[x](operators.md#limits), [y](https://example.org)") == []


_LOCAL = re.compile(r"(?<![\w.])(?:/(?:home|root|Users|work|tmp|opt|srv|mnt|workspace)/|[A-Z]:\\|file://)")


def local_paths(text: str) -> list[str]:
    return _LOCAL.findall(text)


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_no_page_names_a_path_of_one_machine(file: Path) -> None:
    assert local_paths(file.read_text("utf-8")) == []


@pytest.mark.parametrize("text", ["cd /home/me/selvedge", "`/tmp/var`", "C:\\Users\\me", "file:///x"])
def test_local_path_is_found(text: str) -> None:
    assert local_paths(text)


# The numbers of how-it-decides.md


def _sentence(draft: ServiceDraft, run: Run) -> str:
    return judge(draft, run).reasons[0]


def _sew(*rules: MinimumRule) -> ServiceDraft:
    return ServiceDraft("sew", Unit.PIECE, rules=rules)


def _rule(count: int, basis: Basis, percent: int | None = None) -> MinimumRule:
    return MinimumRule(Quantity.of(count, Unit.PIECE), basis, percent)


def test_minimums_are_as_the_page_says() -> None:
    fifty = Quantity.of(50, Unit.PIECE)
    in_two = Run(fifty, colours=2)
    assert "5 pieces short per colour, 10 pieces more in all" in _sentence(_sew(_rule(30, Basis.COLOUR)), in_two)
    assert "+25 % (none from 60 pieces)" in _sentence(_sew(_rule(30, Basis.COLOUR, 25)), in_two)
    assert "3 pieces short" in _sentence(_sew(_rule(15, Basis.STYLE_AND_COLOUR)), Run(fifty, styles=2, colours=2))
    assert "1 piece short" in _sentence(_sew(_rule(6, Basis.SIZE)), Run(fifty, colours=2, sizes=5))
    both = judge(_sew(_rule(20, Basis.STYLE), _rule(60, Basis.ORDER, 15)), Run(fifty))
    assert (both.answer, both.surcharge_percent) == ("surcharge", 15)
    assert judge(_sew(_rule(80, Basis.STYLE), _rule(60, Basis.ORDER, 15)), Run(fifty)).answer == "no"


def test_loads_and_cloth_are_as_the_page_says() -> None:
    jet = ServiceDraft("dye_fabric", Unit.KG, load=LoadLimits(50_000, 60_000))

    def ask(count: int, unit: Unit = Unit.KG, **more: object) -> str:
        return _sentence(jet, Run(Quantity.of(count, unit), **more))  # type: ignore[arg-type]

    assert ask(40).startswith("40 kg is 10 kg short of one machine load")
    assert ask(55).startswith("55 kg fills one load")
    assert ask(70).endswith("60 kg or 100 kg would fit")
    assert ask(110).startswith("110 kg goes in 2 loads")
    assert ask(160).startswith("160 kg goes in 3 loads")
    assert ask(110, colours=2).startswith("55 kg per colour fills one load")
    assert ask(140, colours=2).endswith("120 kg or 200 kg would fit")
    cloth = Cloth(150, 180)
    assert ask(200, Unit.METRE, cloth=cloth).startswith("54 kg fills one load")
    short = judge(jet, Run(Quantity.of(180, Unit.METRE), cloth=cloth))
    assert short.reasons[0].startswith("48.6 kg is 1.4 kg short")
    assert short.nearest == (Quantity.of(186, Unit.METRE),)


def test_prices_are_as_the_page_says() -> None:
    price = Price("EUR", 3200, Unit.PIECE, 15_000, (PriceBreak(50, 2800),))
    assert total_minor(price, Quantity.of(50, Unit.PIECE)) == 155_000
    assert total_minor(price, Quantity.of(49, Unit.PIECE)) == 171_800
    assert total_minor(price, Quantity.of(50, Unit.PIECE), 15) == 176_000


def test_dates_are_as_the_page_says() -> None:
    monday = date(2027, 3, 1)
    twenty = Calendar(Unit.PIECE, 20)
    closed = Calendar(Unit.PIECE, 20, closures=(Closure(date(2027, 3, 8), date(2027, 3, 8)),))
    stated = Calendar(Unit.PIECE, 20, stated={Week(date(2027, 3, 8)): 0, Week(date(2027, 3, 15)): 35})

    def made(found: Plan | None) -> tuple[date, date, list[int]]:
        assert found
        return found.last_worked, found.ready, [share.atoms for share in found.weeks]

    assert made(plan(twenty, 50, monday, None)) == (date(2027, 3, 17), date(2027, 3, 18), [20, 20, 10])
    assert made(plan(twenty, 50, monday, 21))[1] == date(2027, 3, 22)
    assert made(plan(twenty, 50, date(2027, 3, 4), 10)) == (date(2027, 3, 22), date(2027, 3, 23), [8, 20, 20, 2])
    assert made(plan(stated, 50, monday, None)) == (date(2027, 3, 19), date(2027, 3, 20), [20, 30])
    assert made(plan(closed, 50, monday, None)) == (date(2027, 3, 18), date(2027, 3, 19), [20, 16, 14])
    minutes = Calendar(Unit.MINUTE, 2400)
    assert made(plan(minutes, 50 * 45, monday, None))[0] == date(2027, 3, 5)


def test_distances_are_as_the_page_says() -> None:
    assert distance_m(Point.of(43.8805, 11.09699), Point.of(43.77925, 11.24626)) == 16_453
    assert distance_m(Point.of(0, 0), Point.of(0, 1)) == 111_319
    assert distance_m(Point.of(0, 0), Point.of(1, 0)) == 110_574
