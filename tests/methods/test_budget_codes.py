"""Grammar of budget codes, likeness of names, and the audit; the guide's 31 rows come out exactly."""

import csv
import re
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods.budget_codes import AUDIT_COLUMNS, audit_codes, likeness
from perantara.methods.code_grammar import is_account_code, parse_code
from perantara.tables.declaration import load_declarations
from perantara.tables.places import PROGRAMME

REFERENCE = PROGRAMME / "data" / "reference"
SIPD = "Daftar SIPD TA 2027"
DECREE = "Permendagri 90/2019"
NONE = pd.DataFrame(columns=["code", "status", "successor", "note"])


def read(path: Path) -> pd.DataFrame:
    with path.open(encoding="utf-8", newline="") as handle:
        frame = pd.DataFrame(list(csv.DictReader(handle)), dtype="str").replace("", None)
    for column in frame.columns.intersection(["fiscal_year_from", "fiscal_year_to"]):
        frame[column] = pd.to_numeric(frame[column]).astype("Int64")
    return frame


OFFICIAL = read(REFERENCE / "budget_codes.csv")
CHANGES = read(REFERENCE / "budget_code_changes.csv")
GUIDE = read(REFERENCE / "guide_budget_codes.csv").rename(columns={"code_as_printed": "code"})


def lists(*rows):
    """Official rows of code, name, decree, from, to; the level as the grammar says."""
    names = ["code", "official_name", "decree", "fiscal_year_from", "fiscal_year_to"]
    frame = pd.DataFrame([[*row, *[None] * (5 - len(row))] for row in rows], columns=names)
    frame["level"] = [parse_code(code).level for code in frame["code"]]
    return frame


def audit_one(official, code, name=None, decree=None, year=None, changes=NONE):
    used = pd.DataFrame({"code": [code], "name_used": [name], "decree": [decree], "fiscal_year": [year]})
    return audit_codes(used, official, changes).fillna({"proposal": "", "note": "", "level": ""}).iloc[0]


@pytest.mark.parametrize(
    ("text", "level", "authority", "generation"),
    [
        ("2", "urusan", "", ""),
        ("2.17", "bidang urusan", "", ""),
        ("2.17.08", "program", "", ""),
        ("2.17.08.2.01", "kegiatan", "kabupaten/kota", ""),
        ("3.30.05.1.01.02", "sub kegiatan", "provinsi", "2019"),
        (" 2.17.08.2.01.0018 ", "sub kegiatan", "kabupaten/kota", "2023"),
    ],
)
def test_a_well_formed_code_tells_level_authority_and_generation(text, level, authority, generation):
    code = parse_code(text)
    assert (code.level, code.authority, code.generation) == (level, authority, generation)
    assert (code.canonical, code.fault, code.proposal) == (text.strip(), "", "")


@pytest.mark.parametrize(
    ("text", "proposal", "fault"),
    [
        ("5.5.02", "5.05.02", "kurang nol"),
        ("5.5.02.2.01.11", "5.05.02.2.01.11", "kurang nol"),
        ("3.26.2.2.3.7", "3.26.02.2.03.07", "kurang nol"),
        ("2.17.08.2.01.018", "2.17.08.2.01.0018", "kurang nol"),
        ("1.04.02.02.02.0001", "1.04.02.2.02.0001", "dua angka"),
        ("2.17.08.2.01.", "2.17.08.2.01", "titik"),
        ("2. 17. 08", "2.17.08", "titik"),
        ("2.17.08.2", "", "terpotong"),
        ("2.17.08.02", "", "terpotong"),
        ("2.17.08.5.01", "", "tidak dikenal"),
        ("2.17.08.2.01.00018", "", "tidak dikenal"),
        ("X.XX.01.2.01", "", "huruf X"),
        ("5.1.02.01.01.0024", "", "kode rekening"),
        ("05/05/2002", "", "menjadi tanggal"),
        ("2026-02-03 00:00:00", "", "menjadi tanggal"),
        ("5-Mei", "", "menjadi tanggal"),
        ("2,17E+11", "", "berpangkat"),
        ("217082010018", "", "sebagai angka"),
        ("", "", "tidak dikenal"),
    ],
)
def test_what_is_not_well_formed_is_named_and_repaired_only_as_a_proposal(text, proposal, fault):
    code = parse_code(text)
    assert code.text == text
    assert (code.proposal, code.canonical) == (proposal, proposal)
    assert fault in code.fault


