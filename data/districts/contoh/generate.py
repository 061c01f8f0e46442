"""Write the tables of Kabupaten Contoh, the made-up district of the workshops and whole-run tests.

Run ``python data/districts/contoh/generate.py``. The CSV files are written beside this script.
The ``initiative.yml`` files (target villages) and ``texts.yml`` (rows of prose, size and prices of
the enterprises) are written by hand and read here; columns come from ``data/tables``.

Two runs give the same bytes on any platform: each table has its own seed, only uniform draws and
plain arithmetic are used, numbers are formatted here, files are UTF-8 with ``\\n`` line ends.
Every row carries the basis ``rekaan``. Edit the script or the texts, never the CSV files.
"""

import datetime

import numpy as np
from made_up import HERE, SEED, read_block, read_yaml, rests_on, write_table

COMMON = rests_on(__file__)
DISTRICT_CODE = "00.00"

# Subdistrict -> villages (2001, 2002, ...) and urban villages (1001, ...); Suka is "Sukacontoh".
PLACES = {
    "Contohmulya": ("Suka Marga Karang Banyu Bukit Lembah", ""),
    "Contohsari": ("Tirta Giri Wana Kerta Padang Talang", ""),
    "Contohraya": ("Sinar Tunas Muara Tanjung Pasir Mekar", ""),
    "Contohjaya": ("Bumi Jati Sumber Rawa Batu Harapan", "Kota Pasar"),
}
# Status -> lowest value of the Indeks Desa Membangun, in ten-thousandths.
IDM_STATUSES = {"mandiri": 8156, "maju": 7073, "berkembang": 5990, "tertinggal": 4908}
GRADE_FLOORS = {"A": 0.62, "B": 0.42, "C": 0.24, "ditolak": 0.0}
MAY_BE_EMPTY = [
    *("owner_sex", "owner_has_disability", "owner_age_years", "is_poor"),
    *("capacity_per_month", "production_per_month", "quality_grade", "annual_sales_idr"),
]
EMPTY_SHARE = 0.06


def draw_middle(rng):
    """Draw from the triangular distribution on 0..1: values near one half are most frequent."""
    return (rng.random() + rng.random()) / 2


def write_boolean(value):
    """Return the written form of a boolean."""
    return "ya" if value else "tidak"


def find_band(value, floors):
    """Return the first name of ``floors`` (highest first) whose floor ``value`` reaches."""
    return next(name for name, floor in floors.items() if value >= floor)


def draw_enterprise(rng, number, village, craft):
    """Invent what stays the same over the cycles: owner, village, size and skill."""
    size = draw_middle(rng)
    poor_probability = 0.78 - 0.75 * size  # owners of small enterprises are poor more often
    identity = {
        "umk_id": f"{craft['prefix']}-{number:03d}",
        "owner_name": f"Pemilik {number:03d}",
        "district_code_kemendagri": DISTRICT_CODE,
        "village_code_kemendagri": village["code"],
        "village_name": village["name"],
        "owner_sex": "perempuan" if rng.random() < craft["women_share"] else "laki-laki",
        "owner_has_disability": write_boolean(rng.random() < 0.05),
        "is_poor": write_boolean(rng.random() < poor_probability),
        "capacity_per_month": 5 * round((craft["lowest_capacity"] + craft["capacity_span"] * size) / 5),
    }
    return {"identity": identity, "birth_year": 2004 - int(53 * draw_middle(rng)),
            "skill": draw_middle(rng)}  # fmt: skip


def draw_enterprises(rng, villages, craft):
    """Invent the stated number of enterprises a village; villages beyond the list get none."""
    counted = zip(villages, craft["enterprises_by_village"], strict=False)
    places = [village for village, count in counted for _ in range(count)]
    return [draw_enterprise(rng, number, village, craft) for number, village in enumerate(places, 1)]


def observe(rng, enterprise, year, craft, visit_date):
    """Invent one census row: skill lifts output and grade, and these two the sales."""
    row = COMMON | enterprise["identity"]
    years = year - 2025
    level = min(1.0, 0.6 * enterprise["skill"] + 0.4 * rng.random() + 0.08 * years)
    production = round(row["capacity_per_month"] * (0.52 + 0.42 * level))
    grade = find_band(level, GRADE_FLOORS)
    price = craft["price_idr"][grade] * (1 + 0.05 * years)
    sold_share = 0.86 + 0.10 * rng.random()
    row |= {
        "cycle": year,
        "owner_age_years": year - enterprise["birth_year"],
        "production_per_month": production,
        "quality_grade": grade,
        "annual_sales_idr": round(12 * production * sold_share * price / 100_000) * 100_000,
        "capital_idr": row["capacity_per_month"] * craft["capital_per_unit_idr"],
        "data_date": visit_date,
    }
    row |= {column: "" for column in MAY_BE_EMPTY if rng.random() < EMPTY_SHARE}
    return row | {"poverty_source": "DTSEN desil 1-4 (rekaan)" if row["is_poor"] else ""}


def visit(rng, enterprises, year, craft):
    """Return the census rows of one cycle; villages are visited one after the other."""
    codes = [e["identity"]["village_code_kemendagri"] for e in enterprises]
    order = {code: position for position, code in enumerate(sorted(set(codes)))}
    first = datetime.date.fromisoformat(f"{year}-{craft['first_visit']}")
    rows = []
    for code, enterprise in zip(codes, enterprises, strict=True):
        days = datetime.timedelta(days=10 * order[code] + int(6 * rng.random()))
        rows.append(observe(rng, enterprise, year, craft, (first + days).isoformat()))
    return rows


