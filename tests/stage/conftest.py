"""A bench for the contracts of a stage: a made-up district with three small stages of its own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from perantara.stage import Stage
from perantara.stage.gate import Gate, Measure
from perantara.stage.results import result_folder, write_manifest
from perantara.tables.places import Roots
from perantara.text import set_language

DISTRICT = """\
name: Uji
kind: kabupaten
district_code_kemendagri: "00.07"
rekaan: true
"""
INITIATIVE = """\
title: Keperantaraan pasar madu Kabupaten Uji
commodity: madu
product_unit: kg
target_villages:
  - {code: "00.07.01.2001", name: Satu}
  - {code: "00.07.01.2002", name: Dua}
cycles:
  - {cycle: "2025", status: closed}
  - {cycle: "2026", status: open}
"""
HARVEST = """\
name: harvest
title: Panen madu
scope: initiative
access: publik
why: Tanpa panen, pasokan tidak dapat dijanjikan.
holder: Dinas Perkebunan
max_age_days: 365
coverage: {by: village_code_kemendagri, expected: target_villages, noun: desa sasaran}
fields:
  - {name: cycle, type: year, title: Siklus}
  - {name: village_code_kemendagri, type: string, title: Kode desa, code: kemendagri_village}
  - {name: weight_kg, type: number, title: Berat, unit: kg}
  - {name: grade, type: string, title: Mutu}
  - {name: basis, type: string, title: Dasar angka, constraints: {required: true}}
  - {name: source, type: string, title: Sumber, constraints: {required: true}}
  - {name: data_date, type: date, title: Tanggal data, constraints: {required: true}}
primaryKey: [cycle, village_code_kemendagri]
"""
OFFERS = """\
name: offers
title: Tawaran pembeli
scope: initiative
access: rahasia
why: Tawaran menentukan harga.
holder: Dinas Perdagangan
fields:
  - {name: price_idr, type: number, title: Harga, unit: Rp}
  - {name: basis, type: string, title: Dasar angka, constraints: {required: true}}
  - {name: source, type: string, title: Sumber, constraints: {required: true}}
"""
SUMMARY = """\
name: harvest_summary
title: Ringkasan panen
scope: result
access: internal
fields:
  - {name: village, type: string, title: Desa, constraints: {required: true}}
  - {name: weight_kg, type: number, title: Berat, unit: kg}
"""
STAGE_91 = """\
title: Panen
question: Berapa panen madu?
reads:
  initiative: [harvest, offers]
needs:
  harvest: [weight_kg, grade]
writes: [harvest_summary]
parameters:
  weight_minimum_kg: {type: number, unit: kg, minimum: 0, maximum: 1000, set_by: usulan perantara}
  buyers_minimum: {type: integer, unit: calon, minimum: 0, maximum: 10, set_by: panduan}
criteria:
  weight:
    {title: Panen cukup, operator: ">=", threshold: weight_minimum_kg, tables: [harvest],
    evidence: Panen %(value)s kg dari %(village)s., unknown: Belum ada panen., next_step: Tambah panen.,
    ask: Data panen., who: Dinas Uji, within_days: 10}
  buyers:
    {title: Ada pembeli, operator: ">=", threshold: buyers_minimum, tables: [offers], severity: should,
    evidence: "%(value)s dari %(threshold)s.", evidence_met: "Cukup: %(named)s.", unknown: Belum ada.,
    next_step: Cari pembeli., who: Dinas Uji}
