"""Broken overrides, configs and CSV files, each with what its one line must name."""

from tests.face.bad.csv_files import CSV
from tests.face.bad.one import Bad
from tests.face.bad.overrides import OVERRIDES
from tests.face.bad.words import EXPERIMENTS, WORDS
from tests.face.bad.yaml_files import YAML

EVERY = (*OVERRIDES, *WORDS, *EXPERIMENTS, *YAML, *CSV)

__all__ = ["EVERY", "Bad"]
