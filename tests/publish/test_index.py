import re

import pytest
from bs4 import BeautifulSoup

from perantara.publish.pages import render_district_index, render_home, renderer_sha256


def stage(number, status="complete", **changes):
    is_run = status != "not_run"
    facts = {
        "stage": number + "_stage",
        "title": "Tahap " + number,
        "status": status,
        "gate": "",
        "decided": "",
        "href": number + ".html" if is_run else None,
        "as_of": "2026-08-14" if is_run else "",
        "message": "",
    }
    return {**facts, **changes}


def district_page(*stages, cycle_status="open", **changes):
    district = {
        "slug": "contoh",
        "name": "Kabupaten Contoh",
        "is_rekaan": False,
        "is_compiled": False,
        "initiatives": [
            {
                "slug": "kopi",
                "title": "Kopi",
                "next_step": {"text": "Jalankan buku 02", "href": "02.html"},
                "cycles": [{"cycle": "2026", "status": cycle_status, "stages": list(stages)}],
            }
        ],
    }
    return BeautifulSoup(render_district_index({**district, **changes}), "html.parser")


KOPI = {"title": "Kopi", "next_step": {"text": "Catat keputusannya.", "href": "bantaeng/04.html"}}


def home_entry(name, province="Jawa Timur", **changes):
    entry = {
        "slug": name.lower(),
        "name": name,
        "province": province,
        "is_rekaan": False,
        "href": name.lower() + "/index.html",
        "is_compiled": False,
        "initiatives": [{"title": "Kopi", "next_step": None}],
    }
    return {**entry, **changes}


def home_page(*districts):
    return BeautifulSoup(render_home(list(districts)), "html.parser")


def words(element):
    return " ".join(element.get_text(" ").split())


@pytest.mark.parametrize(
    ("gate", "label"),
    [
        ("proceed", "Dapat dilanjutkan"),
        ("conditional", "Dapat dilanjutkan dengan syarat"),
        ("repeat", "Perlu diulang"),
        ("insufficient", "Data belum memadai"),
    ],
)
def test_a_gate_is_told_in_words(gate, label):
    page = district_page(stage("01", gate=gate))
    assert words(page.select_one(".stage-state")) == label


def test_each_stage_shows_its_state_and_leads_to_its_report():
    page = district_page(
        stage("01", gate="conditional", decided="proceed"),
        stage("02", "failed", message="Tabel <harga> belum benar."),
        stage("03", "not_run"),
    )
    done, failed, waiting = [words(row) for row in page.select(".stages li")]
    assert "Keputusan: Dapat dilanjutkan Keadaan per 14 Agustus 2026" in done
    assert "Gagal dijalankan" in failed and "Tabel <harga> belum benar." in failed
    assert waiting == "03 Tahap 03 Belum dijalankan"
    assert [link["href"] for link in page.select(".stages a")] == ["01.html", "02.html"]
    assert "berjalan · 1 dari 3 buku selesai dijalankan" in words(page)


def test_a_closed_cycle_says_so():
    assert "ditutup" in words(district_page(stage("01"), cycle_status="closed").select_one(".cycle-status"))


def test_a_district_without_initiative_is_no_empty_page():
    page = district_page(initiatives=[])
    assert "Belum ada inisiatif yang tercatat" in words(page)
    assert not page.select(".next-step")


def test_a_made_up_district_and_a_compiled_one_say_what_they_are():
    page = district_page(is_rekaan=True, is_compiled=True)
    assert "Data rekaan untuk latihan" in words(page.select_one(".rekaan-banner"))
    assert "bukan oleh pemerintah daerah" in words(page)


def test_home_lists_districts_by_province_and_made_up_ones_apart():
    page = home_page(
        home_entry("Trenggalek"),
        home_entry("Contoh", "", is_rekaan=True),
        home_entry(
            "Bantaeng", "Sulawesi Selatan", initiatives=[KOPI, {"title": "Rumput laut", "next_step": None}]
        ),
        home_entry("Pacitan", initiatives=[]),
    )
    assert [words(found) for found in page.find_all("h2")] == [
        "Jawa Timur",
        "Sulawesi Selatan",
        "Daerah latihan",
    ]
    assert [link.text for link in page.select(".stage-title a")] == [
        "Pacitan",
        "Trenggalek",
        "Bantaeng",
        "Contoh",
    ]
    text = words(page)
    assert "Bantaeng Kopi Berikutnya: Catat keputusannya. Buka laporannya Rumput laut" in text
    assert "Pacitan Belum ada inisiatif" in text
    assert "Data rekaan untuk latihan" in words(page.select_one(".training"))


def test_home_without_districts_says_what_to_do():
    assert "Belum ada laporan." in words(home_page())


def test_index_pages_load_nothing_and_do_not_run_what_they_name():
    hostile = "<script>alert(1)</script>"
    for page in (district_page(stage("01"), name=hostile), home_page(home_entry(hostile))):
        assert not page.select("script, link, [src]")
        assert hostile in page.get_text()
        assert page.html["lang"] == "id"
        assert len(page.find_all("h1")) == 1


def test_the_hash_of_the_renderer_is_stable():
    assert re.fullmatch("[0-9a-f]{64}", renderer_sha256())
    assert renderer_sha256() == renderer_sha256()


def test_the_front_page_says_that_it_is_internal_and_which_reports_rest_on_public_sources():
    page = home_page(home_entry("Trenggalek", is_compiled=True), home_entry("Contoh", is_rekaan=True))
    assert words(page.select_one(".stamp")) == "Edisi internal — bukan untuk disebarluaskan"
    assert [words(label) for label in page.select(".compiled-label")] == ["Disusun dari sumber publik"]


def test_each_initiative_has_its_own_next_step_and_the_link_is_not_the_whole_step():
    step = district_page(stage("01")).select_one("#kopi .next-step p")
    assert words(step) == "Jalankan buku 02 Buka laporannya" and words(step.a) == "Buka laporannya"
