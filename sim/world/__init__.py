"""Everything random, drawn before the clock starts, as columns."""

from sim.world.world import World, draw_world

__all__ = ["World", "draw_world"]
