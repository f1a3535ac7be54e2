# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Central against local
#
# Reads `results/demo` (`placesim compare experiment=central_vs_local out=results/demo`).

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

DEMO = Path(os.environ.get("PLACESIM_RESULTS", "../results")) / "demo"
differences = pd.read_csv(DEMO / "differences.csv")
splits = pd.read_csv(DEMO / "splits.csv")
BLUE, ORANGE, GREY = "#12436D", "#F46A25", "#3D3D3D"

# %% [markdown]
# ## Coordination or refusal?
#
# A national panel does two things: it decides together, and it takes a ground of refusal away. The split tells how
# much each adds.

# %%
print(
    splits[["part", "measure", "difference", "lower_95", "upper_95", "unit"]].round(2).to_string(index=False)
)

# %% [markdown]
# ## Who gains?
#
# The share of referred children who are placed, by region: local and national panel, each against today.

# %%
region = differences.query("measure == 'share_placed' and group == 'region'")
figure, axes = plt.subplots(figsize=(9, 5), layout="constrained")
for at, (scenario, colour) in enumerate((("local", ORANGE), ("national_panel", BLUE))):
    rows = region[region["scenario"] == scenario].reset_index(drop=True)
    reach = [100 * (rows["difference"] - rows["lower_95"]), 100 * (rows["upper_95"] - rows["difference"])]
    place = rows.index + 0.2 * at
    axes.errorbar(
        100 * rows["difference"], place, xerr=reach, fmt="os"[at], color=colour, capsize=3, label=scenario
    )
axes.set_yticks(rows.index, rows["level"])
axes.axvline(0, color=GREY)
axes.legend(frameon=False)
axes.set_xlabel("Share placed, difference from today in percentage points (95% interval)")
axes.set_title("Share of referred children placed, by region of origin")

# %% [markdown]
# ## Which children?
#
# A panel that goes by need places other children, not only more of them.

# %%
need = differences.query("measure == 'share_placed' and group == 'need' and scenario == 'national_panel'")
print(need[["level", "difference", "lower_95", "upper_95"]].round(3).to_string(index=False))
