"""What happens on the calendar whatever the rule: residents at the start, dated places, staff on shift."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.engine.clock import PLACES, Bell
from sim.engine.homes import HomeState
from sim.engine.log import Kind, Leaving
from sim.engine.workforce import Workforce
from sim.engine.writer import SHIFTS

if TYPE_CHECKING:
    from sim.engine.floor import Floor


class Facts:
    """Walks through the dated changes of an estate and of its staff, and tells the desks what improved."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self._calendar = iter(floor.plan.calendar)
        staff = floor.plan.staff
        columns = (staff.day, staff.home, staff.by_day, staff.by_night, staff.shortage, staff.better)
        self._staff = zip(*(column.tolist() for column in columns), strict=True)
        self._change = next(self._calendar, None)
        self._shift = next(self._staff, None)
        self.workforce: Workforce | None = None
        if floor.plan.workforce is not None:
            self.workforce = Workforce(floor, floor.plan.workforce, self._transfer)

    def start(self, residents: int) -> None:
        """Set day 0: places, staff, then residents, who are the first of the children."""
        self._change_places(Bell(self._change_places))
        self._change_staff(Bell(self._change_staff))
        if self.workforce is not None:
            self.workforce.start()
        floor, plan = self.floor, self.floor.plan
        for child in range(residents):
            floor.settle(child, floor.homes[plan.starts_in[child]])
            floor.live_in(child)
        self._improved(floor.every_home)

    def _improved(self, homes: int) -> None:
        floor = self.floor
        for home in floor.homes:
            if homes & home.bit:
                floor.note(home)
        for desk in floor.desks:
            desk.improved(homes)

    def _change_places(self, bell: Bell) -> None:
        floor, now = self.floor, self.floor.clock._now
        touched, closing = 0, []
        while self._change is not None and self._change.day <= now:
            change = self._change
            home = floor.homes[change.home]
            if change.approved is not None:
                home.approve(change.approved)
                for pool, places in enumerate(change.approved):
                    floor.log((now, Kind.APPROVED, -1, home.index, pool, places))
            if change.shut is not None:
                shut = list(change.shut)
                home.shut = shut if self.workforce is None else self.workforce.with_own(home, shut)
                home.use()
                for cause, places in enumerate(home.shut):
                    floor.log((now, Kind.SHUT, -1, home.index, cause, places))
            if change.closes:
                closing.append(home)
            touched |= home.bit
            self._change = next(self._calendar, None)
        if self._change is not None:
            floor.clock.set(bell, self._change.day, PLACES)
        for home in closing:
            self._transfer(home)
        self._improved(touched)

    def _transfer(self, home: HomeState) -> None:
        """A home that closes puts its residents, and those it was to admit, back on the list before all others."""
        floor, now = self.floor, self.floor.clock._now
        floor.note(home)
        for child in floor.in_home(home.index, offered=False):
            floor.log((now, Kind.LEFT, child, home.index, Leaving.HOME_CLOSED, 0.0))
            floor.leave_closed(child)
        for child in floor.in_home(home.index, offered=True):
            floor.lose_offer(child)

    def _change_staff(self, bell: Bell) -> None:
        floor, now, better = self.floor, self.floor.clock._now, 0
        shift, staff, homes, note = self._shift, self._staff, floor.homes, floor.note
        if shift is not None and shift[0] <= now:
            floor.writer.mark(SHIFTS)
        while shift is not None and shift[0] <= now:
            _, index, by_day, by_night, shortage, is_better = shift
            home = homes[index]
            home.roster(by_day, by_night, shortage)
            note(home)
            if is_better:
                better |= home.bit
            shift = next(staff, None)
        self._shift = shift
        if shift is not None:
            floor.clock.set(bell, shift[0], PLACES)
        if better:
            for desk in floor.desks:
                desk.improved(better)
