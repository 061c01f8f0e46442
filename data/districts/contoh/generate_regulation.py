"""Write the tables of the regulation stage of Kabupaten Contoh, the made-up district of the workshops.

Run ``python data/districts/contoh/generate_regulation.py``. The CSV files are written in the folders of the
initiatives. ``regulation_texts.yml`` is written by hand and read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each initiative has its own seed, only uniform draws and
plain arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``.
Edit the script or the texts, never the CSV files.
"""

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)


def draw_days(rng, bounds, texts):
    """Return the three points of a duration; the likely one is drawn between bounds such as "8-11"."""
    low, high = (int(bound) for bound in bounds.split("-"))
    likely = round(low + (high - low) * rng.random())
    return {
        "optimistic_days": round(likely * texts["optimistic_share"]), "likely_days": likely,
        "pessimistic_days": round(likely * texts["pessimistic_share"]), "day_kind": "hari kalender",
    }  # fmt: skip


def main():
    """Write every table of the regulation stage."""
    texts = read_yaml(HERE / "regulation_texts.yml")
    for number, initiative in enumerate(("kopi", "anyaman")):
        rng = np.random.default_rng([SEED, 7, number])
        for table, text in texts[initiative].items():
            rows = [
                row | COMMON | {"data_date": texts["data_dates"][int(row["cycle"])]}
                for row in read_block(text)
            ]
            if table == "legal_tasks":
                rows = [row | draw_days(rng, row.pop("likely"), texts) for row in rows]
            write_table(HERE / initiative, table, rows)


if __name__ == "__main__":
    main()
