"""Write the evidence of readiness of Kabupaten Contoh, the made-up district of workshops and whole-run tests.

Run ``python data/districts/contoh/generate_readiness.py``. The CSV files are written in the folders of the
initiatives. ``readiness_texts.yml`` is written by hand and read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each table and initiative has its own seed, only uniform
draws are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the
script or the texts, never the CSV files.
"""

from datetime import date, timedelta

import numpy as np
from made_up import HERE, SEED, read_block, read_columns, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
TASKS = {"m": "has_mapping_role", "s": "has_socialisation_role", "c": "has_coordination_role"}
GROUPS = {
    "w": "has_women_target",
    "d": "has_disability_target",
    "o": "has_older_target",
    "p": "has_poor_target",
}
WORKING_DAYS = 5


def build_rows(table, template, rng):
    """Return the rows of a table: its templates with a drawn working day, marks and numbers."""
    columns = read_columns(table)
    rows, days = [], {}
    for number, text in enumerate(read_block(template), 1):
        told = {key: "" if value == "-" else value for key, value in text.items()}
        first = date.fromisoformat(told.pop("day"))
        drawn = first + timedelta(days=int(WORKING_DAYS * rng.random()))
        day = days.setdefault(
            (told["cycle"], told.get("document") or number), drawn
        )  # a document has one day
        row = COMMON | told | {"data_date": day.isoformat()}
        row |= mark(told.pop("tasks", None), TASKS) | mark(told.pop("groups", None), GROUPS)
        row["proposal_date"] = told.pop("proposed", "")
        row |= {"evidence_date": row["data_date"] if told.get("document") else ""}
        row |= {"member_id": f"T{number:02d}", "support_id": f"S{number:02d}"}
        rows.append({column: row[column] for column in columns if column in row})
    return rows


def mark(letters, columns):
    """Return yes or no for each column by its letter; nothing where no letter is told."""
    if not letters:
        return {}
    return {column: "ya" if letter in letters else "tidak" for letter, column in columns.items()}


def main():
    """Write every table of ``readiness_texts.yml`` for each of its initiatives."""
    texts = read_yaml(HERE / "readiness_texts.yml")
    for number, (table, initiatives) in enumerate(texts.items()):
        for place, (initiative, template) in enumerate(initiatives.items()):
            rng = np.random.default_rng([SEED, 0, number, place])
            write_table(HERE / initiative, table, build_rows(table, template, rng))


if __name__ == "__main__":
    main()
