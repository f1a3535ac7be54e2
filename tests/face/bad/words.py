"""Broken verbs, options, folders and experiments on the command line; broken experiment files."""

from tests.face.bad.one import Bad, experiment

STREAM = "demand.streams.welfare_england"
EXPERIMENT = """\
title: Mine
baseline: today
scenarios:
  today: {title: Today, overrides: [commissioning=today]}
  panel: {title: Panel, overrides: [commissioning=national_panel]}
primary: [children_placed_per_year]
"""

WORDS = (
    Bad(
        "one part of what was left out",
        ("command line", "legal.orders.first_max_days", "missing", "a number (days), above 0"),
        ("legal=none", "legal.orders.renewal=0.5"),
    ),
    Bad(
        "a part under a value that was just given",
        ("command line", "legal.under_13_days.days", "legal.under_13_days is [1]"),
        ("legal.under_13_days=[1]", "legal.under_13_days.days=3"),
    ),
    Bad(
        "an entry taken out of a list",
        ("command line", f"{STREAM}.patience.0", "cannot be taken out", f"{STREAM}.patience=[...]"),
        (f"~{STREAM}.patience.0",),
    ),
    Bad(
        "no such folder",
        ("command line", "--config-dir", "given mien", "nearest mine"),
        ("--config-dir", "mien"),
        {"mine/estate/mine.yaml": "name: mine\n"},
    ),
    Bad(
        "folder of something else",
        ("command line", "--config-dir", "given mine", "estate, demand"),
        ("--config-dir", "mine"),
        {"mine/readme.txt": "hello\n"},
    ),
    Bad("no folder given", ("command line", "--config-dir", "FOLDER"), ("--config-dir",)),
    Bad("unknown verb", ("command line", "given shwo", "compare, run, show", "nearest show"), (), {}, "shwo"),
    Bad("no verb", ("command line", "given run.seed=1", "the verb comes first"), (), {}, "run.seed=1"),
    Bad("unknown flag", ("command line", "--confg-dir", "nearest --config-dir"), ("--confg-dir=mine",)),
    Bad(
        "out is a file",
        ("command line", "out", "given 'taken'", "a folder"),
        ("out=taken",),
        {"taken": "x"},
        "run",
    ),
    Bad("out is empty", ("command line", "out", "a folder"), ("out=",), {}, "run"),
    Bad("out of a verb that writes nothing", ("command line", "out", "show"), ("out=x",)),
    Bad(
        "no experiment", ("command line", "experiment", "none chosen", "central_vs_local"), (), {}, "compare"
    ),
    Bad(
        "override that changes nothing",
        ("command line", "commissioning", "every scenario of experiment"),
        ("experiment=central_vs_local", "commissioning=local"),
        {},
        "compare",
    ),
)

EXPERIMENTS = (
    experiment(
        "unknown baseline",
        EXPERIMENT.replace("baseline: today", "baseline: tody"),
        "experiment.baseline",
        "names tody",
        "today, panel",
        "nearest today",
    ),
    experiment(
        "unknown pair",
        EXPERIMENT + "compare: [today, pannel]\n",
        "experiment.compare",
        "pannel",
        "nearest panel",
    ),
    experiment(
        "unknown step of a split",
        EXPERIMENT + "splits: [{title: S, parts: [{name: a, from: today, to: pane}]}]\n",
        "experiment.splits",
        "pane",
        "nearest panel",
    ),
    experiment(
        "unknown key of an experiment", EXPERIMENT + "stres: {}\n", "experiment.stres", "nearest stress"
    ),
    experiment(
        "six measures",
        EXPERIMENT.replace("[children_placed_per_year]", "[a, b, c, d, e, f]"),
        "experiment.primary",
        "1 to 5",
    ),
    experiment(
        "unknown option of a scenario",
        EXPERIMENT.replace("=national_panel", "=nationl_panel"),
        "scenario panel",
        "commissioning",
        "given nationl_panel",
        "nearest national_panel",
    ),
    experiment(
        "wrong value of a scenario",
        EXPERIMENT.replace("[commissioning=today]", "[run.seed=-1]"),
        "scenario today",
        "run.seed",
        "given -1",
        "0 or more",
    ),
    experiment(
        "another seed in one scenario",
        EXPERIMENT.replace("[commissioning=national_panel]", "[run.seed=5]"),
        "scenario panel",
        "run.seed",
        "given 5",
        "as in today",
    ),
    experiment(
        "unknown measure",
        EXPERIMENT.replace("children_placed_per_year", "children_placed_a_year"),
        "experiment.primary",
        "given children_placed_a_year",
        "nearest children_placed_per_year",
    ),
    experiment(
        "wrong stress",
        EXPERIMENT + "stress: {few: {title: Few, overrides: [workforce.vacncy.mean=0.1]}}\n",
        "stress few",
        "workforce.vacncy",
        "nearest vacancy",
    ),
    experiment(
        "name of a scenario",
        EXPERIMENT.replace("panel: {", "../panel: {"),
        "experiment.scenarios.../panel",
        "no such name",
        "letters",
    ),
    experiment(
        "class path in an experiment", EXPERIMENT + "_target_: os.system\n", "_target_", "configs are data"
    ),
    experiment(
        "experiment in an experiment",
        EXPERIMENT.replace("[commissioning=today]", "[experiment=none]"),
        "scenario today",
        "cannot change itself",
    ),
)
