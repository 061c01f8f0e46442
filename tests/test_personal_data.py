"""Personal data planted wherever text can stand: none of it reaches any output of any stage."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from perantara.publish.report import ReportContext, render_report
from perantara.tables.declaration import TableDeclaration, load_declarations
from perantara.tables.places import PROGRAMME

STAGES = [path.stem for path in sorted((PROGRAMME / "notebooks").glob("*.ipynb"))]
PLACE = "contoh/kopi/2026"
NAMES = ["Siti Rahmawati", "Muhammad Nur Hidayat", "Wagiyem"]
NIK, KK = "3503011505800001", "3503010203040005"
PHONES = ["081234567890", "0857-1234-5678", "+62 813 9876 5432"]
EMAIL = "siti.rahmawati@surel-uji.id"
PLANTED = f"Catatan SITI RAHMAWATI, Bu Wagiyem, Muhammad  Nur Hidayat; NIK {NIK}; KK {KK}; {'; '.join(PHONES)}; {EMAIL}"
FILE = f"ktp_Siti_Rahmawati_{NIK}.pdf"
SECRETS = [
    r"siti[\s_.]+rahmawati", r"muhammad\s+nur\s+hidayat", "wagiyem", NIK, KK, "surel-uji", "812345678",
    r"857-?1234", r"813\s?9876", "UMK-RAHASIA-7", "98765432",
]  # fmt: skip
LOOK_FOR = re.compile("|".join(SECRETS), re.IGNORECASE)


def plant_in(path: Path, table: TableDeclaration) -> None:
    """Append personal data to every free text of every tenth row; in the census also where they belong."""
    with path.open(encoding="utf-8", newline="") as handle:
        rows = list(csv.DictReader(handle))
    holders = [
        f.name for f in table.fields
        if f.type == "string" and not f.code and f.access != "rahasia" and f.name != "basis"
        and not {"enum", "pattern"} & set(f.constraints)
        and not re.search(r"_id$|^(initiative|code|code_as_printed|unit|stage|key)$", f.name)
    ]  # fmt: skip
    for number, row in enumerate(rows):
        if number % 10 == 0:
            row |= {c: FILE if c == "document" else f"{row[c]} {PLANTED}".strip() for c in holders}
        if table.name == "umk_census":
            row["owner_name"] = NAMES[number % len(NAMES)]
            row["annual_sales_idr"] = "98765432"
    if table.name == "umk_census":
        rows[-1]["umk_id"] = "UMK-RAHASIA-7"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def perantara(root: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PERANTARA_")}
    command = [sys.executable, "-m", "perantara.cli.main", "--data", str(root / "kerja")]
    command += ["--reports", str(root / "laporan"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with planted data in which every stage was run and its record written."""
    root = tmp_path_factory.mktemp("kantor")
    contoh = root / "kerja" / "districts" / "contoh"
    shutil.copytree(PROGRAMME / "data" / "districts" / "contoh", contoh)
    declarations = load_declarations([PROGRAMME / "data" / "tables"])
    for path in [*contoh.glob("*.csv"), *(contoh / "kopi").glob("*.csv")]:
        plant_in(path, declarations[path.stem])
    done = perantara(root, "run", PLACE)
    assert done.returncode == 0, done.stdout + done.stderr
    (root / "laporan" / "_terminal.txt").write_text(done.stdout + done.stderr, encoding="utf-8")
    for stage in STAGES:
        done = perantara(root, "record", PLACE, "--stage", stage)
        assert done.returncode == 0, done.stdout + done.stderr
    return root


def texts_in(path: Path) -> Iterator[tuple[str, str]]:
    """Every text of a file, those within a Word or Excel file one by one."""
    if path.suffix in (".xlsx", ".docx"):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield (
                    f"{path.name}/{name}",
                    re.sub(r"<[^>]+>", " ", archive.read(name).decode(errors="ignore")),
                )
    else:
        yield path.name, path.read_text(encoding="utf-8", errors="ignore")


def leaks(texts: Iterator[tuple[str, str]]) -> list[str]:
    return [
        f"{name}: …{text[max(0, found.start() - 40) : found.end() + 20]}…"
        for name, text in texts
        for found in [LOOK_FOR.search(text)]
        if found
    ]


