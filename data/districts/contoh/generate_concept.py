"""Write the tables of the concept stage of Kabupaten Contoh, the made-up district of the workshops.

Run ``python data/districts/contoh/generate_concept.py``. The CSV files are written in the folders of the
initiatives. ``concept_texts.yml`` is written by hand and read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each table has its own seed, only uniform draws and plain
arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit
the script or the texts, never the CSV files.
"""

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
POVERTY_SOURCE = "DTSEN desil 1-4 (rekaan)"
PRICE_STEP_IDR = 500
VOLUME_STEP = 50


def draw_between(rng, bounds, step):
    """Return a multiple of ``step`` drawn between the bounds, which are text such as "74-80"."""
    low, high = (int(bound) for bound in bounds.split("-"))
    return step * round((low + (high - low) * rng.random()) / step)


def draw_scope(rng, text, about):
    """Give each place its households; the last chosen one makes the stated share of the poor come true."""
    rows, drawn = read_block(text), {}
    for row in rows:
        if row["village_code_kemendagri"] not in drawn:
            households = about["households"]["low"] + round(about["households"]["span"] * rng.random())
            percent = about["households"]["poor_low"] + about["households"]["poor_span"] * rng.random()
            if row["status"] == "ditetapkan":
                percent += 17
            drawn[row["village_code_kemendagri"]] = [households, round(households * percent / 100)]
    chosen = [r["village_code_kemendagri"] for r in rows if r["status"] == "ditetapkan"]
    if chosen:
        wanted = round(sum(drawn[code][0] for code in chosen) * about["poor_share_of_chosen_pct"] / 100)
        drawn[chosen[-1]][1] = wanted - sum(drawn[code][1] for code in chosen[:-1])
    for row in rows:
        households, poor = drawn[row["village_code_kemendagri"]]
        row |= COMMON | {"households": households, "poor_households": poor, "poverty_source": POVERTY_SOURCE}
    return rows


def draw_chain(rng, text, cycles, day):
    """Return the links of each cycle in which they are there, with drawn volumes and prices."""
    rows = []
    for cycle in cycles:
        for link in read_block(text):
            volume, price = link.pop("low-high volume"), link.pop("low-high price")
            drawn = {
                "volume": draw_between(rng, volume, VOLUME_STEP),
                "price_idr_per_unit": PRICE_STEP_IDR * round(
                    1_000 * draw_between(rng, price, 1) * (1 + 0.05 * (cycle - 2025)) / PRICE_STEP_IDR),
            }  # fmt: skip
            if str(cycle) in link.pop("cycles").split():
                rows.append(COMMON | link | drawn | {"cycle": cycle, "data_date": f"{cycle}-{day}"})
    return rows


def write_day(text, cycle):
    """Return the ISO date of a month and day, of the next year after "+"."""
    return f"{cycle + text.startswith('+')}-{text.removeprefix('+')}"


def build_timeline(text, cycles, day):
    """Return the activities of each cycle."""
    rows = []
    for cycle in cycles:
        for row in read_block(text):
            days = {
                (name, int(year)): row.pop(f"{name} {year}")
                for name in ("start", "finish")
                for year in cycles
            }
            dates = {f"{name}_date": write_day(days[name, cycle], cycle) for name in ("start", "finish")}
            rows.append(COMMON | row | dates | {"cycle": cycle, "data_date": f"{cycle}-{day}"})
    return rows


def build_targets(text, cycles, day):
    """Return the assumptions and targets of each cycle, with what is there before."""
    rows = []
    for cycle in cycles:
        for row in read_block(text):
            before = {year: row.pop(f"baseline {year}") for year in cycles}[cycle]
            rows.append(COMMON | row | {"baseline": before, "cycle": cycle, "data_date": f"{cycle}-{day}"})
    return rows


def main():
    """Write every table of the concept stage."""
    texts = read_yaml(HERE / "concept_texts.yml")
    days = texts["data_dates"]
    for number, (initiative, tables) in enumerate(texts["initiatives"].items()):
        cycles = texts["cycles"][initiative]
        for table, text in tables.items():
            rng = np.random.default_rng([SEED, 5, number])
            if table == "trial_scope":
                rows = draw_scope(rng, text, texts)
            elif table == "market_chain_links":
                rows = draw_chain(rng, text, cycles, days[table])
            elif table == "timeline":
                rows = build_timeline(text, cycles, days[table])
            elif table == "targets":
                rows = build_targets(text, cycles, days[table])
            else:
                rows = [row | COMMON for row in read_block(text)]
            write_table(HERE / initiative, table, rows)


if __name__ == "__main__":
    main()
