# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Staff
#
# How do vacancies and the rule go together? Make the sweep first: `placesim sweep commissioning=today,national_panel
# workforce.vacancy.mean=0.05,0.2,0.35 run=quick out=results/staff`.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt

import sim

STAFF = Path(os.environ.get("PLACESIM_RESULTS", "../results")) / "staff"
levels = sim.read_sweep(STAFF)  # a row for each measure and scenario, with what the sweep sets beside it
COLOURS = {"today": "#12436D", "national_panel": "#F46A25"}

# %% [markdown]
# ## Vacancies make the list

# %%
figure, panels = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
wanted = (
    ("children_waiting_mean", "Children waiting on a mean day", 1),
    ("staffed_over_approved", "Staffed over approved places, per cent", 100),
)
for axes, (measure, words, times) in zip(panels, wanted, strict=True):
    for rule, colour in COLOURS.items():
        mine = (levels["measure"] == measure) & (levels["group"] == "all") & (levels["commissioning"] == rule)
        rows = levels[mine].sort_values("workforce.vacancy.mean")
        reach = [times * (rows["value"] - rows["lower_95"]), times * (rows["upper_95"] - rows["value"])]
        vacancy = rows["workforce.vacancy.mean"]
        axes.errorbar(vacancy, times * rows["value"], yerr=reach, color=colour, capsize=4, label=rule)
    axes.set_xlabel("Vacancies, share of posts")
    axes.set_ylabel(f"{words} (95% interval)")
panels[0].legend(frameon=False)
figure.suptitle("More vacancies, fewer staffed places, a longer list")
