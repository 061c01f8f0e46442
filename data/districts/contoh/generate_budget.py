"""Write the budget tables of Kabupaten Contoh, the made-up district of the workshops and whole-run tests.

Run ``python data/districts/contoh/generate_budget.py``. The CSV files are written beside this script
and in the folders of the initiatives. ``budget_texts.yml`` (sources and templates of lines) is written
by hand and read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each initiative and cycle has its own seed, only uniform
draws and plain arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis
``rekaan``. Edit the script or the texts, never the CSV files.
"""

from collections import Counter

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
PRICE_STEP_IDR = 500
SHARE_STEP_IDR = 1_000
COPIED = ["block", "cost_need", "activity_package", "description", "quantity", "unit", "capital_kind"]


def draw_line(rng, template, month, texts):
    """Invent one budget line: the template's words with a drawn unit price."""
    low, high = 1_000 * int(template["low"]), 1_000 * int(template["high"])
    price = PRICE_STEP_IDR * round((low + (high - low) * rng.random()) / PRICE_STEP_IDR)
    line = {column: template[column] for column in COPIED}
    code = texts["codes"][template["code"]] if template["code"] else ""
    group = texts["target_groups"].get(template["description"], "")
    return line | {"unit_price_idr": price, "month": month, "code": code, "target_group": group}


def draw_lines(initiative, cycle, text, texts):
    """Return the lines of one cycle, numbered by month, each with its payers."""
    number = list(texts["lines"]).index(initiative)
    rng = np.random.default_rng([SEED, 4, number, cycle])
    drawn = []
    for template in read_block(text):
        for month in map(int, template["months"].split()):
            drawn.append((draw_line(rng, template, month, texts), template["payers"]))
    drawn.sort(key=lambda pair: pair[0]["month"])  # stable: templates keep their order within a month
    common = COMMON | {"cycle": cycle, "fiscal_year": cycle, "data_date": texts["plan_date"][cycle]}
    return [
        (common | {"line_id": f"B{position:03d}"} | line, payers)
        for position, (line, payers) in enumerate(drawn, 1)
    ]


def allocate(initiative, line, payers):
    """Divide a line's cost among its payers; the last of those who pay all takes the remainder."""
    cost = int(line["quantity"]) * line["unit_price_idr"]
    pairs = [(name, int(percent)) for name, percent in (pair.split(":") for pair in payers.split())]
    amounts = [cost * percent // 100 // SHARE_STEP_IDR * SHARE_STEP_IDR for _name, percent in pairs]
    if sum(percent for _name, percent in pairs) == 100:
        amounts[-1] = cost - sum(amounts[:-1])
    shared = {key: line[key] for key in ("cycle", "line_id", "basis", "source", "data_date")}
    return [
        shared
        | {"initiative": initiative, "source_id": f"{name}-{line['fiscal_year']}", "amount_idr": amount}
        for (name, _percent), amount in zip(pairs, amounts, strict=True)
    ]


def build_sources(text):
    """Return the funding sources; the number of a source is its payer's name and its year."""
    rows = read_block(text)
    payers = [row.pop("payer") for row in rows]
    return [
        COMMON | row | {"source_id": f"{payer}-{row['fiscal_year']}"}
        for payer, row in zip(payers, rows, strict=True)
    ]


def build_codes_used(lines, texts):
    """Return one row for each code and cycle, with the packages that carry it."""
    names = {code: texts["names"][key] for key, code in texts["codes"].items()}
    packages = {}
    for line in lines:
        if line["code"]:
            found = packages.setdefault((line["cycle"], line["code"]), {})
            found[line["activity_package"]] = None  # a set that keeps its order
    return [
        COMMON
        | {
            "cycle": cycle,
            "code_as_printed": code,
            "name_used": names[code],
            "level": "sub kegiatan",
            "decree": texts["decree"],
            "fiscal_year": cycle,
            "activity": "; ".join(found),
            "data_date": texts["plan_date"][cycle],
        }
        for (cycle, code), found in sorted(packages.items())
    ]


def refuse_overrun(sources, allocations):
    """Stop if the invented allocations do not fit the invented ceilings."""
    spent = Counter()
    for row in allocations:
        spent[row["source_id"]] += row["amount_idr"]
    ceilings = {row["source_id"]: int(row["ceiling_idr"]) for row in sources}
    over = {name: amount for name, amount in spent.items() if amount > ceilings[name]}
    if over:
        raise SystemExit(f"ceiling overrun: {over}")


def main():
    """Write the sources and allocations of the district, and lines and codes of its initiatives."""
    texts = read_yaml(HERE / "budget_texts.yml")
    sources = build_sources(texts["funding_sources"])
    allocations = []
    for initiative, cycles in texts["lines"].items():
        drawn = [
            pair for cycle, text in cycles.items() for pair in draw_lines(initiative, cycle, text, texts)
        ]
        lines = [line for line, _payers in drawn]
        for line, payers in drawn:
            allocations += allocate(initiative, line, payers)
        write_table(HERE / initiative, "budget_lines", lines)
        write_table(HERE / initiative, "budget_codes_used", build_codes_used(lines, texts))
    refuse_overrun(sources, allocations)
    write_table(HERE, "funding_sources", sources)
    write_table(HERE, "allocations", allocations)


if __name__ == "__main__":
    main()
