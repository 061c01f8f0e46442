"""Write the tables with which Kabupaten Contoh, the made-up district, selects a commodity.

Run ``python data/districts/contoh/generate_selection.py``. The CSV files are written in the folders of the district and
of its initiatives. ``selection_texts.yml`` (criteria, values, judges) is written by hand and read here; columns come
from ``data/tables``.

Two runs give the same bytes on any platform: each initiative and cycle has its own seed, only uniform draws and
plain arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the
script or the texts, never the CSV files.
"""

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_cycles, write_table

COMMON = rests_on(__file__)
GRADES = {"p": "primer", "s": "sekunder", "o": "pendapat"}
SHARES = {"p": 0.02, "s": 0.05}  # of the scale: standard deviation of a value that was measured, or published
FIRST_YEAR, LAST_YEAR = 2019, 2025
SAATY = [1 / n for n in range(9, 1, -1)] + list(range(1, 10))
TOTAL = "jumlah"


def wobble(rng, reach):
    """Return a factor around 1."""
    return 1 + reach * (2 * rng.random() - 1)


def build_prices(rng, block):
    """Return the price of each commodity in each year."""
    return [
        {"commodity": row["commodity"], "unit": row["unit"], "year": year,
         "price_idr_per_unit": round(float(row["first"]) * (1 + float(row["growth"])) ** (year - FIRST_YEAR)
                                     * wobble(rng, float(row["wobble"])) / 100) * 100}
        for row in read_block(block) for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]  # fmt: skip


def volatility(prices, commodity, last):
    """Return the coefficient of variation (%) of a commodity's prices up to a year."""
    kept = [p["price_idr_per_unit"] for p in prices if p["commodity"] == commodity and p["year"] <= last]
    mean = sum(kept) / len(kept)
    return round(100 * (sum((p - mean) ** 2 for p in kept) / (len(kept) - 1)) ** 0.5 / mean, 1)


def build_output(rng, block):
    """Return the output of each sector, and their sum, in district and province."""
    rows = []
    for area, first, growth in (
        ("daerah", "district", "district_growth"),
        ("provinsi", "province", "province_growth"),
    ):
        for year in range(LAST_YEAR - 4, LAST_YEAR + 1):
            own = [
                {"area": area, "sector": row["sector"], "year": year, "price_year": 2010,
                 "output_idr_mn": round(float(row[first]) * (1 + float(row[growth])) ** (year - LAST_YEAR + 4)
                                        * wobble(rng, 0.01))}
                for row in read_block(block)
            ]  # fmt: skip
            rows += [*own, own[0] | {"sector": TOTAL, "output_idr_mn": sum(r["output_idr_mn"] for r in own)}]
    return rows


def own_weights(rng, judge, criteria, noise):
    """Return what a judge thinks of each criterion: what all lean to, the party's tilt and an own mind."""
    found = {}
    for row in criteria:
        tilt = dict(pair.split(":") for pair in row["tilt"].split("; ") if pair)
        found[row["criterion"]] = (
            float(row["weight"]) * float(tilt.get(judge["party"], 1)) * wobble(rng, noise / 2)
        )
    return found


def weigh(rng, judge, criteria, noise):
    """Return a judge's points or ranks, and comparisons in pairs."""
    own = own_weights(rng, judge, criteria, noise)
    names, way, top = list(own), judge["way"], max(own.values())
    if way == "perbandingan":
        pairs = [
            (a, b, own[a] / own[b] * wobble(rng, noise)) for i, a in enumerate(names) for b in names[i + 1 :]
        ]
        nearest = [(a, b, min(SAATY, key=lambda s: max(s / r, r / s))) for a, b, r in pairs]
        return [], [
            {
                "judge_id": judge["judge_id"],
                "row_criterion": a,
                "column_criterion": b,
                "times": round(times, 4),
            }
            for a, b, times in nearest
        ]
    ranked = sorted(names, key=lambda name: -own[name])
    values = {
        "langsung": lambda name: round(100 * own[name] / sum(own.values())),
        "ayunan": lambda name: 5 * round(20 * own[name] / top),
        "urutan": lambda name: 1 + ranked.index(name),
    }[way]  # fmt: skip
    said = {"judge_id": judge["judge_id"], "method": way}
    return [said | {"criterion": name, "value": values(name)} for name in names], []


