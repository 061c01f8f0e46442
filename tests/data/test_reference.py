"""The reference tables against the list of facts that the project may carry (facts.md, section 1)."""

from __future__ import annotations

from collections import Counter

import pytest

from perantara.tables.places import Roots
from perantara.tables.store import TableStore

DISTRICTS = {
    "11.05": "Aceh Barat", "35.03": "Trenggalek", "73.03": "Bantaeng", "52.08": "Lombok Utara",
    "33.27": "Pemalang", "33.26": "Pekalongan", "35.01": "Pacitan",
}  # fmt: skip
# kecamatan, desa, kelurahan (Kepmendagri 300.2.2-2430/2025), km2 (BIG 2024), penduduk 2025 (Kemendagri)
AREA_AND_PEOPLE = {
    "11.05": (12, 322, 0, 2782.606, 209220),
    "35.03": (14, 152, 5, 1249.367, 753810),
    "73.03": (8, 46, 21, 390.950, 217267),
    "52.08": (5, 43, 0, 810.185, 269989),
    "33.27": (14, 212, 11, 1135.757, 1601007),
    "33.26": (19, 272, 13, 892.578, 1034241),
    "35.01": (12, 167, 5, 1434.818, 588718),
}
AREA_INDICATORS = [
    ("subdistrict_count", "2025"), ("village_count", "2025"), ("urban_village_count", "2025"),
    ("area_km2", "2024"), ("population_persons", "2025"),
]  # fmt: skip
# P0, IPM, pengeluaran, TPT, RLS 2021; PDRB per kapita 2019, 2020, 2021, 2024; PDRB 2021 (BPS)
WELFARE = {
    "11.05": (18.81, 71.67, 9593, 7.09, 9.55, 33661, 35728, 37408, 41896, 7485.9),
    "35.03": (12.14, 70.06, 9743, 3.53, 7.56, 18346, 17126, 17658, 19988, 12959.0),
    "73.03": (9.41, 68.99, 11829, 4.07, 6.77, 29986, 28775, 30989, 38086, 6151.4),
    "52.08": (27.04, 64.77, 9057, 1.75, 6.04, 15543, 13056, 13029, 14146, 3262.3),
    "33.27": (16.56, 66.56, 8573, 6.71, 6.45, 14089, 12372, 12739, 14126, 18916.3),
    "33.26": (10.57, 70.11, 10409, 4.28, 7.17, 18310, 16605, 16896, 18923, 16615.1),
    "35.01": (15.11, 68.57, 8887, 2.04, 7.61, 19875, 18519, 18940, 21707, 11107.4),
}
GRDP_PER_CAPITA = "grdp_per_capita_constant_2010_idr_thousand"
WELFARE_INDICATORS = [
    ("poverty_rate_pct", "2021"), ("human_development_index", "2021"),
    ("adjusted_expenditure_per_capita_idr_thousand", "2021"), ("open_unemployment_rate_pct", "2021"),
    ("mean_years_schooling_years", "2021"), (GRDP_PER_CAPITA, "2019"), (GRDP_PER_CAPITA, "2020"),
    (GRDP_PER_CAPITA, "2021"), (GRDP_PER_CAPITA, "2024"), ("grdp_constant_2010_idr_bn", "2021"),
]  # fmt: skip
# desa, IDM, IKS, IKE, IKL; mandiri, maju, berkembang, tertinggal, sangat tertinggal (Kemendes PDTT 2024)
VILLAGES = {
    "11.05": (322, 0.6619, 0.7372, 0.5522, 0.6962, 21, 57, 188, 54, 1),
    "35.03": (152, 0.8158, 0.8269, 0.7610, 0.8597, 89, 63, 0, 0, 0),
    "73.03": (46, 0.8192, 0.8405, 0.7750, 0.8420, 23, 23, 0, 0, 0),
    "52.08": (43, 0.8098, 0.8494, 0.6977, 0.8822, 20, 19, 4, 0, 0),
    "33.27": (212, 0.7719, 0.8226, 0.7070, 0.7862, 52, 123, 37, 0, 0),
    "33.26": (272, 0.7048, 0.7701, 0.6490, 0.6954, 22, 82, 168, 0, 0),
    "35.01": (167, 0.7891, 0.8230, 0.7279, 0.8164, 81, 77, 9, 0, 0),
}
STATUSES = ["mandiri", "maju", "berkembang", "tertinggal", "sangat tertinggal"]
VILLAGE_INDICATORS = [
    "village_development_assessed_count", "village_development_index", "village_social_resilience_index",
    "village_economic_resilience_index", "village_environmental_resilience_index",
]  # fmt: skip
# the others of section 1: (code, indicator, breakdown, period) -> value
SINGLE = {
    ("11.05.07", "village_development_assessed_count", "", "2024"): 27,
    ("11.05.07", "village_development_index", "rata-rata desa", "2024"): 0.6394,
    ("11.05.07", "village_economic_resilience_index", "rata-rata desa", "2024"): 0.5247,
    ("35.03.03", "village_development_assessed_count", "", "2024"): 10,
    ("35.03.03", "village_development_index", "rata-rata desa", "2024"): 0.8168,
    ("35.03.03", "village_economic_resilience_index", "rata-rata desa", "2024"): 0.7517,
    ("73.03.04", "village_development_assessed_count", "", "2024"): 6,
    ("73.03.04", "village_development_index", "rata-rata desa", "2024"): 0.8471,
    ("73.03.04", "village_economic_resilience_index", "rata-rata desa", "2024"): 0.7972,
    ("33.27.03", "village_development_assessed_count", "", "2024"): 13,
    ("33.27.03", "village_development_index", "rata-rata desa", "2024"): 0.7097,
    ("33.27.03", "village_economic_resilience_index", "rata-rata desa", "2024"): 0.6666,
    ("11.05.07.2026", "village_development_index", "", "2024"): 0.5078,  # Gunong Pulo
    ("73.03.04.2006", "village_development_index", "", "2024"): 0.9530,  # Labbo
    ("33.27.03.2011", "village_development_index", "", "2024"): 0.7562,  # Sikasur
    ("33.27.03.2010", "village_development_index", "", "2024"): 0.7298,  # Bulakan
    ("33.27.03.2008", "village_development_index", "", "2024"): 0.6662,  # Mendelem
    ("33.27.02.2012", "village_development_index", "", "2024"): 0.7951,  # Cikendung
    ("33.27.02.2004", "village_development_index", "", "2024"): 0.7967,  # Gunungsari
    ("", "village_development_status_threshold_index", "mandiri", "2024"): 0.8155,
    ("", "village_development_status_threshold_index", "maju", "2024"): 0.7073,
    ("", "village_development_status_threshold_index", "berkembang", "2024"): 0.5990,
    ("", "village_development_status_threshold_index", "tertinggal", "2024"): 0.4908,
    ("35.01", "ginger_production_kg", "", "2019"): 14398170,
    ("35", "ginger_production_kg", "", "2019"): 49091741,
    ("35", "ginger_production_kg", "", "2020"): 45092555,
    ("35.03", "coconut_production_t", "", "2020"): 8130.83,
    ("35.03", "cocoa_production_t", "", "2020"): 1003.82,
    ("35.03", "cocoa_area_ha", "", "2019"): 4024.74,
    ("35.03", "cocoa_area_ha", "", "2020"): 3336.07,
    ("35.03", "msme_count", "", "2019"): 143455,
    ("35.03", "msme_count", "mikro", "2019"): 140595,
    ("35.03", "msme_count", "kecil", "2019"): 2309,
    ("35.03", "msme_count", "menengah", "2019"): 551,
    ("35.03.11", "registered_msme_count", "", "2024"): 1733,  # Trenggalek
    ("35.03.09", "registered_msme_count", "", "2024"): 496,  # Bendungan
    ("35.03.04", "registered_msme_count", "", "2024"): 436,  # Dongko
    ("35.03.05", "registered_msme_count", "", "2024"): 386,  # Tugu
}
POVERTY_LINES = {  # Maret 2024: perkotaan, perdesaan
    "11": (696048, 643398), "33": (517415, 495627), "35": (551702, 516684), "52": (547412, 520679),
    "73": (485401, 436463), "": (601871, 556874),
}  # fmt: skip
COFFEE = {  # Pink Sheet, US$/kg: arabika, robusta
    "2018-12": (2.80, 1.71), "2020-12": (3.48, 1.59), "2022-12": (4.63, 2.05), "2024-12": (7.57, 5.22),
    "2026-05": (6.95, 3.67),
}  # fmt: skip


