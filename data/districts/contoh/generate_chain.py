"""Write the tables of the chain analysis of Kabupaten Contoh, the made-up district of the workshops.

Run ``python data/districts/contoh/generate_chain.py`` after ``generate_concept.py``, whose links of the market
chain it reads: what an actor brings in and sells stands there, and the mass balance is drawn to hold. One loss is
planted and explained: what a village enterprise sorts out. ``chain_texts.yml`` is written by hand.

Two runs give the same bytes on any platform: each table has its own seed, only uniform draws and plain arithmetic
are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the script or the
texts, never the CSV files.
"""

import csv

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
STEP = 10  # kg of a month


def read_flows(initiative, cycle):
    """Return what each actor sells and buys in kilograms a month, of links that run."""
    sold, bought = {}, {}
    path = HERE / initiative / "market_chain_links.csv"
    for row in csv.DictReader(path.open(encoding="utf-8")):
        if (row["cycle"], row["unit"], row["status"]) == (str(cycle), "kg", "berjalan"):
            volume = float(row["volume"])
            sold[row["from_actor_id"]] = sold.get(row["from_actor_id"], 0) + volume
            bought[row["to_actor_id"]] = bought.get(row["to_actor_id"], 0) + volume
    return sold, bought


def draw_nodes(rng, text, initiative, cycle):
    """Give each node what it made, lost and kept, so that the difference is the drawn one, at most 2 percent."""
    rows, (sold, bought) = [], read_flows(initiative, cycle)
    for row in read_block(text):
        going, coming = sold.get(row["actor_id"], 0), bought.get(row["actor_id"], 0)
        left_pct = float(row.pop("left percent")) * (0.8 + 0.4 * rng.random())
        kept_share = float(row.pop("kept share"))
        if not coming:  # a producer: what it sold, lost and kept was made there
            rest = STEP * round(going * float(row.pop("rest percent")) / 100 / STEP)
            row["produced"] = STEP * round((going + rest) / (1 - left_pct / 100) / STEP)
        else:
            row.pop("rest percent")
            rest = STEP * round((coming - going - coming * left_pct / 100) / STEP)
        kept = STEP * round(rest * kept_share / STEP)
        rows.append(row | COMMON | {"used": kept, "lost": rest - kept, "cycle": cycle})
    return rows


def spread(text, cycles):
    """Return the rows of each cycle; of columns "name 2025" and "name 2026" each has its own."""
    rows = []
    for cycle in cycles:
        for row in read_block(text):
            for name in list(row):
                head, _space, year = name.rpartition(" ")
                if year.isdigit():
                    value = row.pop(name)
                    row |= {head: value} if int(year) == cycle else {}
            if str(cycle) in row.pop("cycles", str(cycle)).split():
                rows.append(COMMON | row | {"cycle": cycle})
    return rows


def main():
    """Write every table of the chain analysis."""
    texts = read_yaml(HERE / "chain_texts.yml")
    for number, (initiative, tables) in enumerate(texts["initiatives"].items()):
        cycles = texts["cycles"][initiative]
        for table, text in tables.items():
            if table == "chain_nodes":
                rng = np.random.default_rng([SEED, 6, number])
                rows = [row for cycle in cycles for row in draw_nodes(rng, text, initiative, cycle)]
            else:
                rows = spread(text, cycles)
            day = texts["data_dates"][table]
            write_table(
                HERE / initiative, table, [row | {"data_date": f"{row['cycle']}-{day}"} for row in rows]
            )


if __name__ == "__main__":
    main()
