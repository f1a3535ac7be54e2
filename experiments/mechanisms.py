"""Why children wait beside empty places: each mechanism switched off in turn."""

from pathlib import Path

from sim.jobs import compare
from sim.scenario.load import load_experiment

if __name__ == "__main__":
    compare(load_experiment(["experiment=mechanisms"]), Path("results/mechanisms"))
