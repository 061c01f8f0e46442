"""Write the alignment tables of Kabupaten Contoh, the made-up district of the workshops and whole-run tests.

Run ``python data/districts/contoh/generate_alignment.py``. The CSV files are written in the folders of the
initiatives. ``alignment_texts.yml`` (who is invited, what is voted on, what was declared) is written by hand and
read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each initiative and cycle has its own seed, only uniform draws and
plain arithmetic are used, files are UTF-8 with ``\\n`` line ends. Every row carries the basis ``rekaan``. Edit the
script or the texts, never the CSV files.
"""

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_cycles

COMMON = rests_on(__file__)
BALLOTS = {"tujuan": "goals", "intervensi": "interventions"}


def clip(value, low, high):
    """Return ``value``, or the end of the range that it is beyond."""
    return max(low, min(high, value))


def draw_around(rng, centre, reach, low, high):
    """Return a whole number near ``centre``, at most ``reach`` away and within the scale."""
    return clip(round(centre + reach * (2 * rng.random() - 1)), low, high)


def invite(rng, block):
    """Return the people of one initiative and cycle: whom they stand for, sex, age, power, interest, attitude."""
    people = []
    for row in read_block(block):
        for sex, count in (("perempuan", row["women"]), ("laki-laki", row["men"])):
            for _ in range(int(count)):
                number = len(people) + 1
                people.append({
                    "stakeholder_id": f"P{number:02d}", "stakeholder_name": f"Peserta {number:02d}",
                    "organisation": f"Lembaga rekaan {row['element']}", "element": row["element"],
                    "stakeholder_type": row["stakeholder_type"], "sex": sex,
                    "has_disability": "ya" if rng.random() < 0.1 else "tidak",
                    "age_years": 24 + int(44 * rng.random()),
                    "power": draw_around(rng, int(row["power"]), 0.9, 1, 5),
                    "interest": draw_around(rng, int(row["interest"]), 0.9, 1, 5),
                    "attitude": draw_around(rng, int(row["attitude"]), 0.9, -2, 2),
                })  # fmt: skip
    return people


def shift_of(person, differ):
    """Return how far a person's kind and sex lean from the meeting, from ``"kind:shift; kind:shift"``."""
    shifts = dict(pair.split(":") for pair in differ.split("; ") if pair)
    return sum(float(shifts.get(person[trait], 0)) for trait in ("stakeholder_type", "sex"))


def rank(rng, person, items, spread):
    """Return the place of each item for one person; items that seem alike share a place."""
    seen = [
        round(float(row["favour"]) + shift_of(person, row["differ"]) + spread * (2 * rng.random() - 1))
        for row in items
    ]
    return [1 + sum(other > own for other in seen) for own in seen]


def vote(rng, people, texts, said):
    """Return the ranks and scores of those who were there."""
    ranks, scores = [], []
    for person in people:
        own = {"stakeholder_id": person["stakeholder_id"]}
        for ballot, key in BALLOTS.items():
            items = read_block(texts[key])
            places = rank(rng, person, items, said["spread"])
            ranks += [own | {"ballot": ballot, "item": row["item"], "rank": place}
                      for row, place in zip(items, places, strict=True)]  # fmt: skip
        for row in read_block(texts["statements"]):
            differ = said["differ"].get(row["statement_id"], row["differ"])
            centre = float(row["centre"]) + shift_of(person, differ)
            score = draw_around(rng, centre, said["statement_spread"] / 2, 1, 5)
            scores.append(own | {"statement_id": row["statement_id"], "score": score})
    return ranks, scores


def attend(people, meetings, absent):
    """Return who came to which meeting: the last of some elements stay away."""
    rows = []
    for meeting in meetings:
        away = dict(absent)
        for person in reversed(people):
            is_away = away.get(person["element"], 0) > 0
            away[person["element"]] = away.get(person["element"], 0) - 1
            rows.append({"meeting_id": meeting, "stakeholder_id": person["stakeholder_id"],
                         "is_present": "tidak" if is_away else "ya"})  # fmt: skip
    return sorted(rows, key=lambda row: (row["meeting_id"], row["stakeholder_id"]))


def build_team(block, document):
    """Return the members of the Tim Persiapan."""
    return [
        {"member_id": f"T{number:02d}", "member_name": f"Anggota {number:02d}", "element": row["element"],
         "team_role": row["team_role"], "document": document if row["documented"] == "ya" else ""}
        for number, row in enumerate(read_block(block), 1)
    ]  # fmt: skip


def build_cycle(initiative, cycle, said, texts):
    """Return the tables of one initiative and cycle; without a spread nobody has voted yet."""
    rng = np.random.default_rng([SEED, 1, list(texts["cycles"]).index(initiative), cycle])
    meetings = [row for row in read_block(texts["meetings"][initiative]) if row["cycle"] == str(cycle)]
    people = invite(rng, texts["people"][initiative])
    attendance = attend(people, sorted({row["meeting_id"] for row in meetings}), said["absent"])
    there = {row["stakeholder_id"] for row in attendance if row["is_present"] == "ya"}
    voters = [person for person in people if person["stakeholder_id"] in there] if said["spread"] else []
    ranks, scores = vote(rng, voters, texts, said)
    asked = ("statement_id", "statement", "topic", "is_priority")
    statements = (
        [{key: row[key] for key in asked} for row in read_block(texts["statements"])] if voters else []
    )
    last_day = max(row["meeting_date"] for row in meetings)
    tables = {
        "stakeholders": people, "meeting_attendance": attendance, "alignment_meetings": meetings,
        "stakeholder_ranks": ranks, "statement_scores": scores, "alignment_statements": statements,
        "preparation_team": build_team(texts["team"][initiative], texts["document"] % cycle),
        "commitments": [row for row in read_block(texts["commitments"][initiative]) if row["cycle"] == str(cycle)],
    }  # fmt: skip
    common = COMMON | {"cycle": cycle, "data_date": last_day}
    return {name: [common | row for row in rows] for name, rows in tables.items()}


def main():
    """Write the alignment tables of each initiative; what nobody has filled in yet is not written."""
    texts = read_yaml(HERE / "alignment_texts.yml")
    for initiative, cycles in texts["cycles"].items():
        built = [build_cycle(initiative, cycle, said, texts) for cycle, said in cycles.items()]
        write_cycles(HERE / initiative, built)


if __name__ == "__main__":
    main()