@given(st.from_regex(r"[1-8]\.[0-9]{2}\.[0-9]{2}\.2\.[0-9]{2}\.([0-9]{2}|[0-9]{4})", fullmatch=True))
def test_a_well_formed_code_survives_the_loss_of_its_zeros(code):
    head, _dot, last = code.rpartition(".")
    stripped = ".".join(part.lstrip("0") or "0" for part in head.split(".")) + f".{last}"
    assert parse_code(stripped).canonical == code
    assert parse_code(code).fault == ""


@given(st.text(max_size=25))
def test_any_text_is_either_a_code_of_the_grammar_or_has_a_fault(text):
    code = parse_code(text)
    assert (code.fault == "") == (code.canonical != "" and code.proposal == "")
    if code.canonical:
        assert re.fullmatch(r"[0-9.]+", code.canonical)
        assert parse_code(code.canonical).fault == ""


def test_an_account_is_told_from_a_code_by_its_second_part():
    assert is_account_code("4.1.01")
    assert is_account_code("6.2.01.01.01.0001")
    assert not is_account_code("5.01.02.2.01.0001")
    assert not is_account_code("3.1.02")


def test_likeness_does_not_see_case_punctuation_spaces_little_words_and_abbreviations():
    assert likeness("Sarpras Destinasi Kab./Kota", "SARANA DAN PRASARANA DESTINASI KABUPATEN/KOTA") == 1
    assert likeness("Kerja Sama antar Desa & Pihak Ketiga", "kerjasama antardesa dan pihak ketiga") == 1
    # "abcd" and "abxy" share two of eight letters in one block: 2 * 2 / 8
    assert likeness("abcd", "abxy") == pytest.approx(0.5)
    assert likeness("", "Program") == likeness("dan", "dan") == 0


@given(st.text(max_size=30), st.text(max_size=30))
def test_likeness_is_symmetric_and_between_zero_and_one(first, second):
    assert 0 <= likeness(first, second) <= 1
    assert likeness(first, second) == likeness(second, first)


def test_the_guide_matches_the_list_of_2019_in_28_rows_and_lacks_a_zero_in_three():
    # the official list of that time alone: facts.md 2
    audit = audit_codes(GUIDE[["code", "name_used"]], OFFICIAL[OFFICIAL["decree"] == DECREE], NONE)
    assert len(audit) == 31
    padded = audit[audit["status"] == "kurang nol"].set_index("code")["proposal"].to_dict()
    assert padded == {"5.5.02": "5.05.02", "5.5.02.2.01": "5.05.02.2.01", "5.5.02.2.01.11": "5.05.02.2.01.11"}
    matched = audit[audit["status"].isin(["sesuai", "nama berbeda"])]
    assert len(matched) == 28
    # two names say something else; five of facts.md 2 and three more are not letter for letter the official one
    assert set(audit.loc[audit["status"] == "nama berbeda", "code"]) == {"3.26.03", "3.26.03.2.01.01"}
    assert set(audit.loc[audit["likeness"] < 1, "code"]) == {
        "2.13.04.2.01", "2.13.04.2.01.08", "3.26.03", "3.26.03.2.01", "3.26.03.2.01.01",
        "3.26.02", "3.26.02.2.03",  # "Wisata" for "Pariwisata", "Kabupaten" for "Kabupaten/Kota"
    }  # fmt: skip


