"""Production routes from a terminal."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from marketplace.cli.terminal import open_system, print_table
from marketplace.errors import SelvedgeError

if TYPE_CHECKING:
    from marketplace.routes.model import Route
    from marketplace.routes.plan import Plan

_MOST_BYTES = 1_000_000
_COLUMNS = ["step", "supplier", "how much", "km", "arrives", "starts", "ready", "price"]


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document, as POST /api/v1/routes answers.")
def route(file: Path, as_json: bool) -> None:
    """Find production routes for a request: a JSON file, or - for standard input.

    The request is that of POST /api/v1/routes; docs/integrators.md has its fields.
    """
    from marketplace.routes.forms import read_ask
    from marketplace.routes.planning import plan_routes
    from marketplace.routes.render import plan_json
    from marketplace.search.context import open_index
    from marketplace.web.body import parse_object
    from marketplace.wiring import pool_finder

    raw = sys.stdin.buffer.read(_MOST_BYTES + 1) if str(file) == "-" else _read(file)
    if len(raw) > _MOST_BYTES:
        raise SelvedgeError("The request is larger than 1 MB.")
    body = parse_object(raw)
    system = open_system()
    today = datetime.now(UTC).date()
    ask = read_ask(body, today, system.places.find)
    plan = plan_routes(open_index(system), system.database, ask, today, pool_finder())
    if as_json:
        click.echo(json.dumps(plan_json(plan), ensure_ascii=False))
        return
    _print(plan)


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            return stream.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SelvedgeError(f"Cannot read {file}: {error.strerror}.") from error


def _print(plan: Plan) -> None:
    from marketplace.routes.explain import process_label
    from marketplace.routes.telling import blocked_texts, headline, near_miss_text, notes, offer_of, route_why

    click.echo(headline(plan))
    for place, found in enumerate(plan.answer.routes):
        click.echo()
        print_table(_title(plan, found, place), _COLUMNS, _rows(plan, found))
        if not sys.stdout.isatty():
            click.echo(_title(plan, found, place))
        for text in route_why(plan, place):
            click.echo(f"  {text}")
    for miss in plan.answer.near_misses:
        offer = offer_of(miss)
        name = f"{offer.name}: " if offer else ""
        click.echo(f"One change would do: {name}{near_miss_text(plan, miss)}")
    for step, text in blocked_texts(plan):
        click.echo(f"{process_label(plan.ask.steps[step].process)}: {text}")
    for pool in plan.pools:
        click.echo(f"Pool: {pool.text}")
    click.echo()
    for text in notes(plan):
        click.echo(text)


def _title(plan: Plan, found: Route, place: int) -> str:
    from marketplace.units.model import Money, format_money

    money = (
        format_money(Money(found.money_minor, plan.currency)) if found.money_minor is not None else "price not stated"
    )
    return (
        f"Route {place + 1}: {found.metres / 1000:.1f} km, {money}, with you {found.delivered.isoformat()}, "
        f"{found.mg_co2e / 1_000_000:.3f} kg CO2e"
    )


def _rows(plan: Plan, found: Route) -> list[list[str]]:
    from marketplace.routes.explain import process_label
    from marketplace.units.model import Money, format_money
    from marketplace.units.rules import format_brief

    return [
        [
            process_label(plan.ask.steps[pick.step].process),
            f"{pick.offer.name}, {plan.site_of(pick.offer).locality}".rstrip(", "),
            format_brief(pick.quantity),
            f"{pick.leg_m / 1000:.1f}",
            pick.arrives.isoformat(),
            pick.starts.isoformat(),
            pick.ready.isoformat(),
            format_money(Money(pick.money_minor, plan.currency)) if pick.money_minor is not None else "",
        ]
        for pick in found.picks
    ]
