# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
# ---

# %% [markdown]
# # Your own data
#
# `placesim template out=returns` writes the forms and a worked example. Then
# `placesim run data=returns/example run.replications=20 out=results/mine` plays the referrals that happened.
# This notebook holds what was observed against what the model gives.

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

MINE = Path(os.environ.get("PLACESIM_RESULTS", "../results")) / "mine"
observed = pd.read_csv(MINE / "observed.csv")
BLUE, ORANGE = "#12436D", "#F46A25"

# %% [markdown]
# ## Observed beside modelled

# %%
columns = ["measure", "level", "observed", "modelled", "lower", "upper", "inside"]
print(observed[columns].round(2).to_string(index=False))

# %%
shares = observed[observed["measure"] == "outcome_share"].reset_index(drop=True)
seen = pd.to_numeric(shares["observed"], errors="coerce")  # 'c' where a count is too small to show
figure, axes = plt.subplots(figsize=(9, 4.5), layout="constrained")
reach = [100 * (shares["modelled"] - shares["lower"]), 100 * (shares["upper"] - shares["modelled"])]
axes.errorbar(
    100 * shares["modelled"], shares.index, xerr=reach, fmt="o", color=BLUE, capsize=4, label="modelled"
)
axes.plot(100 * seen, shares.index, "D", color=ORANGE, label="observed")
axes.set_yticks(shares.index, shares["level"])
axes.legend(frameon=False)
axes.set_xlabel("Per cent of referrals (lines: 95% of replications)")
axes.set_title("What came of the referrals, observed and modelled")