def test_all_31_rows_of_the_guide_are_audited_for_2027():
    audit = audit_codes(GUIDE[["code", "name_used"]].assign(fiscal_year=2027), OFFICIAL, CHANGES)
    assert audit["code"].to_list() == GUIDE["code"].to_list()
    assert audit["status"].value_counts().to_dict() == {
        "sesuai": 12,  # programmes and kegiatan, and one sub kegiatan of which no change is known
        "bernomor baru": 12,
        "kurang nol": 3,
        "dicabut": 3,
        "nama berbeda": 1,  # 3.26.03
    }
    retired = set(audit.loc[audit["status"] == "dicabut", "code"])
    assert retired == {"3.26.03.2.01.01", "3.30.05.2.01.01", "3.30.05.2.01.06"}
    renumbered = audit[audit["status"] == "bernomor baru"]
    # each keeps its number, in four digits
    assert renumbered["proposal"].to_list() == [f"{c[:-2]}00{c[-2:]}" for c in renumbered["code"]]
    assert audit.loc[audit["code"] == "3.26.02.2.02.07", "note"].item().startswith("Blok terakhir dua angka")


def test_the_result_fits_its_declaration_with_exactly_its_columns():
    declared = load_declarations([PROGRAMME / "data" / "tables"])["code_audit"]
    assert declared.field_names == AUDIT_COLUMNS
    audit = audit_codes(GUIDE[["code", "name_used"]], OFFICIAL, CHANGES)
    assert list(audit.columns) == AUDIT_COLUMNS
    assert set(audit["status"]) <= set(declared.field("status").constraints["enum"])


def test_a_code_that_no_list_knows_cannot_be_checked_and_its_parent_is_named():
    official = lists(("2.17.08.2.01", "Pengembangan Usaha Mikro", SIPD))
    row = audit_one(official, "2.17.08.2.01.0099", "Pasar")
    assert (row["status"], row["proposal"]) == ("belum dapat diperiksa", "")
    assert "tidak berarti salah" in row["note"]
    assert "Induknya dikenal: 2.17.08.2.01 Pengembangan Usaha Mikro." in row["note"]


def test_an_old_code_is_met_with_its_four_digits_only_where_the_names_agree():
    official = lists(("2.17.06.2.01.0004", "Pemberdayaan Koperasi", SIPD))
    assert audit_one(official, "2.17.06.2.01.04", "Pemberdayaan Koperasi")["proposal"] == "2.17.06.2.01.0004"
    other = audit_one(official, "2.17.06.2.01.04", "Pameran Dagang")
    assert other["proposal"] == ""
    assert "bandingkan namanya" in other["note"]
    # three zeros were lost: the list tells which generation was meant
    assert audit_one(official, "2.17.6.2.1.4")["proposal"] == "2.17.06.2.01.0004"


def test_a_retired_code_names_its_successor_or_the_nearest_name_of_a_later_list():
    official = lists(
        ("3.26.03.2.01.01", "Penguatan Promosi Melalui Media Cetak", DECREE),
        ("3.26.03.2.01.0006", "Fasilitasi Kegiatan Pemasaran", SIPD),
        ("3.26.03.2.01.0007", "Penguatan Promosi melalui Media Cetak", SIPD),
        ("2.13.03.2.01.0007", "Penguatan Promosi melalui Media Cetak", SIPD),  # another bidang
    )
    changes = pd.DataFrame({"code": ["3.26.03.2.01.01"], "status": ["dicabut"], "successor": [None],
                            "note": ["Tidak ada lagi."]})  # fmt: skip
    row = audit_one(official, "3.26.03.2.01.01", "Promosi", changes=changes)
    assert (row["status"], row["proposal"]) == ("dicabut", "3.26.03.2.01.0007")
    assert row["note"].startswith("Tidak ada lagi. Nama yang terdekat dalam Daftar SIPD TA 2027: ")
    assert "(kemiripan 1,00)" in row["note"]
    named = audit_one(official, "3.26.03.2.01.01", changes=changes.assign(successor="3.26.03.2.01.0006"))
    assert named["proposal"] == "3.26.03.2.01.0006"
    assert "Kode penggantinya 3.26.03.2.01.0006 Fasilitasi Kegiatan Pemasaran." in named["note"]


def test_validity_follows_the_years_that_a_list_states():
    official = lists(("2.17.08", "PROGRAM PENGEMBANGAN UMKM", SIPD, 2024, 2027))
    for year, words in (
        (2023, "berlaku mulai tahun anggaran 2024"),
        (2028, "berlaku sampai tahun anggaran 2027"),
    ):
        row = audit_one(official, "2.17.08", "Program Pengembangan UMKM", year=year)
        assert row["status"] == "tidak berlaku pada tahun itu"
        assert words in row["note"]
    for year in (2024, 2027, None):
        assert audit_one(official, "2.17.08", "Program Pengembangan UMKM", year=year)["status"] == "sesuai"


