"""Broken CSV files in a folder of the user's own."""

from tests.face.bad.one import Bad, homes

HEAD = "name,region,easting_m,northing_m,welfare_places,opens,closes,sexes,serves\n"
GOOD = "Elm,North East,428400,439400,8,,,mixed,\n"
SHUT_HEAD = "home,start,end,places,cause\n"

CSV = (
    homes("empty file", "", "the file is empty", "name, operator"),
    homes("header alone", HEAD, "estate.homes", "no rows", "1 or more"),
    homes(
        "unknown column",
        HEAD.replace("sexes", "sex") + GOOD,
        "row 1",
        "sex",
        "no such column",
        "nearest sexes",
    ),
    homes("missing column", "name,easting_m,northing_m\nElm,1,2\n", "row 1", "region", "missing"),
    homes("column twice", HEAD.replace("opens", "sexes") + GOOD, "row 1", "sexes", "twice"),
    homes(
        "column without a name",
        "name,region,easting_m,northing_m,\nElm,London,1,2,\n",
        "row 1",
        "no such column",
    ),
    homes(
        "text for places",
        HEAD + GOOD + "Oak,London,1,2,eight,,,mixed,\n",
        "row 3",
        "welfare_places",
        "given eight",
        "a whole number, 0 or more",
    ),
    homes(
        "fraction of a place", HEAD + "Oak,London,1,2,8.5,,,mixed,\n", "row 2", "welfare_places", "given 8.5"
    ),
    homes(
        "negative places in a row",
        HEAD + GOOD + "\nOak,London,1,2,-8,,,mixed,\n",
        "row 4",
        "welfare_places",
        "given -8",
        "0 or more",
    ),
    homes(
        "thousands",
        HEAD + 'Oak,London,"428,400",2,8,,,mixed,\n',
        "row 2",
        "easting_m",
        "given 428,400",
        "a number (metres)",
    ),
    homes(
        "date of a spreadsheet",
        HEAD + "Oak,London,1,2,8,01/04/2024,,mixed,\n",
        "row 2",
        "opens",
        "given 01/04/2024",
        "2023-03-31",
    ),
    homes(
        "unknown choice",
        HEAD + "Oak,London,1,2,8,,,girl,\n",
        "row 2",
        "sexes",
        "given girl",
        "mixed, girls, boys",
        "nearest girls",
    ),
    homes("empty cell that is needed", HEAD + "Oak,,1,2,8,,,mixed,\n", "row 2", "region", "missing"),
    homes("same home twice", HEAD + GOOD + GOOD, "row 3", "name", "Elm, as in row 2"),
    homes("ragged row", HEAD + "Oak,London,1,2\n", "row 2", "wrong number of cells", "given 4", "allowed 9"),
    homes(
        "Latin-1",
        (HEAD + GOOD + "Ty Gwl\xe2n,Wales,1,2,8,,,mixed,\n").encode("latin-1"),
        "row 3",
        "0xe2",
        "UTF-8",
    ),
    homes("UTF-16", (HEAD + GOOD).encode("utf-16"), "UTF-16", "UTF-8"),
    homes("spreadsheet", b"PK\x03\x04rest", "a spreadsheet", "CSV UTF-8"),
    homes("NUL byte", HEAD + GOOD + "O\0k,London,1,2,8,,,mixed,\n", "row 3", "NUL"),
    homes("semicolons", (HEAD + GOOD).replace(",", ";"), "row 1", "commas"),
    homes("quote left open", HEAD + '"Oak,London,1,2,8,,,mixed,\n', "row 2", "not CSV"),
    homes(
        "row that closes before it opens",
        HEAD + "Oak,London,1,2,8,2024-05-01,2024-04-01,mixed,\n",
        "row 2",
        "Oak opens 2024-05-01 but closes 2024-04-01",
    ),
    homes(
        "row in no region",
        HEAD + GOOD + "Oak,Lundon,1,2,8,,,mixed,\n",
        "row 3",
        "names region Lundon",
        "nearest London",
    ),
    homes(
        "row that serves no region",
        HEAD + GOOD + "Oak,London,1,2,8,,,mixed,London;Wails\n",
        "row 3",
        "names region Wails",
        "nearest Wales",
    ),
    homes("several errors", HEAD + "Oak,London,1,2,-8,,,girl,\n", "row 2", "welfare_places", "(and 1 more)"),
    Bad(
        "row about no home",
        ("mine/estate/shut.csv row 2", "names home Lansdown", "nearest Lansdowne"),
        ("--config-dir", "mine", "estate.shut_file=shut.csv"),
        {"mine/estate/shut.csv": SHUT_HEAD + "Lansdown,2024-01-01,,,works\n"},
    ),
    Bad(
        "row that ends before it starts",
        ("mine/estate/shut.csv row 2", "Lansdowne is shut", "allowed a later end"),
        ("--config-dir", "mine", "estate.shut_file=shut.csv"),
        {"mine/estate/shut.csv": SHUT_HEAD + "Lansdowne,2024-01-01,2023-01-01,,works\n"},
    ),
    Bad(
        "origin in no region",
        ("mine/demand/few.csv row 3", "demand.origins", "Lundon", "nearest London"),
        ("--config-dir", "mine", "demand.origins_file=few.csv"),
        {
            "mine/demand/few.csv": "code,name,nation,region,easting_m,northing_m,weight\n"
            "W1,Wales,Wales,Wales,1,2,1\nE1,Barnet,England,Lundon,1,2,1\n"
        },
    ),
    Bad(
        "origin twice",
        ("mine/demand/few.csv row 3", "code", "W1, as in row 2"),
        ("--config-dir", "mine", "demand.origins_file=few.csv"),
        {
            "mine/demand/few.csv": "code,name,nation,region,easting_m,northing_m,weight\n"
            "W1,Wales,Wales,Wales,1,2,1\nW1,Cardiff,Wales,Wales,1,2,1\n"
        },
    ),
)
