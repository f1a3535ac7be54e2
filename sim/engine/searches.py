"""How an authority's search for a place may end."""

from __future__ import annotations

from sim.engine.log import Ending

# when the search for a place is over and how it ends, and when the authority first asks Scotland, if before then
Search = tuple[float, int, float]
WITHDRAWN, AGED_18 = int(Ending.WITHDRAWN), int(Ending.AGED_18)
