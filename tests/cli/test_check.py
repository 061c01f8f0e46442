"""``perantara check``: a summary and 0, or every fault and 1."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from perantara.cli.check import check_places
from perantara.cli.main import main
from perantara.tables.addresses import find_places
from perantara.tables.places import PROGRAMME, Roots


def check(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["check", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def line_of(output: str, table: str) -> str:
    return next(line for line in output.splitlines() if f"({table}.csv)" in line)


def damage(path, old, new):
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def test_a_sound_place_ends_with_zero_and_a_summary_of_its_tables(workspace):
    code, output = check("contoh/anyaman")
    assert code == 0
    assert "Kabupaten Contoh (00.00)" in output
    assert "contoh/anyaman — Keperantaraan pasar anyaman bambu Kabupaten Contoh" in output
    # 5 target villages in initiative.yml, 2 of them in the census of contoh
    assert line_of(output, "umk_census") == (
        "  sebagian   Pendataan UMK (umk_census.csv) — 55 baris, 2 dari 5 desa sasaran, s.d. 4 Agustus 2026"
    )
    assert line_of(output, "environment") == (
        "  belum ada  Keadaan awal lingkungan hidup (environment.csv) — "
        "tanyakan kepada: Dinas Lingkungan Hidup dan perangkat daerah teknis"
    )
    # concept_outputs has no limit of age, so that these words do not change with the day
    assert line_of(output, "concept_outputs").startswith(
        "  ada        Lima hasil perumusan konsep (concept_outputs.csv) — 2 baris"
    )
    assert output.splitlines()[-2].startswith("Tabel: ")
    assert output.splitlines()[-2].endswith("0 SALAH")
    assert output.splitlines()[-1] == "Tidak ada yang salah. Berikutnya: perantara run contoh/anyaman"


def test_a_table_that_nobody_need_have_is_not_told_as_missing(workspace):
    output = check("contoh/anyaman")[1]
    assert "decisions.csv" not in output and "scenario.csv" not in output
    missing = [line for line in output.splitlines() if line.startswith("  belum ada ")]
    assert f", {len(missing)} belum ada, 0 SALAH" in output.splitlines()[-2]


def test_an_old_table_is_told_from_a_present_one(workspace, capsys):
    roots = Roots.find()
    places = find_places(roots, "trenggalek")
    assert check_places(roots, places, as_of="2022-01-01") == 0
    assert line_of(capsys.readouterr().out, "actors").startswith("  ada ")
    assert check_places(roots, places, as_of="2026-11-24") == 0
    # the newest row is of 1 December 2021; the declaration allows 1095 days, to 30 November 2024
    output = capsys.readouterr().out
    assert line_of(output, "actors").startswith("  lama ")
    assert "s.d. 1 Desember 2021, tanyakan kepada: Dinas" in line_of(output, "actors")


def test_a_table_is_judged_by_the_newest_cycle_and_not_by_all_rows(copy_contoh):
    kopi = copy_contoh() / "kopi"
    rows = (kopi / "umk_census.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    one_village = [row for row in rows if row.startswith("2026,") and ",00.00.01.2001," in row]
    (kopi / "umk_census.csv").write_text(
        "".join([rows[0], *(row for row in rows if row.startswith("2025,")), *one_village]), encoding="utf-8"
    )
    line = line_of(check("contoh/kopi")[1], "umk_census")
    assert line.startswith("  sebagian ")  # all six villages in 2025, one in 2026
    assert "1 dari 6 desa sasaran" in line


def test_a_table_with_rows_of_another_cycle_only_is_missing_for_this_one(copy_contoh):
    path = copy_contoh() / "kopi" / "environment.csv"
    rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(row for row in rows if not row.startswith("2026,")), encoding="utf-8")
    line = line_of(check("contoh/kopi")[1], "environment")
    assert line.startswith("  belum ada ") and "0 baris untuk siklus 2026, dari 4 baris" in line
    assert line_of(check("contoh/kopi/2025")[1], "environment").startswith("  ada ")


def test_a_table_that_nobody_need_have_is_passed_over_where_the_cycle_has_none(copy_contoh):
    copy_contoh()
    assert "decisions.csv" not in check("contoh/kopi")[1]
    assert line_of(check("contoh/kopi/2025")[1], "decisions").startswith("  ada ")


def test_the_age_of_a_closed_cycle_is_that_of_its_own_day(copy_contoh, capsys):
    copy_contoh()
    roots = Roots.find()
    path = roots.layers[0] / "districts/contoh/kopi/initiative.yml"
    path.write_text(path.read_text().replace("2025-12-31", "2031-12-31"))
    assert check_places(roots, find_places(roots, "contoh/kopi/2025")) == 0
    assert line_of(capsys.readouterr().out, "actors").startswith("  lama ")


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "{02_concept: {buyers_minimun: 2}}",
            '"buyers_minimun" tidak dikenal; mungkin maksudnya "buyers_minimum"',
        ),
        ("{02_concept: {buyers_minimum: 500}}", "buyers_minimum = 500: tidak boleh lebih dari 100"),
        (
            "{02_concep: {buyers_minimum: 2}}",
            'tahap "02_concep" yang tidak dikenal; mungkin maksudnya "02_concept"',
        ),
    ],
)
@pytest.mark.parametrize("file", ["district.yml", "kopi/initiative.yml"])
def test_what_a_run_would_refuse_of_the_lasting_values_is_refused_here(copy_contoh, file, statement, words):
    path = copy_contoh() / file
    path.write_text(path.read_text(encoding="utf-8") + f"parameters: {statement}\n", encoding="utf-8")
    code, output = check("contoh/kopi")
    assert code == 1
    assert words in output and "contoh/kopi/2025" in output


def test_rows_of_a_cycle_that_the_initiative_does_not_state_are_named(copy_contoh):
    kopi = copy_contoh() / "kopi"
    rows = (kopi / "environment.csv").read_text(encoding="utf-8")
    (kopi / "environment.csv").write_text(rows.replace("\n2025,", "\n2024,"), encoding="utf-8")
    code, output = check("contoh/kopi")
    assert code == 0
    assert "Perhatian: 4 baris siklus 2024 tidak dibaca; siklus itu tidak ada di initiative.yml" in output
    assert output.count("Perhatian") == 1


@pytest.mark.parametrize("table", ["decisions", "scenario"])
def test_a_row_on_a_stage_that_is_none_is_wrong(copy_contoh, table):
    damage(copy_contoh() / "kopi" / f"{table}.csv", "02_concept", "02_konsep")
    code, output = check("contoh/kopi")
    assert code == 1
    assert 'kolom stage: "02_konsep" — bukan nama tahap; mungkin maksudnya "02_concept"' in output


def test_a_wrong_table_ends_with_one_and_every_fault_in_words(copy_contoh):
    kopi = copy_contoh() / "kopi"
    damage(kopi / "umk_census.csv", "laki-laki", "pria")
    damage(kopi / "actors.csv", ",sepakat,", ",mungkin,")
    code, output = check("contoh/kopi")
    assert code == 1
    assert "  SALAH  umk_census" in output
    assert (
        "Tabel umk_census belum benar: 1 kesalahan dalam kerja/districts/contoh/kopi/umk_census.csv" in output
    )
    assert 'baris 2, kolom G (owner_sex): "pria" — harus salah satu dari: perempuan, laki-laki' in output
    assert (
        'kolom G (commitment): "mungkin" — harus salah satu dari: disebut, calon, berminat, sepakat' in output
    )
    assert "2 tabel belum benar. Perbaiki, lalu jalankan lagi: perantara check contoh/kopi" in output
    assert "Traceback" not in output


def test_all_faults_are_counted_and_the_first_twenty_printed(copy_contoh):
    path = copy_contoh() / "kopi" / "umk_census.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("perempuan", "wanita"), encoding="utf-8")
    wanted = path.read_text(encoding="utf-8").count("wanita")
    output = check("contoh/kopi")[1]
    assert f"{wanted} kesalahan dalam" in output
    assert output.count('"wanita"') == 20
    assert f"… dan {wanted - 20} kesalahan lain" in output


def test_all_checks_every_shipped_place_and_finds_nothing_wrong(workspace):
    code, output = check("--all")
    assert code == 0, output
    for slug in Roots.find().district_slugs:
        assert f"\n{slug}/" in output
    assert output.splitlines()[-2].endswith("0 SALAH")


def test_a_wrong_reference_table_is_found_from_any_place(workspace):
    shipped = (PROGRAMME / "data/reference/guide_figures.csv").read_text(encoding="utf-8")
    (workspace / "reference").mkdir()
    (workspace / "reference/guide_figures.csv").write_text(shipped.replace(",keterangan,", ",pendapat,"))
    code, output = check("pacitan")
    assert code == 1
    assert "1 SALAH" in output
    assert 'kolom G (basis): "pendapat" — harus salah satu dari: resmi' in output


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("trengalek", 'Daerah "trengalek" tidak dikenal. Mungkin maksudnya "trenggalek"?'),
        ("Pekalongan", "Kabupaten Pekalongan (33.26) atau Kota Pekalongan (33.75)"),
        ("../contoh", 'Alamat "../contoh" tidak sah'),
        ("contoh/../trenggalek", "tidak sah"),
        ("contoh/kopii", 'Inisiatif "kopii" tidak ada di Kabupaten Contoh'),
        ("contoh/kopi/2031", "Siklus 2031 tidak ada di contoh/kopi. Yang ada: 2025, 2026."),
    ],
)
def test_a_place_that_is_not_clear_ends_with_one_and_an_answer(workspace, place, words):
    code, output = check(place)
    assert (code, "Traceback" in output) == (1, False)
    assert words in output


def test_no_place_at_all_is_answered_with_the_districts(workspace):
    code, output = check()
    assert code == 1
    assert "Sebutkan daerahnya" in output
    assert "trenggalek" in output


def test_the_notes_on_a_name_are_printed(workspace):
    assert "Catatan: Pekalongan juga nama kota: Kota Pekalongan (33.75; BPS 3375)." in check("pekalongan")[1]


def test_a_lock_file_of_excel_is_passed_over(copy_contoh):
    kopi = copy_contoh() / "kopi"
    (kopi / "~$umk_census.csv").write_bytes(b"\x05Penyunting")
    (kopi / "~$umk_census.xlsx").write_bytes(b"\x05Penyunting")
    code, output = check("contoh/kopi")
    assert code == 0
    assert "~$" not in output


def test_a_file_that_no_table_takes_up_is_named_with_the_nearest(copy_contoh):
    kopi = copy_contoh() / "kopi"
    (kopi / "UMK_Censuss.csv").write_text("a\n1\n")
    (kopi / "umk_census.xlsx").write_bytes(b"PK")
    (kopi / "foto.png").write_bytes(b"")
    code, output = check("contoh/kopi")
    assert code == 0
    for name in ("UMK_Censuss.csv", "umk_census.xlsx"):
        assert (
            f"dilewati  kerja/districts/contoh/kopi/{name}: bukan tabel yang dikenal; "
            'mungkin maksudnya "umk_census.csv"'
        ) in output
    assert "foto.png" not in output


def test_a_folder_of_data_without_its_statement_is_named(workspace):
    for folder in ("trengalek", "trenggalek/jahe"):
        (workspace / "districts" / folder).mkdir(parents=True)
        (workspace / "districts" / folder / "actors.csv").write_text("a\n")
    output = check("trenggalek")[1]
    assert "dilewati  kerja/districts/trengalek: folder ini belum punya district.yml" in output
    assert "dilewati  kerja/districts/trenggalek/jahe: folder ini belum punya initiative.yml" in output


def test_another_encoding_is_said(copy_contoh):
    path = copy_contoh() / "kopi" / "actors.csv"
    path.write_bytes(
        path.read_text(encoding="utf-8").replace("Rekaan Satu", "Rekaan Andr\xe9", 1).encode("cp1252")
    )
    code, output = check("contoh/kopi")
    assert code == 0
    assert line_of(output, "actors").endswith(", pengodean cp1252")


def test_the_command_itself_answers_in_utf8_with_its_exit_code(copy_contoh, tmp_path):
    damage(copy_contoh() / "kopi" / "umk_census.csv", "laki-laki", "pria")
    environment = {**os.environ, "PYTHONIOENCODING": "cp1252"}  # as an old console would have it
    done = subprocess.run(
        [sys.executable, "-m", "perantara.cli.main", "check", "contoh/kopi"],
        capture_output=True,
        env=environment,
        cwd=tmp_path,
    )
    assert done.returncode == 1
    assert '"pria" — harus salah satu dari: perempuan, laki-laki' in done.stdout.decode("utf-8")
    assert "1 tabel belum benar" in done.stderr.decode("utf-8")
    assert b"Traceback" not in done.stderr