def draw_coffee_census(craft):
    """Invent two cycles of the coffee census; in the second some have stopped, some joined."""
    rng = np.random.default_rng([SEED, 1])
    villages = read_target_villages("kopi")
    enterprises = draw_enterprises(rng, villages, craft)
    rows = visit(rng, enterprises, 2025, craft)
    newcomers = [villages[int(len(villages) * rng.random())] for _ in range(16)]
    numbers = range(len(enterprises) + 1, len(enterprises) + 17)
    enterprises = [e for e in enterprises if rng.random() > 0.08]
    enterprises += [draw_enterprise(rng, *new, craft) for new in zip(numbers, newcomers, strict=True)]
    return rows + visit(rng, enterprises, 2026, craft)


def draw_bamboo_census(craft):
    """Invent a census that has reached only the first of its target villages."""
    rng = np.random.default_rng([SEED, 2])
    enterprises = draw_enterprises(rng, read_target_villages("anyaman"), craft)
    return visit(rng, enterprises, 2026, craft)


def draw_place(rng, is_rural):
    """Invent population and, for a village, the three parts of its IDM in ten-thousandths."""
    population = (1800 if is_rural else 6500) + round(1600 * rng.random())
    level = 3200 * draw_middle(rng)
    parts = [round(low + level + 1200 * rng.random()) for low in (5900, 4500, 5500)]
    return {"population": population, "parts": parts if is_rural else []}


def draw_places():
    """Invent every village and urban village, with its code, name and subdistrict."""
    rng = np.random.default_rng([SEED, 3])
    places = []
    for number, (subdistrict, groups) in enumerate(PLACES.items(), 1):
        for names, first in zip(groups, (2001, 1001), strict=True):
            for code, name in enumerate(names.split(), first):
                parent = f"{DISTRICT_CODE}.{number:02d}"
                place = {"parent": (parent, subdistrict), "region": (f"{parent}.{code}", f"{name}contoh")}
                places.append(place | draw_place(rng, is_rural=first == 2001))
    return places


def summarise(level, places):
    """Return (indicator, period, value, breakdown) of the area that ``places`` make up."""
    rural = [p for p in places if p["parts"]]
    facts = [("population_persons", "2025", sum(p["population"] for p in places), "")]
    if level != "desa":
        facts.append(("village_count", "2025", len(rural), ""))
        facts.append(("urban_village_count", "2025", len(places) - len(rural), ""))
    if rural:
        parts = [sum(p["parts"][i] for p in rural) / len(rural) / 10_000 for i in range(3)]
        values = zip(
            (
                "village_development_index",
                "village_social_resilience_index",
                "village_economic_resilience_index",
                "village_environmental_resilience_index",
            ),
            [sum(parts) / 3, *parts],
            strict=True,
        )
        facts += [(indicator, "2024", f"{value:.4f}", "") for indicator, value in values]
    if level == "kabupaten/kota":
        found = [find_band(round(sum(p["parts"]) / 3), IDM_STATUSES) for p in rural]
        facts += [("villages_by_development_status_count", "2024", found.count(s), s) for s in IDM_STATUSES]
    return facts


def build_context(indicators):
    """Return the context rows: the district first, then its subdistricts, then the villages."""
    places = draw_places()
    areas = [("kabupaten/kota", (DISTRICT_CODE, "Kabupaten Contoh"), places)]
    for parent in dict.fromkeys(p["parent"] for p in places):
        areas.append(("kecamatan", parent, [p for p in places if p["parent"] == parent]))
    areas += [("desa", p["region"], [p]) for p in places]
    labels, series = {}, []
    for row in indicators:
        pairs = [pair.split(":") for pair in row.pop("series").split()]
        series += [(row["indicator"], period, value, "") for period, value in pairs]
        labels[row["indicator"]] = row
    rows = []
    for level, (code, name), members in areas:
        region = {"level": level, "region_code_kemendagri": code, "region_name": name}
        region["note"] = "" if any(p["parts"] for p in members) else "Kelurahan: tanpa IDM"
        facts = summarise(level, members) + (series if level == "kabupaten/kota" else [])
        for indicator, period, value, breakdown in facts:
            read_on = "2026-02-16" if period == "2025" else "2025-02-17"
            fact = {"period": period, "value": value, "breakdown": breakdown, "data_date": read_on}
            rows.append(COMMON | region | labels[indicator] | fact)
    return rows


def read_target_villages(initiative):
    """Return the target villages that the initiative's own file names."""
    return read_yaml(HERE / initiative / "initiative.yml")["target_villages"]


def main():
    """Write every table of the district and of its two initiatives."""
    texts = read_yaml(HERE / "texts.yml")
    write_table(HERE, "district_context", build_context(read_block(texts["indicators"])))
    for initiative, tables in texts["initiatives"].items():
        for table, text in tables.items():
            write_table(HERE / initiative, table, [row | COMMON for row in read_block(text)])
    write_table(HERE / "kopi", "umk_census", draw_coffee_census(texts["crafts"]["kopi"]))
    write_table(HERE / "anyaman", "umk_census", draw_bamboo_census(texts["crafts"]["anyaman"]))


if __name__ == "__main__":
    main()
