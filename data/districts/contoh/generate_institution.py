"""Write the institutionalisation tables of Kabupaten Contoh, the made-up district of workshops and whole-run tests.

Run ``python data/districts/contoh/generate_institution.py``. The CSV files are written in the folders of the
initiatives. ``institution_texts.yml`` is written by hand and read here; columns come from ``data/tables``. Budgets
of the cycle's own years are those of ``budget_lines.csv``, so that the books agree: run ``generate_budget.py`` first.

Two runs give the same bytes on any platform: each initiative and cycle has its own seed, only uniform draws are
used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the script or the texts,
never the CSV files.
"""

import csv

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
PLAIN = ("institutional_evidence", "learning_log", "production_cycles", "lessons")


def sum_costs(initiative):
    """Return what the budget lines of each year cost by code, in rupiah; lines without a code are not of the APBD."""
    costs = {}
    with open(HERE / initiative / "budget_lines.csv", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (row["fiscal_year"], row["code"])
            costs[key] = costs.get(key, 0) + int(float(row["quantity"]) * float(row["unit_price_idr"]))
    return costs


def follow_budgets(rng, templates, costs):
    """Return the budget lines by year; "lines" as plan is the sum of the budget lines, a realised share is drawn around."""
    rows = []
    for text in templates:
        planned = (
            costs[text["fiscal_year"], text["code"]] if text["planned"] == "lines" else int(text["planned"])
        )
        share = float(text["realised"] or 0)
        realised = int(planned * (share + 0.04 * (2 * rng.random() - 1)) / 1000) * 1000 if share else ""
        kept = {key: text[key] for key in ("cycle", "fiscal_year", "code", "name", "data_date")}
        rows.append(kept | {"planned_idr": planned, "realised_idr": realised, "source_fund": "APBD"})
    return rows


def assess(rng, groups, contrasts, said):
    """Return the score sheets of one cycle: each assessor near what the group sees, some without evidence."""
    rows, number = [], 0
    for group in groups:
        for sex, count in (("perempuan", group["women"]), ("laki-laki", group["men"])):
            for _ in range(int(count)):
                number += 1
                for contrast in contrasts:
                    lean = dict(pair.split(":") for pair in contrast["differ"].split("; ") if pair)
                    centre = (
                        float(contrast["centre"])
                        + float(lean.get(group["assessor_group"], 0))
                        + said["shift"]
                    )
                    score = max(0, min(2, round(centre + 0.7 * (2 * rng.random() - 1))))
                    evidence = contrast["evidence"] if rng.random() < said["backed"] else ""
                    rows.append({
                        "assessor_id": f"N{number:02d}", "assessor_group": group["assessor_group"], "assessor_sex": sex,
                        "contrast_no": contrast["contrast_no"], "score": score, "evidence": evidence,
                    })  # fmt: skip
    return rows


def build_audit(initiative, place, texts):
    """Return the self-audit of every cycle of an initiative."""
    rows = []
    for cycle, said in texts["audits"].get(initiative, {}).items():
        rng = np.random.default_rng([SEED, 9, place, cycle])
        day = {"cycle": cycle, "audit_date": said["date"], "data_date": said["date"]}
        sheets = assess(rng, read_block(said["groups"]), read_block(texts["contrasts"]), said)
        rows += [COMMON | day | row for row in sheets]
    return rows


def main():
    """Write every table of each initiative; what nobody has filled in yet is not written."""
    texts = read_yaml(HERE / "institution_texts.yml")
    for place, (initiative, blocks) in enumerate(texts["tables"].items()):
        rng = np.random.default_rng([SEED, 9, place])
        tables = {name: read_block(blocks[name]) for name in PLAIN if name in blocks}
        budgets = read_block(blocks["budget_persistence"])
        tables["budget_persistence"] = follow_budgets(rng, budgets, sum_costs(initiative))
        tables["contrast_audit"] = build_audit(initiative, place, texts)
        for table, rows in tables.items():
            if rows:
                write_table(HERE / initiative, table, [COMMON | row for row in rows])


if __name__ == "__main__":
    main()
