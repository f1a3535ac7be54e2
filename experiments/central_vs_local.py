"""Central or local commissioning on the estate of 2023: the main job, as a script."""

from pathlib import Path

from sim.jobs import compare
from sim.scenario.load import load_experiment

if __name__ == "__main__":
    compare(load_experiment(["experiment=central_vs_local"]), Path("results/central_vs_local"))
