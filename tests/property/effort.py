"""How many examples a property is tried on: a few in `make test`, many in `make prove`, always the same ones.

A failing example is shown as it was found. PLACESIM_SHRINK=1 looks for the smallest one, which takes minutes.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

PROVING, SHRINKING = "PLACESIM_PROVE", "PLACESIM_SHRINK"


def examples(few: int, many: int) -> settings:
    """Settings of one property: `few` examples in a test run, `many` in a proof."""
    return settings(
        max_examples=many if os.environ.get(PROVING) else few,
        phases=(Phase.generate, Phase.shrink) if os.environ.get(SHRINKING) else (Phase.generate,),
        derandomize=True,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
