"""The k best ways through a net, exactly. Pure.

A few promising nodes of each step are searched first: what the k-th best way through them costs is a ceiling for all
others. Nodes that no way below the ceiling can pass are left out, and the rest is searched in full.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from marketplace.routes.bounds import Static, Timed, last_useful_day, rough, static, still_to_pay, timed
from marketplace.routes.net import INF, Net
from marketplace.routes.ready import Array
from marketplace.routes.ways import Way, search

_FIRST_BEAM, _SECOND_BEAM = 8, 25


def best(net: Net, k: int) -> list[Way]:
    """The k best ways in order: points, then earlier delivery, then less money, then supplier ids as the work goes."""
    if not all(len(layer) for layer in net.layers):
        return []
    everything = [np.arange(len(layer)) for layer in net.layers]
    part, rows, ceiling = net, everything, INF
    if _is_wide(part, _FIRST_BEAM):
        bounds = rough(part)
        ceiling = _ceiling(part, _hopes(part, bounds), _FIRST_BEAM, k, INF)
        part, rows = _narrow(part, rows, bounds, ceiling)
    if _is_wide(part, _SECOND_BEAM):
        known = static(part)
        dates = timed(part, known, last_useful_day(part, known, ceiling))
        bounds = _through(part, known, dates)
        ceiling = _ceiling(part, bounds, _SECOND_BEAM, k, ceiling)
        part, rows = _narrow(part, rows, bounds, ceiling)
    if not all(len(layer) for layer in part.layers):
        return []
    return [way.renumbered(rows) for way in search(part, k, ceiling)]


def _is_wide(net: Net, beam: int) -> bool:
    return max(len(layer) for layer in net.layers) > 2 * beam


def _hopes(net: Net, bounds: Sequence[Array]) -> list[Array]:
    """A guess at what a way through each node costs: with the days that its usual week takes."""
    guesses = []
    for layer, bound in zip(net.layers, bounds, strict=True):
        fits = layer.sides[0].fits
        usual = (fit.offer.calendar.usual if fit.offer.calendar else 0 for fit in fits)
        days = [7 * (fit.need or 0) // (a_week or fit.need or 1) for fit, a_week in zip(fits, usual, strict=True)]
        guesses.append(bound + net.scale.day * np.maximum(np.array(days, np.int64) - layer.lead, 0))
    return guesses


def _ceiling(net: Net, values: Sequence[Array], beam: int, k: int, ceiling: int) -> int:
    """What the k-th best way through the most promising nodes costs; the ceiling known where there are fewer below."""
    chosen = [np.sort(np.argsort(value, kind="stable")[:beam]) for value in values]
    found = search(net.take(chosen), k, ceiling)
    return found[k - 1].points if len(found) >= k else ceiling


def _through(net: Net, known: Static, dates: Timed) -> list[Array]:
    """The least points of a way through each node, with the days."""
    result = []
    for step, layer in enumerate(net.layers):
        arrival = np.full(len(layer), dates.earliest[step])
        ready = dates.clip(layer.ready(net, dates.days).at(np.arange(len(layer)), arrival))
        result.append(
            np.minimum(known.up[step] + still_to_pay(net, known, dates, step, np.arange(len(layer)), ready), INF)
        )
    return result


def _narrow(net: Net, rows: Sequence[Array], bounds: Sequence[Array], ceiling: int) -> tuple[Net, list[Array]]:
    """Leave out the nodes that no way up to the ceiling passes."""
    keep = [np.flatnonzero(bound <= min(ceiling, INF - 1)) for bound in bounds]
    return net.take(keep), [row[kept] for row, kept in zip(rows, keep, strict=True)]
