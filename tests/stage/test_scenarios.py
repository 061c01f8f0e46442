from __future__ import annotations

import pytest

from perantara.errors import PlaceError, TableError
from perantara.stage import Stage
from perantara.stage.parameters import read_defaults
from perantara.stage.scenarios import keep_scenario
from perantara.tables.places import PROGRAMME


@pytest.fixture
def kopi(workspace):
    (workspace / "districts").mkdir(exist_ok=True)
    defaults = read_defaults(PROGRAMME / "notebooks" / "02_concept.ipynb")
    return lambda: Stage.open("02_concept", {**defaults, "initiative": "kopi", "as_of": "2026-07-01"})


def test_a_scenario_is_kept_in_the_workspace_after_the_earlier_rows(kopi, workspace):
    before = kopi().reading("scenario").rows
    keep_scenario(kopi(), "Uji", {"uptake_pct": (55.5, "%")}, reason="dibahas dalam rapat")
    after = kopi().reading("scenario").rows
    assert after[: len(before)] == before
    assert (after[-1]["name"], after[-1]["value"], after[-1]["basis"]) == ("Uji", "55.5", "rekaan")
    assert (workspace / "districts/contoh/kopi/scenario.csv").exists()


def test_a_name_is_used_once_and_nothing_is_lost(kopi):
    keep_scenario(kopi(), "Uji", {"uptake_pct": (55, "%")}, reason="pertama")
    before = kopi().reading("scenario").rows
    with pytest.raises(TableError, match="kunci ganda"):
        keep_scenario(kopi(), "Uji", {"uptake_pct": (60, "%")}, reason="kedua")
    assert kopi().reading("scenario").rows == before


def test_a_scenario_of_another_stage_is_not_seen(kopi):
    stage = kopi()
    row = {**stage.reading("scenario").rows[0], "stage": "07_intervention_planning"}
    stage.store.append("scenario", stage.place, [row])
    assert {row["stage"] for row in kopi().reading("scenario").rows} == {"02_concept"}


def test_without_a_workspace_nothing_is_written(kopi, monkeypatch):
    monkeypatch.delenv("PERANTARA_DATA")
    with pytest.raises(PlaceError, match="Tentukan folder kerja"):
        keep_scenario(kopi(), "Uji", {"uptake_pct": (55, "%")}, reason="-")


def test_a_missing_scenario_is_no_gap(kopi):
    assert "scenario" not in {gap["table"] for gap in kopi().gaps}
