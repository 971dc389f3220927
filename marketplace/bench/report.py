"""A run's figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from marketplace.bench.figures import Figures, PeerFigures, SiteFigures, SizeFigures
from marketplace.bench.targets import Target, targets

Table = tuple[str, list[str], list[list[str]]]


def tables(figures: Figures) -> Iterator[Table]:
    """(title, columns, rows) of each; narrow enough for a terminal of 80 columns."""
    for size in figures.sizes:
        yield _classes(size)
        if size.peer:
            yield _against_postgis(size, size.peer)
        if size.site:
            yield _served(size, size.site)
    yield _others(figures)
    yield _targets(figures)


def _classes(size: SizeFigures) -> Table:
    rows = []
    for name, own in size.classes.items():
        times = (own.median_ms, own.p95_ms, own.p99_ms, own.mean_ms, size.cpu_ms[name])
        rows.append([name, *map(_short, times), f"{own.per_s:,.0f}"])
    columns = ["class", "median ms", "p95 ms", "p99 ms", "mean ms", "CPU ms", "per s"]
    return f"{size.suppliers:,} suppliers, 200 searches", columns, rows


def _against_postgis(size: SizeFigures, peer: PeerFigures) -> Table:
    rows = []
    for name, own in peer.ours.items():
        other = peer.classes[name]
        times = (other.median_ms / own.median_ms, other.p95_ms / own.p95_ms, other.mean_ms / own.mean_ms)
        rows.append([name, _short(other.median_ms), _short(other.p95_ms), *(f"{ratio:.1f}" for ratio in times)])
    columns = ["class", "median ms", "p95 ms", "x median", "x p95", "x mean"]
    return f"{size.suppliers:,} suppliers: PostGIS, and how many times as long it takes", columns, rows


def _served(size: SizeFigures, site: SiteFigures) -> Table:
    rows = [
        [name, _short(site.served_ms[name]), f"{site.served[name]:.3f}", f"{site.in_process[name]:.3f}"]
        for name in size.classes
    ]
    columns = ["class", "mean ms", "/ bare", "/ bare, in process"]
    return f"{size.suppliers:,} suppliers: /api/v1/search, served", columns, rows


def _others(figures: Figures) -> Table:
    rows: list[list[str]] = []

    def add(name: str, values: list[str]) -> None:
        rows.append([name, *values])

    sizes = figures.sizes
    add("build s", [_short(size.build_s) for size in sizes])
    add("(generating s)", [_short(size.generate_s) for size in sizes])
    add("index MB", [f"{size.index_mb:,.0f}" for size in sizes])
    add("private MB of a worker", [f"{size.private_mb:,.0f}" for size in sizes])
    for count in sizes[0].per_s:
        add(f"searches a second, {count} process{'es' if count > 1 else ''}", [f"{s.per_s[count]:,.0f}" for s in sizes])
    if all(size.peer for size in sizes):
        peers = [size.peer for size in sizes if size.peer]
        for count in peers[0].per_s:
            add(f"PostGIS, {count} process{'es' if count > 1 else ''}", [f"{p.per_s[count]:,.0f}" for p in peers])
        add("PostGIS: load s", [_short(p.load_s) for p in peers])
        add("PostGIS: MB", [f"{p.mb:,.0f}" for p in peers])
        add("PostGIS: same total and facets", [f"{p.agree} of {p.compared}" for p in peers])
        add("PostGIS: same page", [f"{p.same_page} of {p.compared}" for p in peers])
    if all(size.site for size in sizes):
        sites = [size.site for size in sizes if size.site]
        add("database written s", [_short(s.write_s) for s in sites])
        add("index rebuilt from it s", [_short(s.rebuild_s) for s in sites])
        add("change in another index, median ms", [_short(s.visible_ms[0]) for s in sites])
        add("change in another index, p99 ms", [_short(s.visible_ms[1]) for s in sites])
        add("with a search around it, median ms", [_short(s.visible_answer_ms[0]) for s in sites])
        add("with a search around it, p99 ms", [_short(s.visible_answer_ms[1]) for s in sites])
        add("cost of updates, % of the requests", [_short(s.updates.share * 100) for s in sites])
        add("cost of updates, % of processor time", [_short(s.updates.cpu_share * 100) for s in sites])
        add("private MB of the site's process", [f"{s.private_mb:,.0f}" for s in sites])
    return "Beside the searches", ["", *(f"{size.suppliers:,}" for size in sizes)], rows


def _targets(figures: Figures) -> Table:
    rows = [
        [
            target.name,
            ("≥ " if target.at_least else "≤ ") + _amount(target.must, target),
            _amount(target.goal, target),
            _amount(target.got, target) if target.got is not None else "not measured",
            _verdict(target),
        ]
        for target in targets(figures)
    ]
    return "What is asked for", ["figure", "must", "goal", "got", ""], rows


def _verdict(target: Target) -> str:
    if target.is_met is None:
        return ""
    return "goal" if target.is_goal_met else "met" if target.is_met else "MISSED"


def _amount(number: float, target: Target) -> str:
    return f"{_short(number)}{target.unit}"


def _short(number: float) -> str:
    """Three significant digits."""
    if number == 0:
        return "0"
    if abs(number) >= 100:
        return f"{number:,.0f}"
    return f"{number:.3g}"
