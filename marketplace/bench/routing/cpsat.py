"""The same problem for CP-SAT, on the same whole numbers: another way to the same optimum, to compare with.

OR-tools is no part of the product: without it there is nothing to compare. A model of one element constraint for each
table of ready days, and one for each table of legs; points are scaled down to what its 64-bit sums can hold.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from dataclasses import dataclass
from typing import Any

import numpy as np

from marketplace.routes.bounds import home_days
from marketplace.routes.net import Net
from marketplace.routes.ready import NEVER, Array


@dataclass(frozen=True, slots=True)
class Found:
    """`points` of the best way it has; `is_proven` that there is none better. `processor_s`: of the processor."""

    points: int | None
    is_proven: bool
    processor_s: float


def is_there() -> bool:
    return importlib.util.find_spec("ortools") is not None


def solve(net: Net, days: int, seconds: float) -> Found:
    """The best way, delivered within `days`; with one thread, for at most so many seconds."""
    cp_model = importlib.import_module("ortools.sat.python.cp_model")
    began = time.process_time()
    model = cp_model.CpModel()
    picks, ready, costs = [], [], []
    frame = net.frame
    for step, layer in enumerate(net.layers):
        picks.append(model.new_int_var(0, len(layer) - 1, f"pick {step}"))
        ready.append(model.new_int_var(0, days, f"ready {step}"))
        costs.append(_looked_up(model, picks[step], layer.own))
    for step in frame.order:
        layer = net.layers[step]
        arrival = model.new_int_var(0, days - 1, f"arrival {step}")
        for before in frame.before[step]:
            if net.is_digital(before):
                model.add(arrival >= ready[before])
                continue
            points, way = _legs(net, before, step)
            pair = model.new_int_var(0, points.size - 1, "")
            model.add(pair == picks[before] * len(layer) + picks[step])
            costs.append(_looked_up(model, pair, points.ravel()))
            model.add(arrival >= ready[before] + _looked_up(model, pair, way.ravel()))
        table = np.minimum(layer.ready(net, days).table(len(layer), 0, days), NEVER)
        place = model.new_int_var(0, table.size - 1, "")
        model.add(place == picks[step] * days + arrival)
        model.add_element(place, [int(day) for day in table.ravel()], ready[step])
    last = frame.last
    costs.append(_looked_up(model, picks[last], net.layers[last].home()[0]))
    delivered = ready[last] + _looked_up(model, picks[last], home_days(net))
    total = sum(costs) + net.scale.day * delivered
    model.minimize(total)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_time_in_seconds = seconds
    status = solver.solve(model)
    took = time.process_time() - began
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Found(None, False, took)
    return Found(round(solver.objective_value), status == cp_model.OPTIMAL, took)


def _looked_up(model: Any, place: Any, values: Array) -> Any:
    """A variable that is the value at a place."""
    low, high = int(values.min()), int(values.max())
    found = model.new_int_var(low, high, "")
    model.add_element(place, [int(value) for value in values], found)
    return found


def _legs(net: Net, step: int, target: int) -> tuple[Array, Array]:
    """Points and days of every leg between two steps."""
    here, there = len(net.layers[step]), len(net.layers[target])
    ends = np.repeat(np.arange(here), there), np.tile(np.arange(there), here)
    points, days, _ = net.legs(step, ends[0], target, ends[1])
    return points.reshape(here, there), days.reshape(here, there)
