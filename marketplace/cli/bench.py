"""Benchmarks from a terminal."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from marketplace.cli.terminal import print_table, progress

_MOST = 5_000_000


def _sizes(_context: click.Context, _parameter: click.Parameter, text: str) -> tuple[int, ...]:
    sizes = [part.strip().replace("_", "") for part in text.split(",")]
    if not all(size.isdecimal() and 1 <= int(size) <= _MOST for size in sizes):
        raise click.BadParameter(f"write whole numbers from 1 to {_MOST:,}, such as 10000 or 1000,10000,100000")
    return tuple(sorted({int(size) for size in sizes}))


@click.group()
def bench() -> None:
    """Measure this machine with generated suppliers; your own data is not touched."""


@bench.command()
@click.option(
    "--suppliers", default="10000", show_default=True, callback=_sizes, help="How many; several with commas between."
)
@click.option("--rounds", type=click.IntRange(1, 100), help="Of each search, the best of which counts.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 600), default=2.0, show_default=True, help="Of each measured throughput."
)
@click.option(
    "--exact", type=click.IntRange(0, 1_000_000), default=100, show_default=True, help="Answers to check one by one."
)
@click.option("--site/--no-site", default=True, help="With the whole site over a database, or the engine alone.")
@click.option("--postgis", metavar="URL", help="A PostgreSQL with PostGIS to ask the same in the same run.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def search(
    suppliers: tuple[int, ...],
    rounds: int | None,
    seconds: float,
    exact: int,
    site: bool,
    postgis: str | None,
    as_json: bool,
) -> None:
    """Search: how fast, how exact, how large, beside a bare route and, if you have it, PostGIS."""
    from marketplace.bench.figures import as_json as to_json
    from marketplace.bench.report import tables
    from marketplace.bench.run import Plan, run
    from marketplace.settings import load_settings

    settings, _ = load_settings()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    plan = Plan(suppliers, rounds, seconds, exact, site, postgis)
    figures = run(plan, settings.data_dir, progress)
    if as_json:
        click.echo(json.dumps(to_json(figures)))
        return
    for title, columns, rows in tables(figures):
        click.echo(f"\n{title}")
        print_table("", columns, rows)
    for example in figures.exact.examples if figures.exact else ():
        click.echo(f"WRONG {example}")


@bench.command()
@click.option(
    "--database", "url", metavar="URL", help="An empty database to race in; else a SQLite file that goes away."
)
@click.option("--processes", type=click.IntRange(1, 64), default=8, show_default=True, help="How many race.")
@click.option(
    "--seconds", type=click.FloatRange(0.1, 86_400), default=10.0, show_default=True, help="How long, without kills."
)
@click.option("--kill", is_flag=True, help="Kill processes at random moments, and start others in their place.")
@click.option("--kills", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="How many kills.")
@click.option(
    "--kill-every",
    type=click.FloatRange(0.01, 60),
    help="Seconds between two kills, on average: the longer, the more is booked meanwhile.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def booking(
    url: str | None, processes: int, seconds: float, kill: bool, kills: int, kill_every: float | None, as_json: bool
) -> None:
    """Booking: processes that race for the same weeks through the server; with --kill in transactions of their own."""
    from marketplace.bench.racing.run import KILL_EVERY_S, run

    with tempfile.TemporaryDirectory(prefix="selvedge-bench-") as folder, progress("Racing") as on_progress:
        race = run(
            url or f"sqlite:///{Path(folder) / 'race.sqlite3'}",
            Path(folder),
            processes=processes,
            seconds=seconds,
            kills=kills if kill else 0,
            kill_every_s=kill_every or KILL_EVERY_S,
            over_http=not kill,
            on_progress=on_progress,
        )
    found = race.as_json()
    if as_json:
        click.echo(json.dumps(found))
    else:
        shown = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in found.items()}
        print_table("", ["figure", ""], [[name, value] for name, value in shown.items()])
    if not race.verdict.is_clean:
        raise SystemExit(1)


@bench.command()
@click.option(
    "--candidates",
    type=click.IntRange(1, 20_000),
    help="Offers of each step; without it 50, 500 and 5,000.",
)
@click.option("--cpsat/--no-cpsat", default=True, help="Beside CP-SAT, where OR-tools is installed.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def routes(candidates: int | None, cpsat: bool, as_json: bool) -> None:
    """Routes: five steps and a pattern, the ten best routes, exactly; and CP-SAT to the same optimum."""
    from marketplace.bench.routing.run import run

    sizes = (candidates,) if candidates else (50, 500, 5000)
    with progress("Finding routes") as on_progress:
        figures = run(sizes, with_peer=cpsat, on_progress=on_progress)
    found = figures.as_json(candidates or 500)
    if as_json:
        click.echo(json.dumps(found))
        return
    rows = [[f"{size.candidates:,}", f"{size.median_ms:.1f}", f"{size.p95_ms:.1f}"] for size in figures.sizes]
    print_table("The ten best routes, in milliseconds", ["offers a step", "median", "p95"], rows)
    if figures.peer:
        peer = figures.peer
        proof = "proven" if peer.all_proven else "not proven in the time"
        optimum = f"optimum {'equal' if peer.all_equal else 'NOT EQUAL'}, {proof}"
        times = f"{peer.cpsat_ms:,.0f} ms against {peer.own_ms:.1f} ms, {peer.ratio:,.0f} times"
        click.echo(f"CP-SAT, one route, {peer.candidates} offers a step: {times}; {optimum}")
    elif cpsat:
        click.echo("CP-SAT is not installed: nothing to compare with")


@bench.command()
@click.option(
    "--database", "url", metavar="URL", help="An empty database to race in; else a SQLite file that goes away."
)
@click.option("--pools", type=click.IntRange(1, 1_000_000), default=100, show_default=True, help="How many.")
@click.option("--processes", type=click.IntRange(1, 64), default=4, show_default=True, help="How many pledge.")
@click.option("--kill", is_flag=True, help="Kill processes at random moments, and start others in their place.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def pools(url: str | None, pools: int, processes: int, kill: bool, as_json: bool) -> None:
    """Pools: fifty designers pledge and withdraw around the minimum of each while closings fire."""
    from marketplace.bench.pooling.run import run

    with tempfile.TemporaryDirectory(prefix="selvedge-bench-") as folder, progress("Racing") as on_progress:
        race = run(
            url or f"sqlite:///{Path(folder) / 'race.sqlite3'}",
            Path(folder),
            pools=pools,
            processes=processes,
            kill=kill,
            on_progress=on_progress,
        )
    found = race.as_json()
    if as_json:
        click.echo(json.dumps(found))
    else:
        shown = {name: f"{value:.1f}" if isinstance(value, float) else str(value) for name, value in found.items()}
        print_table("", ["figure", ""], [[name, value] for name, value in shown.items()])
    if not race.verdict.is_clean:
        raise SystemExit(1)
