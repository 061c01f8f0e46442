"""A census of 200,000 UMK, read, checked and summarised: CPU, time and memory beside plain ``frictionless``.

    python benchmarks/census.py [--rows 200000]

Prints a row each for a clean census, one with each hundredth row wrong and one with every row wrong. A
wrong row has five wrong cells, most of them unlike any other's. Each measure is a process of its own, so
that its peak of memory is its own; CPU includes the start of Python. ``perantara`` reads through
``TableStore`` without a cache, masks personal data and writes the clean rows or words the faults, then
summarises a clean census as the notebooks do. ``frictionless`` validates the same file against the same
declaration and lists every error. The file is made up, by a fixed seed.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = {"bersih": 0, "1 dari 100 baris salah": 100, "semua baris salah": 1}
ENGINES = ("perantara", "frictionless")
PLACE = "districts/contoh/kopi/umk_census.csv"


def write(path: Path, rows: int, every: int) -> None:
    """Write a census of ``rows`` rows, each ``every``-th of them wrong (none where it is 0)."""
    chance = random.Random(2026)
    model = Path(__file__).resolve().parents[1] / "data" / PLACE
    with model.open(encoding="utf-8", newline="") as handle:
        header = next(csv.reader(handle))
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, header, lineterminator="\n")
        writer.writeheader()
        for number in range(rows):
            village, capacity = chance.randrange(1, 300), chance.randrange(10, 100_000)
            row = {
                "cycle": "2026", "umk_id": f"UMK-{number:06d}", "owner_name": f"Pemilik Usaha {number:06d}",
                "district_code_kemendagri": "00.00", "village_code_kemendagri": f"00.00.01.{2000 + village}",
                "village_name": f"Desa {village}", "owner_sex": chance.choice(["perempuan", "laki-laki"]),
                "owner_has_disability": chance.choice(["ya", "tidak", ""]),
                "owner_age_years": chance.randrange(18, 80), "is_poor": chance.choice(["ya", "tidak", ""]),
                "poverty_source": "DTSEN desil 1-4", "product": chance.choice(["", "madu"]), "product_unit": "",
                "capacity_per_month": capacity, "production_per_month": f"{capacity * chance.random():.1f}1",
                "quality_grade": chance.choice("ABC"), "annual_sales_idr": chance.randrange(10**6, 10**9),
                "capital_idr": chance.randrange(10**6, 10**8), "basis": "rekaan",
                "source": f"Pendataan desa {village}", "data_date": f"2026-0{chance.randrange(1, 9)}-15",
            }  # fmt: skip
            if every and number % every == 0:
                row |= {
                    "village_code_kemendagri": f"00000{number:06d}", "owner_sex": f"perempuan{number}",
                    "capacity_per_month": f"{capacity} kg", "annual_sales_idr": -number - 1,
                    "data_date": "14/08/2026",
                }  # fmt: skip
            writer.writerow(row)


def read_with_perantara(workspace: Path) -> str:
    """Read, check and summarise; say what came of it."""
    from perantara.errors import TableError
    from perantara.methods import census as methods
    from perantara.methods.completeness import completeness
    from perantara.tables.addresses import find_places
    from perantara.tables.places import Roots
    from perantara.tables.store import TableStore

    os.environ["PERANTARA_DATA"] = str(workspace)
    roots = Roots.find()
    try:
        reading = TableStore(roots).read("umk_census", find_places(roots, "contoh/kopi")[-1])
    except TableError as error:
        assert str(error)
        return f"{len(error.faults)} kesalahan"
    frame = reading.frame()
    size = frame["annual_sales_idr"].le(300_000_000)
    for summarise in (
        methods.summarise_villages, methods.summarise_products, methods.find_repeats, methods.find_outliers,
        methods.count_owners,
    ):  # fmt: skip
        summarise(frame)
    assert len(completeness(frame, list(frame))) and size.any() and reading.sha256 and not reading.masked
    return f"{len(frame)} baris diringkas"


def read_with_frictionless(workspace: Path) -> str:
    """Validate the file against the same declaration, without a limit of errors."""
    from frictionless import Resource, Schema, validate

    from perantara.tables.declaration import load_declarations

    tables = Path(__file__).resolve().parents[1] / "data" / "tables"
    schema = Schema.from_descriptor(load_declarations([tables])["umk_census"].table_schema())
    resource = Resource(path="umk_census.csv", basepath=str((workspace / PLACE).parent), schema=schema)
    return f"{len(validate(resource, limit_errors=10**9).tasks[0].errors)} kesalahan"


def measure(engine: str, workspace: Path) -> tuple[float, float, float, str]:
    """Run one engine in a process of its own; CPU seconds, seconds, peak in MB, and what came of it."""
    began = time.monotonic()
    command = [sys.executable, __file__, "--engine", engine, "--workspace", str(workspace)]
    words = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.split(maxsplit=2)
    return float(words[0]), time.monotonic() - began, float(words[1]), words[2].strip()


def main() -> None:
    """Measure every case with each engine, or (for the child) run one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--workspace", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.engine:
        read = read_with_perantara if given.engine == "perantara" else read_with_frictionless
        said = read(given.workspace)
        used = resource.getrusage(resource.RUSAGE_SELF)
        print(f"{used.ru_utime + used.ru_stime:.2f} {used.ru_maxrss / 1000:.0f} {said}")
        return
    print("| Berkas | mesin | CPU, s | jam dinding, s | puncak, MB | hasil | CPU dibanding frictionless |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for case, every in CASES.items():
        with tempfile.TemporaryDirectory() as folder:
            write(Path(folder) / PLACE, given.rows, every)
            found = {engine: measure(engine, Path(folder)) for engine in ENGINES}
        for engine, (cpu, wall, peak, said) in found.items():
            ratio = f"{cpu / found['frictionless'][0]:.2f}"
            print(
                f"| {case} | {engine} | {cpu:.1f} | {wall:.1f} | {peak:.0f} | {said} | {ratio} |", flush=True
            )


if __name__ == "__main__":
    main()
