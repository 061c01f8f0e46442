"""Masks in what is read of a place's tables: only in free text, never in the file, with the names of the place."""

from __future__ import annotations

import pytest

from perantara.methods.privacy import index_names
from perantara.tables.declaration import load_declarations
from perantara.tables.masking import mask_rows, masks_in
from perantara.tables.places import PROGRAMME, Roots
from perantara.tables.store import TableStore, canonical_csv

SCENARIO = {
    "name": "Uji", "stage": "02_concept", "key": "uptake_pct", "value": "60", "unit": "%", "reason": "",
    "as_of": "2026-08-14", "basis": "rekaan", "source": "Uji",
}  # fmt: skip


@pytest.fixture
def named(desk):
    """A census whose owners are known by name, one of them named in its free text."""
    desk.write_census(
        {"owner_name": "Siti Rahmawati"},
        {"owner_name": "Wagiyem", "poverty_source": "menurut Siti Rahmawati, 081234567890"},
    )
    return desk


def test_free_text_is_masked_and_confidential_columns_stay_for_the_computation(named):
    reading = named.read()
    assert [row["owner_name"] for row in reading.rows] == ["Siti Rahmawati", "Wagiyem"]
    assert [row["poverty_source"] for row in reading.rows] == [
        "", "menurut [nama disamarkan], [telepon disamarkan]",
    ]  # fmt: skip
    assert reading.masked == [("poverty_source", "phone"), ("poverty_source", "name")]
    assert reading.frame()["poverty_source"].notna().tolist() == [False, True]


def test_another_table_of_the_place_knows_the_names_of_the_census(named):
    fields = TableStore(Roots.find()).declaration("environment").field_names
    row = dict.fromkeys(fields, "") | {
        "cycle": "2026", "aspect": "limbah", "condition": "menurut SITI RAHMAWATI", "basis": "rekaan",
        "source": "Uji", "data_date": "2026-08-14",
    }  # fmt: skip
    path = named.write("districts/contoh/kopi/environment.csv", "")
    path.write_text(canonical_csv(fields, [row]), encoding="utf-8")
    before = named.read(table="environment")
    assert before.rows[0]["condition"] == "menurut [nama disamarkan]"
    named.write_census({"owner_name": "Orang Lain"})
    after = named.read(table="environment")
    assert after.rows[0]["condition"] == "menurut SITI RAHMAWATI"
    assert before.sha256 != after.sha256  # an output made with other names known is not fresh


def test_a_wrong_table_stops_nobody_who_reads_another_and_its_names_are_masked_there(named):
    named.write_census({"owner_name": "Siti Rahmawati", "owner_sex": "lain"})
    named.write("districts/contoh/kopi/stakeholders.csv", 'stakeholder_name,entah\n"Budi Santoso\n')
    path = named.write("districts/contoh/kopi/environment.csv", "")
    fields = TableStore(Roots.find()).declaration("environment").field_names
    row = dict.fromkeys(fields, "") | {
        "cycle": "2026", "aspect": "limbah", "condition": "kata Siti Rahmawati", "basis": "rekaan",
        "source": "Uji", "data_date": "2026-08-14",
    }  # fmt: skip
    path.write_text(canonical_csv(fields, [row]), encoding="utf-8")
    assert named.read(table="environment").rows[0]["condition"] == "kata [nama disamarkan]"


def test_rows_that_are_kept_are_written_as_they_were_not_as_they_are_shown(named):
    store, place = TableStore(Roots.find()), named.place()
    row = dict.fromkeys(store.declaration("scenario").field_names, "") | SCENARIO | {"cycle": "2026"}
    row = {name: value for name, value in row.items() if name in store.declaration("scenario").field_names}
    store.append("scenario", place, [row | {"reason": "kata Siti Rahmawati"}])
    store.append("scenario", place, [row | {"name": "Kedua", "reason": "lain"}])
    path = named.root / "districts" / "contoh" / "kopi" / "scenario.csv"
    assert "kata Siti Rahmawati" in path.read_text(encoding="utf-8")
    assert "kata [nama disamarkan]" in [r["reason"] for r in store.read("scenario", place).rows]


def test_the_reference_is_read_as_it_is():
    tables = load_declarations([PROGRAMME / "data" / "tables"])
    contacts = TableStore(Roots.find()).read("guide_contacts")
    assert masks_in(tables["guide_contacts"], contacts.rows) == []
    assert any("@" in text for row in contacts.rows for text in row.values())


def test_a_text_that_many_rows_have_is_looked_at_once(monkeypatch):
    table = load_declarations([PROGRAMME / "data" / "tables"])["umk_census"]
    model = dict.fromkeys(table.field_names, "") | {
        "poverty_source": "DTSEN desil 1-4",
        "source": "Pendataan",
    }
    rows = tuple(model | {"village_name": f"Desa {number % 30}"} for number in range(3_000))
    looked = []
    monkeypatch.setattr(
        "perantara.tables.masking.mask_identifiers", lambda text, _names: looked.append(text) or text
    )
    assert mask_rows(table, rows, index_names(["Pemilik Usaha"])) is rows
    columns = sum(name in looked for name in ("DTSEN desil 1-4", "Pendataan", "Desa 0"))
    assert columns == 3
    assert len(looked) < 60  # thirty villages and one text of each other column