def test_the_search_sees_each_thing_that_was_planted():
    for secret in (*NAMES[:2], NIK, KK, *PHONES, EMAIL, FILE, "Bu Wagiyem", "UMK-RAHASIA-7"):
        assert LOOK_FOR.search(secret), secret
    assert all(
        re.search(secret, PLANTED + FILE + "UMK-RAHASIA-7 98765432", re.IGNORECASE) for secret in SECRETS
    )


def test_the_planted_data_lie_in_the_tables_that_the_stages_read(office):
    folder = office / "kerja" / "districts" / "contoh"
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.csv"))
        if "anyaman" not in str(path)
    ]
    assert len(texts) > 8 and all(LOOK_FOR.search(text) for text in texts)


def test_nothing_of_it_reaches_any_file_of_a_run_whatever_its_edition(office):
    reports = office / "laporan"
    found = [p for p in sorted(reports.rglob("*")) if p.is_file()]
    kinds = {path.suffix for path in found}
    assert {".html", ".json", ".csv", ".xlsx", ".ipynb", ".docx"} <= kinds
    assert {path.parent.name for path in found} >= set(STAGES)
    assert [leak for path in found for leak in leaks(texts_in(path))] == []


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_of_it_reaches_the_public_edition(office, stage):
    folder = office / "laporan" / PLACE / stage
    notebook = nbformat.read(folder / f"{stage}.ipynb", as_version=4)
    facts = dict.fromkeys(
        ("question", "guide_section", "gate_status", "provenance", "home_href", "district_href"), ""
    )
    context = ReportContext(
        stage=stage, stage_title=stage, place_name="Contoh", initiative_title="Kopi", cycle="2026", as_of="2026-07-01",
        is_rekaan=True, is_compiled=False, version="0", files=[], **facts,
    )  # fmt: skip
    page = render_report(notebook, context, edition="public")
    assert "edisi publik" in page.lower()
    assert leaks(iter([(stage, page)])) == []


@pytest.mark.parametrize("stage", STAGES)
def test_an_alarm_names_table_column_and_kind_and_never_the_value(office, stage):
    from perantara.text import Sentence

    found = json.loads((office / "laporan" / PLACE / stage / "findings.json").read_text(encoding="utf-8"))
    alarms = [str(Sentence.from_json(alarm)) for alarm in found["alarms"]]
    personal = [alarm for alarm in alarms if "disamarkan di sini" in alarm]
    kinds = {"nomor NIK atau KK", "alamat surel", "nomor telepon", "nama orang dari kolom rahasia"}
    assert {kind for kind in kinds for alarm in personal if f"memuat {kind}" in alarm} == kinds
    assert all(re.search(r"^.+, kolom \w+ memuat ", alarm) for alarm in personal)


def test_check_names_the_columns_and_quotes_nothing(office):
    done = perantara(office, "check", "contoh/kopi")
    assert done.returncode == 0, done.stdout
    line = next(line for line in done.stdout.splitlines() if "(umk_census.csv)" in line)
    columns = "village_name, poverty_source, product, product_unit, source"
    assert f"memuat data pribadi di kolom {columns}; hapus dari sana" in line
    assert leaks(iter([("check", done.stdout + done.stderr)])) == []


def test_a_faulty_census_is_told_without_the_person(office, tmp_path):
    kerja = tmp_path / "kerja"
    shutil.copytree(office / "kerja", kerja)
    path = kerja / "districts" / "contoh" / "kopi" / "umk_census.csv"
    text = (
        path.read_text(encoding="utf-8")
        .replace(",98765432,", ",Rp98765432,")
        .replace("UMK-001,", "UMK-RAHASIA-7,")
    )
    path.write_text(text.replace(",perempuan,", f",{NIK},"), encoding="utf-8")
    for command in ("check", "run"):
        done = perantara(tmp_path, command, PLACE)
        assert done.returncode == 1 and "umk_census" in done.stdout + done.stderr
        assert leaks(iter([(command, done.stdout + done.stderr)])) == []
    found = [p for p in (tmp_path / "laporan").rglob("*") if p.is_file()]
    assert [leak for path in found for leak in leaks(texts_in(path))] == []