def score(rng, cell, judges, commodity, reach):
    """Return the rows of one cell: of the data, or an opinion of each judge who scores."""
    criterion, stated = cell
    if stated == "x":
        return []
    number, grade = float(stated[:-1]), stated[-1]
    about = {"commodity": commodity, "criterion": criterion["criterion"], "evidence": GRADES[grade]}
    low, high = float(criterion["scale_low"]), float(criterion["scale_high"])
    if grade != "o":
        spread = round(SHARES[grade] * (high - low), 2)
        return [about | {"given_by": "data", "value": f"{number:g}", "spread": spread}]
    rows, step = [], (high - low) / 8
    for judge in judges:
        own = 0.6 * step if judge["own_commodity"] == commodity else 0
        said = low + step * round((number + own + 2 * step * reach * (2 * rng.random() - 1) - low) / step)
        rows.append(
            about | {"given_by": judge["judge_id"], "value": f"{max(low, min(high, said)):g}", "spread": ""}
        )
    return rows


def build_cycle(initiative, cycle, said, texts, prices):
    """Return the tables of one initiative and cycle; judges without a way have not weighed yet."""
    rng = np.random.default_rng([SEED, 6, list(texts["cycles"]).index(initiative), cycle])
    criteria, judges = (read_block(texts[key][initiative]) for key in ("criteria", "judges"))
    points, pairs, scores = [], [], []
    for judge in judges:
        found = weigh(rng, judge, criteria, said["noise"]) if judge["way"] else ([], [])
        points, pairs = points + found[0], pairs + found[1]
    by_key = {row["key"]: row for row in criteria}
    scorers = [judge for judge in judges if judge["scores"] == "ya"]
    for row in read_block(texts["values"][f"{initiative}-{cycle}"]):
        commodity = row.pop("commodity")
        for key, stated in row.items():
            scores += score(rng, (by_key[key], stated), scorers, commodity, said["reach"])
        if initiative == "kopi":
            stated = f"{volatility(prices, commodity, said['last_price'])}s"
            scores += score(rng, (by_key["c8"], stated), scorers, commodity, said["reach"])
    decided = [row for row in read_block(texts["decided"]) if row.pop("at") == f"{initiative}-{cycle}"]
    agreed, seen = str(said["agreed"]), str(said["seen"])
    asked = [{k: v for k, v in row.items() if k not in ("key", "weight", "tilt")} for row in criteria]
    people = [{k: judge[k] for k in ("judge_id", "party", "own_commodity")} for judge in judges]
    tables = {
        "selection_criteria": [row | {"agreed_date": agreed, "data_date": agreed} for row in asked],
        "selection_judges": [row | {"data_date": agreed} for row in people],
        "criteria_judgements": [row | {"judged_date": agreed, "data_date": agreed} for row in points],
        "pairwise_judgements": [row | {"judged_date": agreed, "data_date": agreed} for row in pairs],
        "commodity_scores": [row | {"seen_date": seen, "data_date": seen} for row in scores],
        "commodity_decision": [row | {"data_date": row["decision_date"]} for row in decided],
    }  # fmt: skip
    return {name: [COMMON | {"cycle": cycle} | row for row in rows] for name, rows in tables.items()}


def main():
    """Write prices and output of the district, and the tables of each initiative that has any row."""
    texts = read_yaml(HERE / "selection_texts.yml")
    rng = np.random.default_rng([SEED, 6])
    prices, output = build_prices(rng, texts["prices"]), build_output(rng, texts["output"])
    for table, rows in (("commodity_prices", prices), ("regional_output", output)):
        write_table(HERE, table, [row | COMMON | {"data_date": f"{row['year'] + 1}-03-02"} for row in rows])
    for initiative, cycles in texts["cycles"].items():
        built = [build_cycle(initiative, cycle, said, texts, prices) for cycle, said in cycles.items()]
        write_cycles(HERE / initiative, built)


if __name__ == "__main__":
    main()
