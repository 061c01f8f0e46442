"""A desk at which a test writes the files of a district and reads them as the programme does."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from perantara.errors import TableError
from perantara.tables.addresses import find_places
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableReading, TableStore

CONTOH = {
    "cycle": "2026", "umk_id": "UMK-001", "owner_name": "Pemilik", "district_code_kemendagri": "00.00",
    "village_code_kemendagri": "00.00.01.2001", "village_name": "Sukacontoh", "owner_sex": "perempuan",
    "owner_has_disability": "tidak", "owner_age_years": "40", "is_poor": "ya", "poverty_source": "",
    "product": "", "product_unit": "",
    "capacity_per_month": "150", "production_per_month": "100", "quality_grade": "A",
    "annual_sales_idr": "76300000", "capital_idr": "", "basis": "rekaan", "source": "Data rekaan", "data_date": "2026-08-14",
}  # fmt: skip
TRENGGALEK = CONTOH | {
    "district_code_kemendagri": "35.03", "village_code_kemendagri": "35.03.03.2005",
    "village_name": "Pakel", "basis": "lapangan", "source": "Pendataan uji",
}  # fmt: skip


class Desk:
    """The workspace of a district office."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.path = root / "districts" / "contoh" / "kopi" / "umk_census.csv"

    def write(self, relative: str, content: str | bytes) -> Path:
        path = self.root / relative
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def census(self, *changes: dict[str, str], delimiter: str = ",", model=CONTOH) -> str:
        """Text of a census whose rows differ from the model by ``changes``; keys stay distinct."""
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, list(model), delimiter=delimiter, lineterminator="\n")
        writer.writeheader()
        for number, change in enumerate(changes or [{}], start=1):
            writer.writerow(model | {"umk_id": f"UMK-{number:03d}"} | change)
        return buffer.getvalue()

    def write_census(self, *changes: dict[str, str], place: str = "contoh/kopi", **options) -> Path:
        model = CONTOH if place.startswith("contoh") else TRENGGALEK
        text = self.census(*changes, model=model, **options)
        return self.write(f"districts/{place}/umk_census.csv", text)

    def place(self, address: str = "contoh/kopi") -> Place:
        return find_places(Roots.find(), address)[-1]

    def read(self, address: str = "contoh/kopi", table: str = "umk_census") -> TableReading:
        return TableStore(Roots.find()).read(table, self.place(address))

    def error(self, address: str = "contoh/kopi", table: str = "umk_census") -> TableError:
        with pytest.raises(TableError) as caught:
            self.read(address, table)
        return caught.value

    def complaint(self, *changes: dict[str, str], place: str = "contoh/kopi") -> str:
        """What the user reads of a census with ``changes``."""
        self.write_census(*changes, place=place)
        return str(self.error(place))

    def state(self, statement: str, place: str = "contoh/kopi") -> None:
        """Append to the initiative.yml that applies."""
        relative = f"districts/{place}/initiative.yml"
        kept = Roots.find().find_file(relative).read_text(encoding="utf-8")
        self.write(relative, kept + statement + "\n")


@pytest.fixture
def desk(workspace: Path) -> Desk:
    return Desk(workspace)
