# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Capacity
#
# Reads `results/capacity/answers/ladder` (`placesim ladder run.replications=10`): ten places fewer, and ten, twenty
# and thirty more, under each rule and three demands, on the same children.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

LADDER = (
    Path(os.environ.get("PLACESIM_RESULTS", "../results")) / "capacity" / "answers" / "ladder" / "ladder.csv"
)
ladder = pd.read_csv(LADDER)
COLOURS = ["#12436D", "#28A197", "#801650", "#F46A25"]

# %% [markdown]
# ## Children waiting on a mean day, by places and rule, with demand as now

# %%
waiting = ladder[(ladder["measure"] == "children_waiting_mean") & (ladder["demand"] == "Demand as now")]
print(waiting.pivot(index="places", columns="rule", values="value").round(1).to_string())

# %%
figure, axes = plt.subplots(figsize=(9, 4), layout="constrained")
for colour, (rule, rows) in zip(COLOURS, waiting.groupby("rule", sort=False), strict=False):
    below, above = rows["value"] - rows["lower_95"], rows["upper_95"] - rows["value"]
    axes.errorbar(
        rows["places"], rows["value"], yerr=[below, above], color=colour, capsize=3, marker="o", label=rule
    )
axes.legend(frameon=False)
axes.set_ylim(bottom=0)
axes.set_xlabel("Approved places more than now")
axes.set_ylabel("Children waiting on a mean day (95% interval)")
axes.set_title("How far places shorten the list under each rule")

# %% [markdown]
# ## What each step gains, against no place more under the same rule and demand

# %%
gained = ladder[(ladder["measure"] == "share_placed") & (ladder["places"] != 0)]
columns = ["demand", "rule", "places", "difference", "difference_lower_95", "difference_upper_95"]
print((gained[columns].set_index(columns[:3]) * 100).round(1).to_string())