@pytest.mark.parametrize(
    ("code", "year", "is_noted"),
    [
        ("2.17.07.2.01.02", 2023, False),
        ("2.17.07.2.01.02", 2024, True),
        ("2.17.07.2.01.0016", 2023, True),
        ("2.17.07.2.01.0016", 2024, False),
    ],
)
def test_digits_that_are_not_customary_for_the_year_are_a_note_and_never_a_status(code, year, is_noted):
    row = audit_one(lists((code, "Kemitraan", DECREE)), code, "Kemitraan", year=year)
    assert row["status"] == "sesuai"
    assert ("lazimnya" in row["note"]) == is_noted


def test_a_code_of_the_province_is_not_one_of_a_district():
    row = audit_one(lists(("3.30.05.1.01", "Pameran", SIPD)), "3.30.05.1.01", "Pameran")
    assert row["status"] == "bentuk salah"
    assert "milik provinsi" in row["note"]


def test_names_below_the_least_likeness_differ_and_a_name_not_read_is_not_compared():
    official = lists(("2.17.08", "abcd", SIPD), ("2.17.07", None, SIPD))
    used = pd.DataFrame({"code": ["2.17.08", "2.17.07"], "name_used": ["abxy", "abxy"]})
    strict, loose = (audit_codes(used, official, NONE, likeness_minimum=m) for m in (0.51, 0.5))
    assert strict["status"].to_list() == ["nama berbeda", "sesuai"]
    assert loose["status"].to_list() == ["sesuai", "sesuai"]
    assert "Nama hampir sama" in loose["note"][0]
    assert "nama resminya belum dibaca" in strict["note"][1]
    assert strict["name_compared"].to_list() == [True, False]
    assert not audit_one(official, "2.17.08")["name_compared"]  # no name was used
    assert not audit_one(official, "2.17.09", "abxy")["name_compared"]  # in no list


def test_the_stated_decree_is_compared_first_and_another_list_is_named():
    official = lists(("2.17.08", "Nama Lama", DECREE), ("2.17.08", "Nama Baru", SIPD, None, 2027))
    assert audit_one(official, "2.17.08", "Nama Lama", DECREE)["official_name"] == "Nama Lama"
    assert audit_one(official, "2.17.08")["decree"] == SIPD  # the later of two
    other = audit_one(official, "2.17.08", "Nama Baru", "Perda lain")
    assert (other["official_name"], other["decree"]) == ("Nama Baru", "Perda lain")
    assert "tidak ada dalam Perda lain; dibandingkan dengan Daftar SIPD TA 2027" in other["note"]


def test_there_is_one_row_for_each_code_name_and_decree_in_the_order_used():
    used = pd.DataFrame({
        "code": ["2.17.08", "2.17", "2.17.08", "2.17.08"], "name_used": ["A", "B", "A", "C"],
        "fiscal_year": pd.array([2027, 2027, 2028, 2027], dtype="Int64"),
    })  # fmt: skip
    audit = audit_codes(used, lists(("2.17.08", "A", SIPD, None, 2027)), NONE)
    assert audit[["code", "name_used"]].values.tolist() == [["2.17.08", "A"], ["2.17", "B"], ["2.17.08", "C"]]
    assert audit["status"][0] == "tidak berlaku pada tahun itu"  # 2028, the second year of use
    assert audit_codes(used.iloc[:0], OFFICIAL, CHANGES).empty


def test_what_cannot_be_audited_is_refused():
    with pytest.raises(ValueError, match="used lacks the columns code"):
        audit_codes(pd.DataFrame({"kode": ["2"]}), OFFICIAL, CHANGES)
    with pytest.raises(ValueError, match="no code"):
        audit_codes(pd.DataFrame({"code": [None]}), OFFICIAL, CHANGES)
    with pytest.raises(ValueError, match="between 0 and 1"):
        audit_codes(GUIDE, OFFICIAL, CHANGES, likeness_minimum=85)