@pytest.fixture
def store(workspace):
    return TableStore(Roots.find())


@pytest.fixture
def facts(store):
    """Value by code, indicator, breakdown and period."""
    return {
        (row["region_code_kemendagri"], row["indicator"], row["breakdown"], row["period"]): float(
            row["value"]
        )
        for row in store.read("regional_facts").rows
    }


def expected_facts():
    found = dict(SINGLE)
    for code in DISTRICTS:
        for table, indicators in ((AREA_AND_PEOPLE, AREA_INDICATORS), (WELFARE, WELFARE_INDICATORS)):
            pairs = zip(indicators, table[code], strict=True)
            found |= {(code, indicator, "", period): value for (indicator, period), value in pairs}
        counts, statuses = VILLAGES[code][:5], VILLAGES[code][5:]
        for indicator, value in zip(VILLAGE_INDICATORS, counts, strict=True):
            breakdown = "rata-rata desa" if indicator.endswith("_index") else ""
            found[code, indicator, breakdown, "2024"] = value
        for status, value in zip(STATUSES, statuses, strict=True):
            found[code, "villages_by_development_status_count", status, "2024"] = value
    # Aceh Barat: 322 villages, 321 with a status
    found["11.05", "villages_by_development_status_count", "tanpa status", "2024"] = 1
    for code, (urban, rural) in POVERTY_LINES.items():
        found[code, "poverty_line_idr_per_month", "perkotaan", "2024-03"] = urban
        found[code, "poverty_line_idr_per_month", "perdesaan", "2024-03"] = rural
    for period, prices in COFFEE.items():
        for kind, price in zip(("arabika", "robusta"), prices, strict=True):
            found["", "coffee_price_usd_per_kg", kind, period] = price
    return found


