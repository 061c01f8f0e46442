"""Write the Tim Kerja of Kabupaten Contoh, the made-up district of the workshops and whole-run tests.

Run ``python data/districts/contoh/generate_team.py``. The CSV files are written in the folders of the initiatives.
``team_texts.yml`` (members, tasks, who does what, candidates) is written by hand and read here; columns come from
``data/tables``.

Two runs give the same bytes on any platform: each initiative and cycle has its own seed, only uniform draws and plain
arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the script or
the texts, never the CSV files.
"""

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_cycles

COMMON = rests_on(__file__)
DIMENSIONS = [
    "latar belakang akademik", "pengalaman kerja", "domisili", "kompetensi teknis", "akses jejaring", "kecakapan",
]  # fmt: skip


def take(texts, table, initiative, cycle):
    """Return the rows of one block that hold in a cycle, ``-`` read as nothing."""
    rows = read_block(texts[table].get(initiative, ""))
    told = [{key: "" if value == "-" else value for key, value in row.items()} for row in rows]
    return [row for row in told if str(cycle) in row.pop("cycles", str(cycle)).split()]


def fill_members(rng, rows, document):
    """Return the members with a made-up name, an age, and the document of those appointed."""
    for number, row in enumerate(rows, 1):
        row |= {"member_name": f"Anggota rekaan {number:02d}", "age_years": 26 + int(36 * rng.random())}
        row |= {"has_disability": "ya" if rng.random() < 0.08 else "tidak"}
        row |= {"document": document if row["status"] == "ditetapkan" else ""}
    return rows


def split_duties(tasks, cycle):
    """Return one row for each duty that a task's text names: "A M02, R M01 M03"."""
    named = [
        (row["task_id"], part.split()) for row in tasks for part in row[f"raci {cycle}"].split(", ") if part
    ]
    return [
        {"task_id": task, "member_id": member, "duty": duty}
        for task, (duty, *members) in named
        for member in members
    ]


def score(rng, candidates, assessors, open_pct):
    """Return the scores of each assessor: around what the candidate is worth, some left open."""
    rows = []
    for candidate in candidates:
        for dimension in DIMENSIONS if candidate["centre"] else []:
            worth = float(candidate["centre"]) + 1.2 * (rng.random() - 0.5)
            for assessor in assessors:
                given = max(0, min(4, round(worth + 0.8 * (rng.random() - 0.5))))
                is_open = rng.random() * 100 < open_pct
                rows.append({
                    "candidate_id": candidate["candidate_id"], "assessor_id": assessor, "dimension": dimension,
                    "score": "" if is_open else given, "evidence": "" if is_open else "Berkas rekaan",
                })  # fmt: skip
    return rows


def build_cycle(texts, initiative, cycle, day):
    """Return the tables of one initiative and cycle."""
    rng = np.random.default_rng([SEED, 5, list(texts["days"]).index(initiative), cycle])
    tasks = take(texts, "tasks", initiative, cycle)
    contacts = [
        row | {"contacts_per_month": max(1, round(float(row.pop("usual")) + 3 * (rng.random() - 0.5)))}
        for row in take(texts, "contacts", initiative, cycle)
    ]
    candidates = take(texts, "candidates", initiative, cycle)
    contract = texts["contracts"].get(cycle, "")
    tables = {
        "team_members": fill_members(rng, take(texts, "members", initiative, cycle), texts["documents"][cycle]),
        "team_raci": split_duties(tasks, cycle),
        "team_tasks": [row | {"team_role": texts["roles"][row["team_role"]]} for row in tasks],
        "team_contacts": contacts,
        "facilitator_scores": score(rng, candidates, texts["assessors"][cycle], texts["open_scores_pct"]),
        "facilitator_candidates": [
            row | {"candidate_name": f"Calon rekaan {row['candidate_id']}",
                   "document": contract if row["status"] == "ditetapkan" else ""}
            for row in candidates
        ],
    }  # fmt: skip
    for row in [*tables["team_tasks"], *tables["facilitator_candidates"]]:
        for extra in ("raci 2025", "raci 2026", "centre"):
            row.pop(extra, None)
    common = COMMON | {"cycle": cycle, "data_date": day}
    return {name: [common | row for row in rows] for name, rows in tables.items()}


def main():
    """Write the tables of each initiative; what nobody has filled in yet is not written."""
    texts = read_yaml(HERE / "team_texts.yml")
    for initiative, days in texts["days"].items():
        built = [build_cycle(texts, initiative, cycle, day) for cycle, day in days.items()]
        write_cycles(HERE / initiative, built)


if __name__ == "__main__":
    main()
