# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Money
#
# Reads `results/demo` (`placesim compare experiment=central_vs_local out=results/demo`). Each price is in the money
# of its own year; most prices are not published, so read the differences with care.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

DEMO = Path(os.environ.get("PLACESIM_RESULTS", "../results")) / "demo"
levels = pd.read_csv(DEMO / "levels.csv")
differences = pd.read_csv(DEMO / "differences.csv")
COSTS = {
    "placement_cost_per_year": ("Secure placements", "#12436D"),
    "fallback_cost_per_year": ("Settings taken instead", "#F46A25"),
    "justice_contract_cost_per_year": ("Contracted justice places", "#BFBFBF"),
}

# %% [markdown]
# ## What a year costs under each rule, £ million

# %%
whole = levels[(levels["group"] == "all") & levels["measure"].isin(COSTS)]
table = whole.pivot(index="scenario", columns="measure", values="value")[list(COSTS)]
print(table.rename(columns={name: words for name, (words, _) in COSTS.items()}).round(1).to_string())

# %%
figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
left = pd.Series(0.0, index=table.index)
for measure, (words, colour) in COSTS.items():
    axes.barh(table.index, table[measure], left=left, color=colour, edgecolor="white", label=words)
    left = left + table[measure]
axes.legend(frameon=False, loc="lower left", bbox_to_anchor=(0, 1.08), ncols=3)
axes.set_xlabel("£ million a year, mean of the replications")
axes.set_title("What a year costs under each rule, by what is paid for")

# %% [markdown]
# ## Differences from today, £ million a year (95% interval)

# %%
gap = differences[(differences["group"] == "all") & differences["measure"].isin(COSTS)]
print(gap[["scenario", "measure", "difference", "lower_95", "upper_95"]].round(1).to_string(index=False))