def test_every_figure_of_the_facts_is_a_row_with_its_value_and_no_row_is_beyond_them(facts):
    assert facts == expected_facts()


def test_the_rows_are_counted_by_block(store):
    rows = store.read("regional_facts").rows
    by = Counter(row["indicator"] for row in rows if row["level"] == "kabupaten/kota")
    by_indicator = Counter(row["indicator"] for row in rows)
    assert sum(by[indicator] for indicator, _period in AREA_INDICATORS) == 35
    assert sum(by[indicator] for indicator, _period in dict(WELFARE_INDICATORS).items()) == 70
    assert (
        sum(by[indicator] for indicator in (*VILLAGE_INDICATORS, "villages_by_development_status_count"))
        == 71
    )
    assert by_indicator["village_development_status_threshold_index"] == 4
    villages = Counter(row["level"] for row in rows if row["indicator"] in VILLAGE_INDICATORS)
    assert (villages["kecamatan"], villages["desa"]) == (12, 7)
    blocks = {
        "poverty_line_idr_per_month": 12, "ginger_production_kg": 3, "coconut_production_t": 1,
        "cocoa_production_t": 1, "cocoa_area_ha": 2, "msme_count": 4, "registered_msme_count": 4,
        "coffee_price_usd_per_kg": 10,
    }  # fmt: skip
    assert {indicator: by_indicator[indicator] for indicator in blocks} == blocks
    assert len(rows) == 236


def test_every_figure_has_a_source_a_date_a_basis_and_a_unit(store):
    for row in store.read("regional_facts").rows:
        assert row["source"] and row["data_date"] == "2026-11-24" and row["unit"], row
        assert row["basis"] in ("resmi", "keterangan"), row


