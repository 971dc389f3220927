"""What the diaries and the database say of a race of pools, compared. Reads nothing else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from marketplace.bench.pooling.racer import PLEDGED, WITHDRAWN, read_diary
from marketplace.bench.pooling.store import count_notices
from marketplace.bench.pooling.world import World
from marketplace.booking import store as booking
from marketplace.capacity import store as capacity
from marketplace.db import Database
from marketplace.pools import verify
from marketplace.pools.model import PledgeState, State

_EXAMPLES = 5


@dataclass(slots=True)
class Verdict:
    """`double`: pools that were triggered twice or out of turn. `half`: decided in part, with weeks or shares that
    disagree. `untold`: people who were not told, or twice. `lost`: acknowledged and not there. `oversold`: weeks."""

    pools: int = 0
    confirmed: int = 0
    crossings: int = 0
    pledges: int = 0
    acknowledged: int = 0
    double: int = 0
    half: int = 0
    untold: int = 0
    lost: int = 0
    oversold: int = 0
    undecided: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.double or self.half or self.untold or self.lost or self.oversold or self.undecided)

    def note(self, text: str) -> None:
        if len(self.examples) < _EXAMPLES:
            self.examples.append(text)


def check(database: Database, world: World, diaries: list[Path]) -> Verdict:
    verdict = Verdict()
    states: dict[str, PledgeState] = {}
    person_of = dict(zip(world.studios, world.people, strict=True))
    with database.reading() as session:
        told = count_notices(session)
        members = {person for _, _, person in told}
        for pool, events, pledges, weeks in verify.each(session):
            verdict.pools += 1
            verdict.pledges += len(pledges)
            verdict.crossings += pool.crossings
            verdict.confirmed += pool.state is State.CONFIRMED
            verdict.undecided += pool.state.is_live
            states.update({pledge.public_id: pledge.state for pledge in pledges})
            for text in (wrong_events := verify.event_problems(pool, events)):
                verdict.note(text)
            for text in (wrong_fates := verify.fate_problems(pool, events, pledges, weeks)):
                verdict.note(text)
            verdict.double += bool(wrong_events)
            verdict.half += bool(wrong_fates)
            path, kind = f"/pools/{pool.public_id}", f"pool_{pool.state.value}"
            wanted = Counter({(kind, world.owner): 1})
            wanted["pool_reached", world.owner] = pool.crossings
            for pledge in pledges:
                person = person_of[pledge.studio_id]
                if pledge.state is not PledgeState.WITHDRAWN and person in members:
                    wanted[kind, person] += 1
            wrong = [key for key, count in wanted.items() if told.get((path, *key), 0) != count]
            verdict.untold += len(wrong)
            for said, person in wrong[:1]:
                verdict.note(f"{path}: person {person} heard “{said}” {told.get((path, said, person), 0)} times")
        loads, active, sums = capacity.all_loads(session), booking.sum_active(session), booking.sum_events(session)
    for key in loads.keys() | active.keys() | sums.keys():
        reserved, offered = loads.get(key, (0, 0))
        if not 0 <= reserved <= offered or reserved != active.get(key, 0) or reserved != sums.get(key, 0):
            verdict.oversold += 1
    for done in (line for path in diaries for line in read_diary(path)):
        if done.outcome in (PLEDGED, WITHDRAWN):
            verdict.acknowledged += 1
            state = states.get(done.pledge)
            verdict.lost += state is None or (done.outcome == WITHDRAWN and state is not PledgeState.WITHDRAWN)
    return verdict
