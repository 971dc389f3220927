"""The conditions that services are offered at, each of them once: what many firms ask is judged once for all."""

from __future__ import annotations

import numpy as np

from marketplace.search.columns.layout import CONDITIONS
from marketplace.search.columns.table import Array, Table


class Numbering:
    """Puts the conditions of services into their table. Those that a mapped snapshot came with are not known to it:
    the few that are put later may stand there twice."""

    def __init__(self, table: Table) -> None:
        self._table, self._start = table, table.count
        self._numbers: dict[bytes, int] = {}

    def take(self, services: dict[str, Array]) -> Array:
        """The row of the conditions of each service; their columns are taken out of `services`."""
        columns = {name: services.pop(name) for name in CONDITIONS}
        packed = np.concatenate([np.atleast_2d(column) for column in columns.values()]).astype(np.int64)
        rows = packed.T.tobytes()
        width = 8 * len(packed)
        found = [self._number(rows[start : start + width]) for start in range(0, len(rows), width)]
        numbers = np.array(found, np.int64)
        number, first = np.unique(numbers, return_index=True)
        fresh = first[number >= self._table.count]
        if len(fresh):
            self._table.append({name: column[..., fresh] for name, column in columns.items()})
        return numbers

    def _number(self, row: bytes) -> int:
        return self._numbers.setdefault(row, self._start + len(self._numbers))