def test_what_came_through_the_press_or_without_its_publication_is_not_called_official(store):
    hearsay = {
        "ginger_production_kg", "coconut_production_t", "cocoa_production_t", "cocoa_area_ha", "msme_count",
        "registered_msme_count", "grdp_constant_2010_idr_bn",
    }  # fmt: skip
    rows = store.read("regional_facts").rows
    assert {row["indicator"] for row in rows if row["basis"] == "keterangan"} == hearsay


def test_two_meanings_of_one_word_are_told_apart_beside_the_number(store):
    rows = store.read("regional_facts").rows
    registered = [int(row["value"]) for row in rows if row["indicator"] == "registered_msme_count"]
    total = f"{sum(registered):,}".replace(",", ".")
    notes = {row["note"] for row in rows if row["indicator"] == "msme_count"}
    (note,) = notes
    assert f"{total} di empat dari 14 kecamatan" in note and "Jangan dibandingkan" in note


def test_villages_by_status_add_up_to_the_villages_that_were_assessed(facts):
    for code in DISTRICTS:
        counted = sum(
            value
            for (region, indicator, _status, _period), value in facts.items()
            if region == code and indicator == "villages_by_development_status_count"
        )
        assert counted == facts[code, "village_development_assessed_count", "", "2024"]


def test_the_index_of_a_district_is_the_mean_of_its_three_parts(facts):
    """IDM = (IKS + IKE + IKL) / 3, Kemendes PDTT; four digits leave 0.0001 for rounding."""
    for code in DISTRICTS:
        index, *parts = (facts[code, name, "rata-rata desa", "2024"] for name in VILLAGE_INDICATORS[1:])
        assert index == pytest.approx(sum(parts) / 3, abs=1e-4)


def test_the_regions_are_38_provinces_and_514_kabupaten_and_kota(store):
    rows = store.read("regions").rows
    levels = Counter(row["level"] for row in rows)
    assert (levels["provinsi"], levels["kabupaten"] + levels["kota"]) == (38, 514)
    assert (levels["kabupaten"], levels["kota"]) == (416, 98)


def test_every_region_lies_in_its_province_and_kota_are_numbered_from_71(store):
    rows = store.read("regions").rows
    provinces = {row["region_code_kemendagri"] for row in rows if row["level"] == "provinsi"}
    for row in rows:
        code = row["region_code_kemendagri"]
        assert row["province_code_kemendagri"] == code[:2]
        assert code[:2] in provinces
        if row["level"] != "provinsi":
            assert (int(code[3:]) > 70) == (row["level"] == "kota"), row


def test_bps_codes_are_there_for_the_districts_of_the_guide_and_unique(store):
    bps = {
        row["region_code_kemendagri"]: row["region_code_bps"]
        for row in store.read("regions").rows
        if row["region_code_bps"]
    }
    known = {
        "11.05": "1107", "35.03": "3503", "73.03": "7303", "52.08": "5208", "33.27": "3327", "33.26": "3326",
        "35.01": "3501", "33.75": "3375", "11.03": "1105",
    }  # fmt: skip
    assert {code: bps.get(code) for code in known} == known
    assert len(set(bps.values())) == len(bps)


def test_the_contacts_of_the_guide_are_not_verified(store):
    assert {row["verification"] for row in store.read("guide_contacts").rows} == {"belum diverifikasi"}
    assert store.declaration("guide_contacts").access == "internal"


def test_the_contradictions_show_both_readings_and_what_the_workbook_does(store):
    rows = store.read("guide_contradictions").rows
    assert len(rows) >= 15
    for row in rows:
        assert row["first_reading"] != row["second_reading"]
        assert row["treatment"]


def test_the_glossary_says_each_term_once_in_both_languages(store):
    rows = store.read("glossary").rows
    assert len({row["term"].lower() for row in rows}) == len(rows) > 40
    assert all(row["term_english"] and row["definition"] for row in rows)