"""
STAGE_92 = "title: Pasar\nreads: {stages: [91_harvest]}\n"
STAGE_93 = "title: Siklus berikut\nreads: {last_cycle: [91_harvest]}\n"
PLACE_CELL = ['district = "uji"', 'initiative = ""', 'cycle = ""', 'as_of = ""']
CELL_91 = [*PLACE_CELL, "weight_minimum_kg = 10.0", "buyers_minimum = 1"]
ROWS = """\
cycle,village_code_kemendagri,weight_kg,grade,basis,source,data_date
2025,00.07.01.2001,5,B,rekaan,Catatan panen,2025-06-01
2026,00.07.01.2001,12.5,A,rekaan,Catatan panen,2026-06-01
2026,00.07.01.2002,20,A,rekaan,Catatan koperasi,2026-06-03
"""
OFFER_ROWS = "price_idr,basis,source\n30000,rekaan,Surat tawaran\n"
DECISION_HEAD = (
    "cycle,stage,computed_result,decided_result,reason,deciding_body,position,decision_date,"
    "document,provenance_sha256,basis,source\n"
)


class Bench:
    """The district ``uji`` in a workspace, and short ways to write, open, close and publish."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("districts/uji/district.yml", DISTRICT)
        self.write("districts/uji/madu/initiative.yml", INITIATIVE)
        for name, text in (("harvest", HARVEST), ("offers", OFFERS), ("harvest_summary", SUMMARY)):
            self.write(f"tables/{name}.yml", text)
        self.rows("harvest", ROWS)
        self.rows("offers", OFFER_ROWS)
        self.stage("91_harvest", STAGE_91, CELL_91)
        self.stage("92_market", STAGE_92, PLACE_CELL)
        self.stage("93_next", STAGE_93, PLACE_CELL)

    def write(self, relative: str, text: str, encoding: str = "utf-8") -> Path:
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode(encoding))
        return path

    def rows(self, table: str, text: str, encoding: str = "utf-8") -> Path:
        return self.write(f"districts/uji/madu/{table}.csv", text, encoding)

    def decide(self, *rows: str) -> None:
        """Rows as ``cycle,stage,computed,decided,reason,date``."""
        lines = []
        for row in rows:
            cycle, stage, computed, decided, reason, date = row.split(",")
            fixed = f"Tim Uji,Ketua,{date},Berita Acara,,rekaan,Berita Acara\n"
            lines.append(f"{cycle},{stage},{computed},{decided},{reason},{fixed}")
        self.rows("decisions", DECISION_HEAD + "".join(lines))

    def stage(self, name: str, declaration: str, cell: list[str], **changes: Any) -> Path:
        """Write a stage's two files; ``changes`` go into the code cell after the parameters."""
        self.write(f"notebooks/{name}.yml", declaration)
        code = {
            "cell_type": "code",
            "execution_count": None,
            "outputs": [],
            "metadata": {},
            "source": ["x = 1"],
        }
        cells = [
            {"cell_type": "markdown", "metadata": {}, "source": ["# Judul"]},
            code
            | {"metadata": {"tags": ["parameters"]}, "source": "\n".join(cell).splitlines(keepends=True)},
            code | changes,
        ]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        return self.write(f"notebooks/{name}.ipynb", json.dumps(notebook))

    @property
    def roots(self) -> Roots:
        return Roots.find()

    def scope(self, name: str = "91_harvest", **given: Any) -> dict[str, Any]:
        """Plain globals with the parameters of ``name``, as a script would have them."""
        defaults = {"district": "uji", "initiative": "", "cycle": "", "as_of": "2026-11-24"}
        own = {"weight_minimum_kg": 10.0, "buyers_minimum": 1} if name == "91_harvest" else {}
        return {**defaults, **own, **given}

    def notebook(self, *cells: str, scope: dict[str, Any] | None = None) -> dict[str, Any]:
        """Globals of an IPython session that ran ``cells``."""
        known: dict[str, Any] = dict(scope or {})
        for cell in cells:
            exec(cell, known)
        return known | {"In": ["", *cells]}

    def open(self, name: str = "91_harvest", **given: Any) -> Stage:
        return Stage.open(name, self.scope(name, **given))

    def gate(self, stage: Stage, weight: float | None = 20.0) -> Gate:
        return stage.judge(weight=weight, buyers=Measure(5, named="Satu"))

    def close(self, stage: Stage, weight: float | None = 20.0) -> dict[str, Any]:
        """Close stage 91 with one finding; return what was written."""
        stage.state("Panen %(weight)s kg.", weight=32.5)
        stage.close(self.gate(stage, weight), {"harvest_summary": self.summary()})
        return self.draft(stage)

    def summary(self) -> pd.DataFrame:
        return pd.DataFrame({"village": ["Satu", "Dua"], "weight_kg": [12.5, 20.0]})

    def draft(self, stage: Stage) -> dict[str, Any]:
        folder = self.roots.reports / "_draft" / stage.place.address / stage.declaration.name
        return json.loads((folder / "findings.json").read_text(encoding="utf-8"))

    def publish(self, monkeypatch: pytest.MonkeyPatch, **given: Any) -> Path:
        """Write stage 91 where the runner would, complete with its manifest."""
        weight = given.pop("weight", 20.0)
        with monkeypatch.context() as patch:
            stage = self.open(**given)
            folder = result_folder(self.roots, stage.place, "91_harvest")
            patch.setenv("PERANTARA_OUTPUT", str(folder))
            stage.state("Panen %(weight)s kg.", weight=32.5)
            stage.close(self.gate(stage, weight), {"harvest_summary": self.summary()})
        write_manifest(folder)
        return folder


@pytest.fixture
def bench(workspace: Path) -> Bench:
    """The made-up district ``uji`` with its three stages."""
    set_language("id")
    return Bench(workspace)
