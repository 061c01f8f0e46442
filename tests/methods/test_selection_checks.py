"""Each planted error of entry is found, and what is right is left in peace."""

from __future__ import annotations

import pandas as pd

from perantara.methods import selection_checks as checks

NAMES = ["kopi", "kakao", "madu", "aren", "pisang", "cabai"]
CRITERIA = pd.DataFrame(
    {
        "direction": [1, 1, -1, 1], "low": [0.0, 0, 1, 0], "high": [1000.0, 100, 5, 100],
        "unit": ["UMK", "%", "skala 1-5", "%"], "preset": ["panduan"] * 4,
        "preset_criterion": ["UMK", "miskin", "beban", None],
    },
    ["UMK", "miskin", "beban", "nilai"],
)  # fmt: skip
PRESETS = pd.DataFrame(
    {
        "preset": "panduan",
        "criterion": ["UMK", "miskin", "beban"],
        "direction": ["manfaat", "manfaat", "biaya"],
    }
)
PARTIES = pd.Series({"N1": "UMK", "N2": "mitra swasta", "N3": "pemerintah daerah"})
VALUES = {
    "UMK": [600, 520, 210, 330, 450, 560],
    "miskin": [44, 36, 58, 55, 35, 27],
    "nilai": [60, 48, 55, 50, 30, 22],
}


def enter(opinions=None, **changed):
    """Return scores from data, and opinions on "beban" of three judges."""
    data = [
        (n, c, "data", v) for c, own in (VALUES | changed).items() for n, v in zip(NAMES, own, strict=True)
    ]
    said = opinions or {"N1": [2, 3, 1, 2, 3, 4], "N2": [2, 3, 1, 2, 2, 5], "N3": [3, 3, 2, 2, 3, 4]}
    data += [(n, "beban", j, v) for j, own in said.items() for n, v in zip(NAMES, own, strict=True)]
    return pd.DataFrame(data, columns=["commodity", "criterion", "given_by", "value"])


def found_in(scores, criteria=CRITERIA):
    return checks.check_scores(scores, criteria, PRESETS, PARTIES)


def test_what_is_right_raises_no_alarm():
    assert found_in(enter()) == []


def test_a_value_ten_or_a_hundred_times_off_its_column_is_named():
    assert found_in(enter(UMK=[600, 520, 2.1, 330, 450, 560])) == [(checks.OFF, "UMK (madu)")]
    assert (checks.OFF, "UMK (kopi)") in found_in(enter(UMK=[6000, 520, 210, 330, 450, 560]))
    assert found_in(enter(UMK=[600, 520, 100, 580, 450, 560])) == []  # few, but no slip of the point


def test_a_share_over_100_and_a_value_beyond_the_scale_are_named():
    found = found_in(enter(miskin=[44, 36, 58, 155, 35, 27]))
    assert found == [(checks.SHARE, "miskin (aren)"), (checks.OUTSIDE, "miskin (aren)")]


def test_a_direction_against_its_preset_is_named():
    turned = CRITERIA.assign(direction=[1, -1, -1, 1])
    assert found_in(enter(), turned) == [(checks.DIRECTION, "miskin")]


def test_a_judge_whose_scale_is_turned_is_named_by_party():
    said = {"N1": [2, 3, 1, 2, 3, 4], "N2": [4, 3, 5, 4, 3, 1], "N3": [3, 3, 1, 2, 3, 4]}
    assert (checks.TURNED, "mitra swasta, beban") in found_in(enter(said))


def test_copied_rows_of_commodities_and_of_judges_are_named():
    both = {c: [v[0], v[0], *v[2:]] for c, v in (VALUES | {"lain": [1, 1, 2, 3, 4, 5]}).items()}
    more = pd.concat([CRITERIA, CRITERIA.loc[["nilai"]].rename({"nilai": "lain"})])
    assert (checks.COPIED, "kakao – kopi") in found_in(enter(**both), more)
    alike = [2, 3, 1, 2, 3, 4]
    said = enter({"N1": alike, "N2": alike, "N3": [3, 3, 2, 2, 3, 4]})
    doubled = pd.concat([said, said[said["criterion"] == "beban"].assign(criterion="nilai")])
    assert (checks.SAME_JUDGES, "UMK – mitra swasta") in found_in(doubled)


def test_a_score_on_a_criterion_that_nobody_agreed_is_named_and_judged_no_further():
    assert found_in(enter(rasa=[1, 1, 1, 1, 1, 9000])) == [(checks.UNKNOWN, "rasa")]


def test_sectors_that_do_not_add_up_and_a_district_larger_than_its_province_are_named():
    rows = [(a, s, 2025, v) for a, own in {"daerah": (5, 5, 10), "provinsi": (50, 50, 100)}.items()
            for s, v in zip(("kopi", "padi", "jumlah"), own, strict=True)]  # fmt: skip
    output = pd.DataFrame(rows, columns=["area", "sector", "year", "output_idr_mn"])
    assert checks.check_output(output) == []
    wrong = output.assign(output_idr_mn=[5, 6, 10, 50, 50, 100])
    assert checks.check_output(wrong) == [(checks.SUMS, "daerah 2025")]
    large = output.assign(output_idr_mn=[5, 55, 60, 50, 50, 100])
    assert checks.check_output(large) == [(checks.LARGER, "padi 2025")]
