"""One scenario per Hydra job, for Hydra's own launchers, such as submitit on Slurm.

    python experiments/hydra_job.py -m commissioning=today,regional run=quick hydra.sweep.dir=results/jobs \
      hydra/launcher=submitit_slurm hydra.launcher.cpus_per_task=4 run.workers=4

Every job plays all replications of its scenario into hydra.sweep.dir, as `placesim sweep` would. A scenario that is
finished there is not played again. On one machine `placesim sweep` is quicker.
"""

from pathlib import Path
from typing import Any

import hydra
from hydra.core.hydra_config import HydraConfig

from sim.scenario.load import load_scenario
from sim.scenario.sources import config_dirs
from sim.study.sweep.single import play_one


@hydra.main(version_base="1.3", config_path=str(config_dirs()[0]), config_name="config")
def job(_composed: Any) -> None:
    """Hydra finds the jobs and hands them out; placesim reads the overrides of each by its own rules."""
    about = HydraConfig.get()
    texts = list(about.overrides.task)
    own = [source.path for source in about.runtime.config_sources if source.provider == "command-line"]
    folder = Path(about.sweep.dir if about.mode.name == "MULTIRUN" else about.run.dir)
    settings = {text.partition("=")[0].lstrip("+"): text.partition("=")[2] for text in texts}
    print(play_one(load_scenario(texts, own[0] if own else None), settings, folder.resolve()))


if __name__ == "__main__":
    job()
