"""Scores with their evidence, joined weights, and what is said of the choice, each by another way."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from perantara.methods import selection
from perantara.methods.selection import (
    change_weights,
    choose,
    draw_scores,
    join_scores,
    opinion_share,
    set_weight,
    weigh_criteria,
)

NO_PAIRS = pd.DataFrame(columns=["judge_id", "row_criterion", "column_criterion", "times"])
NO_POINTS = pd.DataFrame(columns=["judge_id", "method", "criterion", "value"])
CRITERIA = pd.DataFrame(
    {"low": [0.0, 0.0, 0.0], "high": [10.0, 10.0, 10.0], "direction": [1, 1, -1]}, list("abc")
)
SHARES = {"primer": 0.02, "sekunder": 0.05, "pendapat": 0.15}


def scores(*rows):
    return pd.DataFrame(rows, columns=["commodity", "criterion", "value", "spread", "evidence"])


def points(*rows):
    return pd.DataFrame(rows, columns=["judge_id", "method", "criterion", "value"])


@pytest.fixture(scope="module")
def choice():
    """Three commodities, the first two near each other; one value is a guess."""
    rows = [
        ("x", "a", 8, 0.3, "primer"), ("x", "b", 4, 0.3, "primer"), ("x", "c", 3, 0.3, "primer"),
        ("y", "a", 5, 0.3, "primer"), ("y", "b", 7, 2.5, "pendapat"), ("y", "c", 2, 0.3, "primer"),
        ("z", "a", 2, 0.3, "primer"), ("z", "b", 3, 0.3, "primer"), ("z", "c", 6, 0.3, "primer"),
    ]  # fmt: skip
    said = points(*((j, "langsung", c, v) for j, own in {"p": (50, 40, 10), "q": (44, 44, 12)}.items()
                    for c, v in zip("abc", own, strict=True)))  # fmt: skip
    judged = weigh_criteria(said, NO_PAIRS, pd.Series({"p": "UMK", "q": "mitra swasta"}), "abc")
    return choose(join_scores(scores(*rows), CRITERIA, SHARES), CRITERIA, judged, 4000, 1)


def test_data_come_before_opinions_and_judges_are_averaged_with_what_parts_them():
    rows = scores(
        ("kopi", "a", 4, None, "sekunder"), ("kopi", "a", 9, None, "pendapat"),
        ("kopi", "b", 2, None, "pendapat"), ("kopi", "b", 8, None, "pendapat"),
    )  # fmt: skip
    found = join_scores(rows, CRITERIA, SHARES)
    assert found.loc[("kopi", "a")].to_list() == [4, 0.5, "sekunder", 1]  # 5 % of a scale of 10
    # of 2 and 8 the mean is 5 and the standard deviation sqrt((9 + 9) / 1) = 4.243
    assert found.loc[("kopi", "b"), "value"] == 5
    assert found.loc[("kopi", "b"), "spread"] == pytest.approx(18**0.5)
    assert found.loc[("kopi", "c"), "evidence"] == "kosong" and np.isnan(found.loc[("kopi", "c"), "spread"])


def test_an_empty_cell_is_not_zero_but_anything_on_its_scale():
    cells = join_scores(
        scores(("kopi", "a", 4, 0.0, "primer"), ("kopi", "b", 4, 0.0, "primer")), CRITERIA, SHARES
    )
    draws = draw_scores(cells, CRITERIA, 20_000, seed=3)[:, 0, 2]
    # of a uniform variable on 0 to 1: mean 1/2, standard deviation 1/sqrt(12)
    assert draws.mean() == pytest.approx(0.5, abs=0.01) and draws.std() == pytest.approx(12**-0.5, abs=0.01)


def test_parties_weigh_alike_however_many_judges_they_have():
    many = points(*((f"j{n}", "langsung", c, v) for n in range(4) for c, v in (("a", 80), ("b", 20))),
                  ("k", "langsung", "a", 20), ("k", "langsung", "b", 80))  # fmt: skip
    parties = pd.Series({**{f"j{n}": "pemerintah daerah" for n in range(4)}, "k": "UMK"})
    # the geometric mean of (0.8, 0.2) and (0.2, 0.8) is (0.4, 0.4)
    assert weigh_criteria(many, NO_PAIRS, parties, "ab").agreed.to_list() == pytest.approx([0.5, 0.5])


def test_comparisons_stated_one_way_are_turned_around_and_a_contradiction_is_left_out():
    rows = [
        ("p", "a", "b", 2),
        ("p", "a", "c", 6),
        ("p", "b", "c", 3),
        ("q", "a", "b", 3),
        ("q", "b", "a", 3),
    ]
    pairs = pd.DataFrame(rows, columns=NO_PAIRS.columns)
    found = weigh_criteria(NO_POINTS, pairs, pd.Series({"p": "UMK", "q": "UMK"}), "abc")
    # consistent: weights are as 6 : 3 : 1
    assert found.agreed.to_list() == pytest.approx([0.6, 0.3, 0.1])
    assert found.joint.cr == pytest.approx(0, abs=1e-9)
    assert found.left_out == ("q",)


def test_a_judge_who_gives_nothing_has_no_veto():
    said = points(("p", "langsung", "a", 100), ("p", "langsung", "b", 0), ("q", "langsung", "a", 50),
                  ("q", "langsung", "b", 50))  # fmt: skip
    assert (
        weigh_criteria(said, NO_PAIRS, pd.Series({"p": "UMK", "q": "mitra swasta"}), "ab").agreed["b"] > 0.02
    )


def test_without_judges_all_weights_are_equally_likely():
    found = weigh_criteria(NO_POINTS, NO_PAIRS, pd.Series(dtype=str), "abc")
    assert found.agreed.to_list() == pytest.approx([1 / 3] * 3) and np.isinf(found.spread).all()


def test_the_winner_changes_past_a_printed_tipping_point_and_not_before(choice):
    seen = 0
    for criterion, row in choice.tipping.iterrows():
        for end, step in (("lower", -1), ("upper", 1)):
            if pd.notna(row[end]):
                seen += 1
                before, past = (
                    change_weights(
                        choice, set_weight(choice.weight, criterion, row[end] + sign * step * 1e-4)
                    ).index[0]
                    for sign in (-1, 1)
                )
                assert (before, past) == (choice.winner, row[f"{end}_winner"])
    assert seen >= 2


def test_the_cell_that_the_value_of_information_names_raises_acceptability_most_when_resolved(choice):
    """Learn each value in turn, many times over, and run the simulation again with it."""
    rng, names = np.random.default_rng(5), list(choice.matrix.index)
    found = {}
    for a, commodity in enumerate(names):
        for c, criterion in enumerate(choice.matrix):
            best = []
            for known in rng.choice(choice.draws[:, a, c], 60):
                draws = choice.draws.copy()
                draws[:, a, c] = known
                values = np.einsum("dac,dc->da", draws, choice.weight_draws)
                best.append(np.bincount(values.argmax(axis=1), minlength=len(names)).max() / len(draws))
            found[commodity, criterion] = np.mean(best)
    named = choice.information.stack().idxmax()
    assert named == max(found, key=found.get) == ("y", "b")
    rise = found[named] - choice.first.max()
    assert choice.information.stack()[named] == pytest.approx(rise, abs=0.05)


def test_the_agreed_weights_give_what_the_choice_says(choice):
    found = change_weights(choice, choice.weight)
    assert found["weighted_sum"].to_dict() == pytest.approx(choice.table["weighted_sum"].to_dict())
    assert found["first"].to_dict() == pytest.approx(choice.first.to_dict())


def test_borda_counts_whom_each_method_places_below(choice):
    # by hand: 2 points a first, 1 a second and 0 a third place, over the four methods
    signed = choice.table[[*selection.METHODS]] * pd.Series(selection.METHODS)
    below = sum(
        (signed.lt(signed.loc[name]).sum(axis=1) for name in signed.index), pd.Series(0, signed.index)
    )
    by_hand = {n: sum((signed[m] < signed.loc[n, m]).sum() for m in signed) for n in signed.index}
    assert choice.table["borda"].to_dict() == by_hand and below.sum() == sum(by_hand.values())


def test_the_share_of_opinion_counts_weight_and_commodities():
    grades = ["primer", "pendapat", "kosong", "primer"]  # x: a, b; y: a, b
    index = pd.MultiIndex.from_product([["x", "y"], ["a", "b"]], names=selection.CELL)
    cells = pd.DataFrame({"evidence": grades}, index)
    # half of a is empty and half of b an opinion: 0.5 x 0.6 + 0.5 x 0.4
    assert opinion_share(cells, pd.Series({"a": 0.6, "b": 0.4})) == pytest.approx(0.5)


@given(st.lists(st.floats(0.01, 1), min_size=2, max_size=6), st.floats(0, 1))
def test_another_share_of_one_weight_keeps_the_sum_and_the_proportions(given_weights, share):
    weights = pd.Series(given_weights, [f"k{n}" for n in range(len(given_weights))])
    weights /= weights.sum()
    found = set_weight(weights, "k0", share)
    assert found.sum() == pytest.approx(1) and found["k0"] == pytest.approx(share)
    if share < 0.999:
        ratio = found.drop("k0") / weights.drop("k0")
        assert ratio.max() == pytest.approx(ratio.min())
