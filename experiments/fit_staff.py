"""The one parameter of staff that is fitted: people on shift for one staff unit, to the places available in 2023."""

from pathlib import Path

from sim.study.fit import fit

if __name__ == "__main__":
    fit(
        key="workforce.hours.staff_per_unit",
        measure="available_over_approved",
        target=203 / 230,
        low=0.68,
        high=0.8,
        source="DfE, 31 March 2023: 203 of 230 approved places available (0.883); 0.81 to 0.91 in other counts",
        overrides=("workforce=posts",),
        tries=3,
    ).write(Path("docs/evidence/staff_fit.json"))
