from __future__ import annotations

import pytest

from perantara.publish.citations import cite, shorten, shorten_note
from perantara.tables.places import Roots
from perantara.tables.store import TableStore


@pytest.mark.parametrize(
    ("citation", "short"),
    [
        ("BPS, PDRB per kapita ADHK 2010 menurut kabupaten/kota, 2019, melalui panel", "BPS 2019"),
        ("Permendagri 90/2019, daftar nomenklatur (kutipan 89 kode)", "Permendagri 90/2019"),
        ("Menurut ingatan penyusun atas UU 25/2004; naskahnya belum", "Menurut ingatan penyusun atas UU 25/2004"),
        ("Data rekaan untuk latihan (generate.py)", "Data rekaan untuk latihan"),
        ("Satu Data Kabupaten X, UMKM, 2024, dikutip Kabar X", "Satu Data Kabupaten X 2024, dikutip Kabar X"),
        ("Catatan panen", "Catatan panen"),
    ],
)  # fmt: skip
def test_a_citation_is_cut_to_who_and_when(citation, short):
    assert shorten(citation) == short


def test_a_publisher_is_named_once_with_its_years_though_others_stand_between():
    listed = ["BPS, IPM, 2021", "Kemendes PDTT, IDM 2024, data.go.id", "BPS, PDRB, 2019", "BPS, TPT, 2021"]
    assert shorten_note("; ".join(listed), listed) == "BPS 2019, 2021; Kemendes PDTT 2024"


def test_no_short_citation_of_the_shipped_facts_is_empty_or_longer():
    for reading in (TableStore(Roots.find()).read(name) for name in ("regional_facts", "planning_calendar")):
        for source, _basis in reading.sources:
            assert 0 < len(shorten(source)) <= len(source)


def test_markup_in_a_citation_is_escaped():
    assert cite("<b>, 2021", ["<b>, 2021"]) == (
        '<span class="cite-short">&lt;b&gt; 2021</span><span class="cite-full">&lt;b&gt;, 2021</span>'
    )
