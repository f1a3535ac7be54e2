# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # A tour in five minutes
#
# Make the results first (a few minutes): `make demo`, or
# `placesim compare experiment=central_vs_local out=results/demo`.
# This notebook reads them and plots; it plays nothing.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

RESULTS = Path(os.environ.get("PLACESIM_RESULTS", "../results"))
DEMO = RESULTS / "demo"
differences = pd.read_csv(DEMO / "differences.csv")
levels = pd.read_csv(DEMO / "levels.csv")
measures = pd.read_parquet(DEMO / "measures.parquet")
BLUE, GREY = "#12436D", "#3D3D3D"

# %% [markdown]
# ## What changes, with 95% intervals
#
# Each row is one rule minus today on the same children. Where an interval spans zero, no difference is shown.

# %%
placed = differences.query("measure == 'children_placed_per_year' and group == 'all'")
print(placed[["scenario", "difference", "lower_95", "upper_95"]].round(1).to_string(index=False))

# %%
figure, axes = plt.subplots(figsize=(9, 3.5), layout="constrained")
reach = [placed["difference"] - placed["lower_95"], placed["upper_95"] - placed["difference"]]
axes.errorbar(placed["difference"], placed["scenario"], xerr=reach, fmt="o", color=BLUE, capsize=4)
axes.axvline(0, color=GREY)
axes.set_xlabel("Children placed a year, difference from today (95% interval)")
axes.set_title("More or fewer children placed under each rule than today")

# %% [markdown]
# ## The luck behind an interval
#
# One dot is one replication: the same children and the same luck under every rule.

# %%
whole = measures.query("measure == 'children_placed_per_year' and group == 'all'")
by_world = whole.pivot(index="replication", columns="scenario", values="value")
gap = by_world.drop(columns="today").sub(by_world["today"], axis=0)
figure, axes = plt.subplots(figsize=(9, 3.5), layout="constrained")
for at, scenario in enumerate(gap.columns):
    axes.plot(gap[scenario], [at] * len(gap), "o", color=BLUE, alpha=0.5)
axes.set_yticks(range(len(gap.columns)), gap.columns)
axes.axvline(0, color=GREY)
axes.set_xlabel("Children placed a year, difference from today in each replication")
axes.set_title("A difference holds in most worlds, or it does not")

# %% [markdown]
# ## Where to go next
#
# `report.html` in the same folder has every measure in words. The other notebooks look closer at central against
# local, at staff, at money, and at data of your own.
