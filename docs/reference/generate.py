"""Writes the generated pages: the data dictionary, the glossary and the items of the guide.

Run it from the root of the checkout: ``python docs/reference/generate.py``. A test holds the
pages against what this would write now.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from perantara.tables.codes import CODE_KINDS
from perantara.tables.declaration import BASES, Field, TableDeclaration, load_declarations
from perantara.text import terms_of

ROOT = Path(__file__).resolve().parents[2]
NOTE = "<!-- Dihasilkan oleh docs/reference/generate.py; jangan diubah dengan tangan. -->"
SCOPES = {
    "reference": ("Tabel acuan", "Berlaku bagi semua daerah; letaknya `data/reference/`."),
    "district": ("Tabel daerah", "Satu untuk setiap daerah; letaknya `data/districts/<daerah>/`."),
    "initiative": (
        "Tabel inisiatif",
        "Satu untuk setiap inisiatif; letaknya `data/districts/<daerah>/<inisiatif>/`. "
        "Kolom `cycle` memilih siklusnya.",
    ),
    "result": ("Tabel hasil", "Ditulis oleh buku, di folder `tables/` hasilnya."),
}
TYPES = {
    "string": "teks",
    "integer": "bilangan bulat",
    "number": "bilangan",
    "year": "tahun",
    "date": "tanggal (tahun-bulan-hari)",
    "boolean": "ya atau tidak",
}
CODES = {
    "kemendagri_province": "kode provinsi Kemendagri",
    "kemendagri_district": "kode kabupaten/kota Kemendagri",
    "kemendagri_subdistrict": "kode kecamatan Kemendagri",
    "kemendagri_village": "kode desa/kelurahan Kemendagri",
    "kemendagri_region": "kode wilayah Kemendagri",
    "bps_district": "kode kabupaten/kota BPS",
    "budget": "kode anggaran",
}


def data_dictionary(declarations: Iterable[TableDeclaration]) -> str:
    """Return the page of every declared table and column."""
    tables = sorted(declarations, key=lambda table: table.name)
    parts = [
        "# Kamus data",
        NOTE,
        "Semua tabel yang dibaca atau ditulis buku kerja, menurut deklarasinya di `data/tables/`. "
        "Kolom yang ditandai wajib tidak boleh kosong. Akses `rahasia` berarti kolom itu tidak pernah "
        "tampil dalam laporan.",
    ]
    for scope, (title, words) in SCOPES.items():
        found = [table for table in tables if table.scope == scope]
        if found:
            parts += [f"## {title}", words, *(_table(table) for table in found)]
    return "\n\n".join(parts) + "\n"


def _table(table: TableDeclaration) -> str:
    facts = {
        "Isi": table.grain,
        "Akses": f"`{table.access}`",
        "Gunanya": table.why,
        "Pemilik data": table.holder,
        "Dianggap lama setelah": f"{table.max_age_days} hari" if table.max_age_days else "",
        "Periode dianggap lama setelah": f"{table.max_age_years} tahun" if table.max_age_years else "",
        "Cakupan yang diharapkan": (table.coverage or {}).get("noun", "") % terms_of("kabupaten", {}),
        "Kunci": ", ".join(f"`{name}`" for name in table.primary_key),
    }
    lines = [f"- {title}: {value}" for title, value in facts.items() if value]
    rows = [[f"`{f.name}`", f.title, _type(f), f.unit, _access(f), _notes(f)] for f in table.fields]
    heading = ["Kolom", "Judul", "Jenis", "Satuan", "Akses", "Aturan"]
    return "\n\n".join([f"### {table.name} — {table.title}", "\n".join(lines), markdown_table(heading, rows)])


def _type(field: Field) -> str:
    return CODES[field.code] if field.code else TYPES[field.type]


def _access(field: Field) -> str:
    return "" if field.access == "publik" else f"`{field.access}`"


def _notes(field: Field) -> str:
    constraints = dict(field.constraints or {})
    notes = ["wajib"] if constraints.get("required") else []
    if field.code:
        notes.append(f"misalnya {CODE_KINDS[field.code].example}")
    if field.name == "basis":
        constraints["enum"] = BASES
    if "enum" in constraints:
        notes.append("salah satu dari: " + ", ".join(map(str, constraints["enum"])))
    for name, words in (("minimum", "paling kecil"), ("maximum", "paling besar"), ("pattern", "pola")):
        if name in constraints:
            value = constraints[name]
            notes.append(f"{words} `{value}`" if name == "pattern" else f"{words} {value}")
    if field.description:
        notes.append(field.description)
    return "; ".join(notes)


def glossary(rows: Iterable[dict[str, str]]) -> str:
    """Return the page that pairs the guide's terms with English and with the names in the code."""
    ordered = sorted(rows, key=lambda row: row["term"].lower())
    columns = [
        [
            row["term"],
            row["term_english"],
            f"`{row['code_name']}`" if row["code_name"] else "",
            row["definition"],
        ]
        for row in ordered
    ]
    parts = [
        "# Daftar istilah",
        NOTE,
        "Istilah panduan dan buku kerja, padanan Inggrisnya, dan namanya dalam kode. Nama dalam kode kosong "
        "bila istilah itu belum dipakai di sana. Sumber setiap arti ada di `data/reference/glossary.csv`.",
        markdown_table(["Istilah", "Inggris", "Nama dalam kode", "Arti"], columns),
    ]
    return "\n\n".join(parts) + "\n"


def guide(items: Iterable[Mapping[str, str]], covers: Mapping[str, Iterable[str]]) -> str:
    """Return the page that leads from each item of the guide to the stages that hold it.

    ``covers`` names the items of each stage that exists, by the stage's number.
    """
    rows = []
    for item in items:
        found = [number for number, held in covers.items() if item["item_id"] in held]
        planned = [number for number in item["stages"].split() if number not in covers]
        rows.append([item["item_id"], item["chapter"], item["title"], ", ".join(found), ", ".join(planned)])
    parts = [
        "# Butir panduan dan tahapnya",
        NOTE,
        "Setiap butir panduan, buku yang memuatnya sekarang, dan buku yang masih direncanakan untuk memuatnya. "
        "Buku menyebut butirnya di bawah `covers` dalam deklarasinya; butir dan tahap yang diharapkan ada di "
        "`data/reference/guide_items.csv`.",
        markdown_table(["Butir", "Bagian", "Isi", "Termuat dalam", "Direncanakan dalam"], rows),
    ]
    return "\n\n".join(parts) + "\n"


def markdown_table(heading: list[str], rows: list[list[Any]]) -> str:
    """Return a table in Markdown; a bar inside a cell is escaped."""
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join("| " + " | ".join(str(c).replace("|", "\\|") for c in line) + " |" for line in lines)


def pages() -> dict[Path, str]:
    """Return every generated page by its path."""
    declarations = load_declarations([ROOT / "data" / "tables"]).values()
    stages = {path.stem[:2]: path for path in sorted((ROOT / "notebooks").glob("*.yml"))}
    covers = {n: yaml.safe_load(path.read_text(encoding="utf-8"))["covers"] for n, path in stages.items()}
    return {
        ROOT / "docs" / "reference" / "tables.md": data_dictionary(declarations),
        ROOT / "docs" / "reference" / "guide.md": guide(_reference("guide_items"), covers),
        ROOT / "docs" / "glossary.md": glossary(_reference("glossary")),
    }


def _reference(table: str) -> list[dict[str, str]]:
    with (ROOT / "data" / "reference" / f"{table}.csv").open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def main() -> None:
    """Write the pages."""
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
