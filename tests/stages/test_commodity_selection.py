"""Stage 06, selection: every criterion turns on its own input, every missing table is its own gap."""

from __future__ import annotations

import json
import re

import pytest

from perantara.show.display import Display
from stage_tools import sentences, set_where, statuses

STAGE = "06_commodity_research"
FIVE = ("acceptability", "opinion_share", "partner_interest", "poverty_reach", "consistency")
TABLES = {  # what cannot be judged without it, beside data_sufficient
    "selection_criteria": {*FIVE[:4], "own_harmless", "parties_judge", "weights_first", "consistency"},
    "selection_judges": {"own_harmless"},
    "criteria_judgements": set(),
    "pairwise_judgements": {"consistency"},
    "commodity_scores": {*FIVE[:4], "own_harmless", "weights_first"},
    "initiative_facts": set(), "local_priorities": set(), "environment": set(),
}  # fmt: skip
OPTIONAL = ("pairwise_judgements",)


def about(criterion, commodity=""):
    return lambda f: (f["criterion"] == criterion) & (f["commodity"] == (commodity or f["commodity"]))


def keep_judges(*names):
    return "kopi/selection_judges", lambda f: f.assign(
        party=f["party"].where(f["party"].isin(names), names[0])
    )


LIFTED = {
    "UMK yang terlibat": "800",
    "Nilai tambah setempat": "100",
    "Kesesuaian dengan prioritas daerah": "5",
}
FLIPS = {
    "acceptability": set_where("commodity_scores", about("Minat mitra swasta", "kopi arabika"), value="4"),
    "opinion_share": set_where(
        "commodity_scores", lambda f: f["criterion"].str.contains("miskin|UMK|Nilai"), evidence="pendapat"
    ),
    "partner_interest": set_where(
        "commodity_scores", about("Minat mitra swasta"),
        value=lambda f: (f["commodity"] == "kopi arabika").map({True: "3.9", False: "2"}),
    ),
    "poverty_reach": set_where(
        "commodity_scores", about("Rumah tangga miskin yang terlibat", "kopi arabika"), value="42"
    ),
    "consistency": set_where(
        "pairwise_judgements", lambda f: f["column_criterion"] == "Kesesuaian dengan prioritas daerah",
        times=lambda f: (f.index % 2).map({0: "9", 1: "0.1111"}),
    ),
    "parties_judge": keep_judges("pemerintah daerah", "UMK"),
    "weights_first": set_where("commodity_scores", about("Gejolak harga"), seen_date="2026-02-01"),
    "own_harmless": set_where(  # the buyer of coffee alone lifts it
        "commodity_scores", lambda f: (f["commodity"] == "kopi arabika") & f["criterion"].isin(LIFTED),
        given_by="N4", evidence="pendapat", value=lambda f: f["criterion"].map(LIFTED),
    ),
}  # fmt: skip


def own(scope: dict) -> dict[str, str]:
    """The criteria of the selection; those of the analysis have tests of their own."""
    return {name: status for name, status in statuses(scope).items() if name in {*FLIPS, "data_sufficient"}}


def test_from_a_long_list_to_one_commodity_with_how_sure_and_why(run_cells):
    scope = run_cells(STAGE)
    assert set(statuses(scope).values()) == {"met"}
    ranking = scope["results"]["commodity_ranking"]
    assert len(ranking) == 8 and ranking["list_stage"].value_counts().to_dict() == {
        "daftar pendek": 4, "daftar panjang": 3, "teratas": 1,
    }  # fmt: skip
    (row,) = scope["results"]["selected_commodity"].to_dict("records")
    assert (row["commodity"], row["chosen_by"]) == ("kopi arabika", "keputusan")
    assert re.match(r"Teratas di antara 8 calon: kopi arabika, pada \d\d % dari", sentences(scope)[0])
    assert any(said.startswith("Titik balik terdekat: bila bobot") for said in sentences(scope))


def test_the_first_year_does_not_decide_and_says_what_to_collect_first(run_cells):
    scope = run_cells(STAGE, cycle="2025")
    assert scope["findings"]["gate"]["status"] == "insufficient"
    first = sentences(scope["findings"]["gate"] and {"findings": scope["findings"]["gate"]}, "next_steps")[0]
    commodity, criterion, _gain = scope["selection"].first_datum(scope["study"])
    assert first == f"Kumpulkan lebih dahulu: nilai {criterion} untuk {commodity}."
    late = "Bobot disepakati sesudah nilai calon dilihat; mungkin bobot mengikuti hasil yang diharapkan."
    assert late in sentences(scope)


@pytest.mark.parametrize("criterion", FLIPS)
def test_one_changed_input_flips_its_criterion(run_cells, edit_table, criterion):
    edit_table(*FLIPS[criterion])
    scope = run_cells(STAGE)
    found = statuses(scope)
    assert found[criterion] == "failed"
    if criterion in FIVE:
        assert scope["findings"]["gate"]["status"] == "insufficient" and found["data_sufficient"] == "unknown"
    else:
        assert "failed" not in {found[c] for c in FIVE}
        assert scope["findings"]["gate"]["status"] == "conditional"


