"""A desk works one rule through time: it keeps the list, asks the homes and gives out places.

Three desks, by channel: decisions at every change, decisions at sittings, one home after another. The
rule's own logic (scope, rank, choice) comes in as a Policy and a chooser; the desk only moves the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Protocol

from sim.engine.clock import DECISIONS, Bell
from sim.engine.homes import HomeState
from sim.engine.log import Kind

if TYPE_CHECKING:
    from sim.engine.floor import Floor

_REFUSED = float(Kind.REFUSED)
_PRIORITY = -10_000_000.0  # before every position, and small enough to keep their fractions apart
_STAGES = 8  # room for a stage beside an ordinal in one number


class RuleForWorld(Protocol):
    """The parts of a worked-out rule that desks read (see sim.commissioning.policy.Policy)."""

    @property
    def rank(self) -> list[float]: ...
    @property
    def again(self) -> Callable[[int, float], float]: ...
    @property
    def nearest(self) -> list[tuple[int, ...]]: ...
    @property
    def stages(self) -> list[tuple[tuple[float, int], ...]]: ...
    @property
    def first_class(self) -> list[int]: ...
    @property
    def widens(self) -> bool: ...


class ClassOfChild(Protocol):
    """See sim.commissioning.policy.ChildClass."""

    @property
    def purpose(self) -> int: ...
    @property
    def asked(self) -> int: ...
    @property
    def own(self) -> int: ...
    @property
    def units_day(self) -> float: ...
    @property
    def units_night(self) -> float: ...
    @property
    def keep_free(self) -> int: ...
    @property
    def quota(self) -> int: ...


class LimitsLike(Protocol):
    """See sim.engine.limits.Limits."""

    def keep(self, stage: int, home: HomeState, keep: int, given: int = 0) -> int: ...


class AnswerRow(Protocol):
    """One child's answers in one fortnight (see sim.behaviour.answers.Row)."""

    @property
    def fires(self) -> bytes: ...
    @property
    def shortage(self) -> Sequence[float]: ...
    @property
    def conflict(self) -> Sequence[float]: ...
    @property
    def refused(self) -> int: ...
    @property
    def moves(self) -> int: ...

    told: int
    until: float


class Desk:
    """What all desks share: the order of the list, who may be asked, and what homes answer."""

    def __init__(
        self, floor: Floor, policy: RuleForWorld, asks: bool, classes: Sequence[ClassOfChild]
    ) -> None:
        self.floor = floor
        self.policy = policy
        self.clerk = floor.plan.clerk
        self.asks = asks  # whether any ground counts
        self.purpose = [c.purpose for c in classes]
        self.asked = [c.asked for c in classes]
        self.needs = [(c.purpose, c.units_day, c.units_night, c.keep_free) for c in classes]
        self.stage = list(policy.first_class)
        self.widening = (
            {child for child, stages in enumerate(policy.stages) if len(stages) > 1}
            if policy.widens
            else set()
        )
        self.rank: list[float] = list(policy.rank)
        self.child_at: dict[float, int] = {}
        self.limits: LimitsLike | None = None

    def enlist(self, child: int, priority: bool) -> bool:
        """Put a child on the list; True if placed at once."""
        raise NotImplementedError

    def delist(self, child: int) -> None:
        """Take a child off the list."""
        raise NotImplementedError

    def improved(self, homes: int) -> None:
        """Homes (as bits) have more room, more staff or fewer residents than before."""
        raise NotImplementedError

    def fits(self, child: int, home: HomeState) -> bool:
        """Whether the home has a place for the child that is not kept from the child."""
        stage = self.stage[child]
        purpose, day, night, keep = self.needs[stage]
        if self.limits is not None:
            keep = self.limits.keep(stage, home, keep)
        return home.fits(purpose, day, night, keep)

    def position(self, child: int, priority: bool) -> float:
        """The child's place in the order of the list; children of a closing home come before all others."""
        rank = self.rank[child]
        if self.floor.ordinal[child]:
            rank = self.rank[child] = self.policy.again(child, self.floor.listed[child])
        if priority:
            rank = self.rank[child] = rank + _PRIORITY
        self.child_at[rank] = child
        return rank

    def widen_later(self, child: int) -> None:
        """Set the clock for the day on which the child's scope widens, if it does."""
        if child not in self.widening:
            return
        stages = self.policy.stages[child]
        self.stage[child] = stages[0][1]
        for at, (after, _) in enumerate(stages[1:], start=1):
            bell = Bell(self._widen, child, self.floor.ordinal[child] * _STAGES + at)
            self.floor.clock.set(
                bell, max(self.floor.clock._now, self.floor.listed[child] + after), DECISIONS
            )

    def _widen(self, bell: Bell) -> None:
        ordinal, at = divmod(bell.number, _STAGES)
        if self.floor.waits(bell.child) and self.floor.ordinal[bell.child] == ordinal:
            self.widened(bell.child, self.policy.stages[bell.child][at][1])

    def widened(self, child: int, stage: int) -> None:
        """The child's scope is now that of class `stage`."""
        raise NotImplementedError

    def refuses(self, child: int, home: HomeState) -> bool:
        """Whether the home refuses on a ground that counts; the first refusal of a fortnight is recorded."""
        if not self.asks:
            return False
        row = self.floor.answers(child)
        if row.refused & home.bit:
            self.tell(child, row, home.bit)
            return True
        return row.moves & home.bit != 0 and self.refuses_today(child, home, row)

    def tell(self, child: int, row: AnswerRow, homes: int) -> None:
        """Record the refusals of `homes` (as bits) that rest on what does not change in a fortnight."""
        floor, told = self.floor, row.told
        floor.writer.refused(floor.clock._now, child, homes & ~told, row.fires)
        row.told = told | homes

    def refuses_today(self, child: int, home: HomeState, row: AnswerRow) -> bool:
        """Whether the home refuses because of who lives there or who is on shift."""
        floor, index, grounds = self.floor, home.index, 0
        if home.shortage > row.shortage[index]:
            grounds = floor.plan.staffing_bit
        if floor.against[child] and row.conflict[index] < floor.conflict(child, home):
            grounds |= floor.plan.mix_bit
        if not grounds:
            return False
        if not row.told & home.bit:
            row.told |= home.bit
            floor.log((floor.clock._now, _REFUSED, child, index, grounds | row.fires[index], 0.0))
        return True