@pytest.mark.parametrize("table", TABLES)
def test_a_table_taken_away_is_its_own_gap_and_judges_nothing_that_rests_on_it(
    run_cells, as_other_district, table
):
    (as_other_district / "kopi" / f"{table}.csv").unlink()
    scope = run_cells(STAGE, district="uji", initiative="kopi")
    gaps = {gap["table"] for gap in scope["findings"]["gaps"]} - {"02_concept"}
    assert gaps == set() if table in OPTIONAL else gaps == {table}
    unknown = {c for c, status in own(scope).items() if status == "unknown"} - {"data_sufficient"}
    assert TABLES[table] - {"parties_judge", "weights_first", "consistency"} <= unknown
    assert not unknown - TABLES[table] - {"parties_judge", "consistency"}


@pytest.mark.parametrize("table", ["regional_output", "commodity_prices"])
def test_a_table_of_the_district_taken_away_is_a_gap_and_changes_no_choice(
    run_cells, as_other_district, table
):
    (as_other_district / f"{table}.csv").unlink()
    scope = run_cells(STAGE, district="uji", initiative="kopi")
    assert table in {gap["table"] for gap in scope["findings"]["gaps"]}
    assert set(statuses(scope).values()) == {"met"}


def test_interest_that_is_only_an_opinion_is_not_confirmed(run_cells, edit_table):
    edit_table(
        *set_where("commodity_scores", about("Minat mitra swasta", "kopi arabika"), evidence="pendapat")
    )
    assert statuses(run_cells(STAGE))["partner_interest"] == "unknown"


def test_another_decision_than_the_computed_one_stands_and_is_told_apart(run_cells, edit_table):
    edit_table("kopi/commodity_decision", lambda f: f.assign(commodity="gula aren"))
    scope = run_cells(STAGE)
    (row,) = scope["results"]["selected_commodity"].to_dict("records")
    assert (row["commodity"], row["computed_commodity"]) == ("gula aren", "kopi arabika")
    assert any("Hitungan memberi hasil lain, yaitu kopi arabika." in said for said in sentences(scope))


def test_a_wrong_entry_is_an_alarm(run_cells, edit_table):
    edit_table(*set_where("commodity_scores", about("UMK yang terlibat", "kakao"), value="5.2"))
    edit_table(
        "regional_output", lambda f: f.assign(output_idr_mn=f["output_idr_mn"].mask(f.index == 0, "1"))
    )
    alarms = sentences(run_cells(STAGE), "alarms")
    assert "Nilai yang mungkin salah 10, 100, atau 1.000 kali: UMK yang terlibat (kakao)." in alarms
    assert "Jumlah sektor tidak sama dengan jumlah yang tertulis: daerah 2021." in alarms


def test_a_begun_initiative_names_what_is_lacking_and_ranks_nothing(run_cells):
    scope = run_cells(STAGE, initiative="anyaman")
    assert scope["findings"]["gate"]["status"] == "insufficient"
    (row,) = scope["results"]["selected_commodity"].to_dict("records")
    assert (row["commodity"], row["chosen_by"]) == ("anyaman bambu", "disebut")
    assert scope["results"]["rank_acceptability"].empty


@pytest.mark.parametrize(
    ("district", "initiative", "named"), [("trenggalek", "biofarmaka", "jahe merah"), ("pacitan", "awal", "")]
)
def test_real_districts_show_the_commodity_of_the_guide_and_what_the_choice_needs(
    run_cells, district, initiative, named
):
    scope = run_cells(STAGE, district=district, initiative=initiative)
    gaps = {gap["table"]: gap["holder"] for gap in scope["findings"]["gaps"]}
    assert {"selection_criteria", "commodity_scores", "criteria_judgements"} <= set(gaps) and all(
        gaps.values()
    )
    assert set(own(scope).values()) == {"unknown"}
    assert scope["results"]["selected_commodity"]["commodity"].to_list() == ([named] if named else [])
    said = f"Komoditas yang tercantum pada inisiatif ini: {named}." if named else "belum diketahui"
    assert said in sentences(scope)[0]


def test_the_public_edition_tells_of_no_judge(run_cells, monkeypatch):
    shown, original = [], Display.__init__

    def keep(self, *arguments, **options):
        original(self, *arguments, **options)
        shown.append(self)

    monkeypatch.setattr(Display, "__init__", keep)
    scope = run_cells(STAGE)
    texts = "\n".join(str(v) for d in shown for v in d.bundle.values())
    assert not re.search(r"\bN[1-8]\b", texts + json.dumps(scope["findings"]))
    by_party = [d for d in shown if d.metadata["perantara"]["caption"].startswith("Bobot menurut pihak")]
    assert [d.metadata["perantara"]["access"] for d in by_party] == ["internal"]


def test_quotients_shift_share_and_classes_hold_their_identities(run_cells):
    scope = run_cells(STAGE)
    found, output = scope["region"], scope["stage"].table("regional_output").query("sector != 'jumlah'")
    end = output[(output["area"] == "provinsi") & (output["year"] == 2025)].set_index("sector")[
        "output_idr_mn"
    ]
    assert (found["lq"] * end / end.sum()).sum() == pytest.approx(1)
    own = output[output["area"] == "daerah"].pivot(index="sector", columns="year", values="output_idr_mn")
    change = (own[2025] - own[2021])[found.index]
    assert found["change"].to_list() == pytest.approx(change.to_list())
