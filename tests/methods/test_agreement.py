"""Agreement: published examples, independent computations, and what must always hold."""

from __future__ import annotations

from itertools import combinations, permutations, product

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from perantara.methods.agreement import (
    agreement_a,
    borda,
    group_ranks,
    kendall_w,
    krippendorff_alpha,
    leave_one_out,
    permutation_p,
    place_quadrant,
    rank_items,
)

# R package irr 0.84.1, data set "anxiety" (20 subjects by 3 raters; here raters are rows)
ANXIETY = pd.DataFrame(
    [
        [3, 3, 3, 4, 5, 5, 2, 3, 5, 2, 2, 6, 1, 5, 2, 2, 1, 2, 4, 3],
        [3, 6, 4, 6, 2, 4, 2, 4, 3, 3, 2, 3, 3, 3, 2, 2, 1, 3, 3, 4],
        [2, 1, 4, 4, 3, 2, 1, 6, 1, 1, 1, 2, 3, 3, 1, 1, 3, 3, 2, 2],
    ]
)
# Hollander, M. and Wolfe, D. A. (1973), p. 140: 22 players, three ways of rounding first base; help page of
# friedman.test in R
_TIMES = """
5.40 5.50 5.55 5.85 5.70 5.75 5.20 5.60 5.50 5.55 5.50 5.40 5.90 5.85 5.70 5.45 5.55 5.60 5.40 5.40 5.35
5.45 5.50 5.35 5.25 5.15 5.00 5.85 5.80 5.70 5.25 5.20 5.10 5.65 5.55 5.45 5.60 5.35 5.45 5.05 5.00 4.95
5.50 5.50 5.40 5.45 5.55 5.50 5.55 5.55 5.35 5.45 5.50 5.55 5.50 5.45 5.25 5.65 5.60 5.40 5.70 5.65 5.55
6.30 6.30 6.25
"""
ROUNDING = pd.DataFrame(np.array(_TIMES.split(), dtype=float).reshape(22, 3))
THREE = pd.DataFrame([[1, 2, 3], [1, 2, 3], [1, 3, 2]], index=["a", "b", "c"], columns=["x", "y", "z"])
rankings = st.integers(2, 6).flatmap(
    lambda n: st.lists(st.permutations(range(1, n + 1)), min_size=2, max_size=7)
)
scores = st.integers(2, 5).flatmap(
    lambda n: st.lists(st.lists(st.integers(1, 4), min_size=n, max_size=n), min_size=3, max_size=6)
)


def test_w_matches_the_published_example_with_ties_of_irr():
    # kendall(anxiety, TRUE): Wt = 0.54, Chisq(19) = 30.8, p-value = 0.0429
    found = kendall_w(ANXIETY)
    assert (round(found.w, 2), round(found.chi2, 1), found.df, round(found.p_value, 4)) == (
        0.54,
        30.8,
        19,
        0.0429,
    )


def test_w_matches_the_published_friedman_test_of_hollander_and_wolfe():
    # Friedman chi-squared = 11.143, df = 2, p-value = 0.003805; W = 11.1429 / (22 x 2) = 0.25325
    found = kendall_w(ROUNDING)
    assert (round(found.chi2, 3), found.df, round(found.p_value, 6)) == (11.143, 2, 0.003805)
    assert found.w == pytest.approx(0.25325, abs=5e-6)


def test_w_matches_the_hand_calculation():
    # R = (3, 7, 8), mean 6: S = 9 + 1 + 4 = 14; W = 12 x 14 / (9 x 24) = 0.7778; chi2 = 3 x 2 x W = 4.667;
    # rho of the pairs: 1, 0.5 and 0.5, mean 2/3
    found = kendall_w(THREE)
    assert found.w == pytest.approx(168 / 216)
    assert (found.chi2, found.df, found.mean_rho) == (pytest.approx(14 / 3), 2, pytest.approx(2 / 3))


def test_ties_may_be_written_as_places_or_as_means_of_places():
    as_places = pd.DataFrame([[1, 2, 2, 4], [1, 2, 3, 4], [2, 1, 3, 3]])
    as_means = pd.DataFrame([[1, 2.5, 2.5, 4], [1, 2, 3, 4], [2, 1, 3.5, 3.5]])
    assert kendall_w(as_places) == kendall_w(as_means)


@given(rankings)
def test_without_ties_mean_rho_is_the_mean_of_spearmans_correlation_over_the_pairs(rows):
    found = kendall_w(pd.DataFrame(rows))
    rho = [stats.spearmanr(first, second).statistic for first, second in combinations(rows, 2)]
    assert found.mean_rho == pytest.approx(np.mean(rho), abs=1e-9)
    assert 0 <= found.w <= 1 + 1e-12


@given(scores)
def test_chi_square_is_friedmans_statistic_also_with_ties(rows):
    if len(rows[0]) < 3 or all(len(set(row)) == 1 for row in rows):
        return  # the other implementation needs three items
    expected = stats.friedmanchisquare(*np.array(rows).T)
    found = kendall_w(pd.DataFrame(rows))
    assert (found.chi2, found.p_value) == (pytest.approx(expected.statistic), pytest.approx(expected.pvalue))


@given(rankings, st.randoms(use_true_random=False))
def test_the_order_of_raters_and_items_does_not_matter(rows, random):
    frame = pd.DataFrame(rows)
    columns, index = list(frame.columns), list(frame.index)
    random.shuffle(columns)
    random.shuffle(index)
    assert kendall_w(frame.loc[index, columns]).w == pytest.approx(kendall_w(frame).w)


def test_the_same_order_is_full_agreement_and_opposite_orders_are_none():
    assert kendall_w(pd.DataFrame([[1, 2, 3]] * 4)).w == 1
    opposite = kendall_w(pd.DataFrame([[1, 2, 3, 4], [4, 3, 2, 1]]))
    assert (opposite.w, opposite.mean_rho) == (0, -1)


@pytest.mark.parametrize("function", [kendall_w, permutation_p])
@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([[1, 2, 3]], "at least 2 raters and 2 items are needed, found 1 and 3"),
        ([[1], [1]], "found 2 and 1"),
        ([[1, 2, None], [1, 2, 3], [None, 1, 2]], "ranks missing of raters: 0, 2"),
        ([[2, 2, 2], [1, 1, 1]], "every rater ties all items"),
    ],
)
def test_ranks_without_an_answer_are_refused(function, rows, words):
    with pytest.raises(ValueError, match=words):
        function(pd.DataFrame(rows))


@pytest.mark.parametrize("ranks", [ANXIETY, ROUNDING])
def test_with_ties_too_mean_rho_is_the_plain_mean_of_spearmans_correlation_over_the_pairs(ranks):
    rho = [stats.spearmanr(first, second).statistic for first, second in combinations(ranks.to_numpy(), 2)]
    assert kendall_w(ranks).mean_rho == pytest.approx(np.mean(rho))


def test_a_rater_who_ties_all_agrees_with_nobody():
    # S = 2 of one order; W = 12 x 2 / (4 x 24 - 2 x 24) = 0.5, so that the mean correlation is zero
    found = kendall_w(pd.DataFrame([[1, 2, 3], [5, 5, 5]]))
    assert (found.w, found.mean_rho) == (0.5, pytest.approx(0))


def test_the_permutation_probability_is_exact_where_raters_are_few():
    # by enumeration: the first rater stands still, the others take every order
    rows = THREE.to_numpy()

    def spread(orders):
        totals = rows[0] + sum(np.array(o) for o in orders)
        return ((totals - 6) ** 2).sum()

    every = [spread(orders) for orders in product(permutations((1, 2, 3)), repeat=2)]
    expected = np.mean([s >= spread(rows[1:]) for s in every])
    assert permutation_p(THREE) == pytest.approx(expected) == pytest.approx(7 / 36)


def test_the_permutation_probability_of_many_raters_is_near_chi_square_and_repeatable():
    found = permutation_p(ROUNDING, seed=1, draws=4_000)
    assert found == permutation_p(ROUNDING, seed=1, draws=4_000)
    assert found == pytest.approx(0.0038, abs=0.003)


@pytest.mark.parametrize(
    ("counts", "expected", "digits"),
    [
        ([30, 40, 210, 130, 530, 50, 10], 0.6113333, 7),  # help page of agreement() in the R package agrmt
        ([2.4, 2.8, 3.2, 6.2, 13.5, 30.4, 41.6], 0.61, 2),  # PvdA in van der Eijk (2001), vignette of agrmt
        ([1.6, 2.6, 8.2, 21, 29.3, 27, 10.3], 0.48, 2),  # D66, the same
        ([2, 0, 1, 1], 0.08, 2),  # figure in the vignette of agrmt
        ([0, 0, 1, 0, 1, 0, 0], 0.467, 3),  # layer 6 of van der Eijk's p. 331 example
        ([0, 0, 80, 80, 80, 0, 0], 0.667, 3),  # layer 5
        ([0, 0, 10, 10, 10, 10, 0], 0.5, 3),  # layer 4
        ([20, 20, 20, 20, 20, 20, 0], 0.167, 3),  # layer 2
    ],
)
def test_a_matches_the_published_examples(counts, expected, digits):
    assert round(agreement_a(counts), digits) == expected


@pytest.mark.parametrize("size", range(3, 10))
def test_a_is_one_for_one_category_zero_for_all_alike_and_minus_one_for_two_camps(size):
    ends = [5] + [0] * (size - 2) + [5]
    assert agreement_a([7] * size) == pytest.approx(0)
    assert agreement_a(ends) == pytest.approx(-1)
    for place in range(size):
        assert agreement_a([3 * (category == place) for category in range(size)]) == 1


def by_triples(counts):
    """Compute A as van der Eijk states it: layer by layer from the smallest, all triples of the pattern counted."""
    rest, found, size = list(counts), 0.0, len(counts)
    while any(rest):
        pattern = [int(r > 0) for r in rest]
        step = min(r for r in rest if r > 0)
        triples = [tuple(pattern[i] for i in places) for places in combinations(range(size), 3)]
        two, apart = sum(t in ((1, 1, 0), (0, 1, 1)) for t in triples), triples.count((1, 0, 1))
        unimodal = (
            ((size - 2) * two - (size - 1) * apart) / ((size - 2) * (two + apart)) if two + apart else 1
        )
        found += step * sum(pattern) * unimodal * (1 - (sum(pattern) - 1) / (size - 1))
        rest = [r - step if r else 0 for r in rest]
    return found / sum(counts)


@given(st.lists(st.integers(0, 9), min_size=3, max_size=8).filter(any))
def test_a_equals_the_count_of_triples_layer_by_layer_and_stays_in_bounds(counts):
    assert agreement_a(counts) == pytest.approx(by_triples(counts), abs=1e-9)
    assert agreement_a(counts) == pytest.approx(agreement_a(counts[::-1]), abs=1e-9)
    assert -1 - 1e-9 <= agreement_a(counts) <= 1


def test_a_does_not_depend_on_how_many_there_are():
    counts = pd.Series([3, 0, 2, 5, 1])
    assert agreement_a(counts * 40) == pytest.approx(agreement_a(counts / counts.sum()))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([3, 4], "at least three categories"),
        ([1, -1, 2], "not negative"),
        ([1, None, 2], "must be known"),
        ([0, 0, 0], "not all zero"),
    ],
)
def test_counts_without_an_answer_are_refused(counts, words):
    with pytest.raises(ValueError, match=words):
        agreement_a(counts)


def test_borda_matches_the_published_example_of_tennessee():
    # "Borda count", Wikipedia: 42, 26, 15 and 17 of 100 voters; 3, 2, 1 and 0 points
    orders = {
        "Memphis": (1, 4, 4, 4),
        "Nashville": (2, 1, 3, 3),
        "Chattanooga": (3, 2, 1, 2),
        "Knoxville": (4, 3, 2, 1),
    }
    voters = pd.DataFrame(orders).loc[np.repeat(range(4), (42, 26, 15, 17))]
    expected = {"Memphis": 126, "Nashville": 194, "Chattanooga": 173, "Knoxville": 107}
    assert borda(voters).to_dict() == expected
    assert list(borda(voters).index) == list(orders)  # the order of the columns


@given(scores)
def test_borda_points_add_up_to_those_that_each_rater_gives(rows):
    raters, items = len(rows), len(rows[0])
    assert borda(pd.DataFrame(rows)).sum() == pytest.approx(raters * items * (items - 1) / 2)


def test_borda_takes_one_rater_and_refuses_what_is_missing():
    assert borda(pd.DataFrame({"x": [1], "y": [1], "z": [3]})).to_dict() == {"x": 1.5, "y": 1.5, "z": 0}
    with pytest.raises(ValueError, match="ranks missing of raters: b"):
        borda(THREE.astype(float).mask(THREE.index.to_series() == "b"))


def test_leaving_out_the_dissenter_raises_agreement_most():
    frame = pd.concat([THREE.loc[["a", "b"]], pd.DataFrame([[3, 2, 1]], ["d"], THREE.columns)])
    gains = leave_one_out(frame)
    assert gains.idxmax() == "d"
    assert gains["d"] == pytest.approx(1 - kendall_w(frame).w)
    with pytest.raises(ValueError, match="at least three raters"):
        leave_one_out(frame.iloc[:2])


def test_an_office_with_many_raters_weighs_no_more_than_one_with_a_single_rater():
    ranks = pd.DataFrame({"x": [1, 1, 1, 2], "y": [2, 2, 2, 1]})
    kinds = pd.Series(["office", "office", "office", "umk"])
    found = rank_items(ranks, kinds)
    assert found["mean_rank"].to_dict() == {"x": 1.25, "y": 1.75}
    assert found["mean_rank_by_group"].to_dict() == {"x": 1.5, "y": 1.5}
    assert group_ranks(ranks, kinds).loc["umk"].to_dict() == {"x": 2, "y": 1}


def test_a_group_of_fewer_raters_than_asked_for_does_not_weigh():
    ranks = pd.DataFrame({"x": [1, 1, 1, 2], "y": [2, 2, 2, 1]})
    kinds = pd.Series(["office", "office", "office", "umk"])
    assert group_ranks(ranks, kinds, smallest=2).index.to_list() == ["office"]
    assert rank_items(ranks, kinds, smallest=2)["mean_rank_by_group"].to_dict() == {"x": 1, "y": 2}
    assert rank_items(ranks, kinds, smallest=4)["mean_rank_by_group"].isna().all()


def test_intervals_hold_the_mean_are_repeatable_and_vanish_where_all_agree():
    found = rank_items(ROUNDING, pd.Series("all", ROUNDING.index))
    assert ((found["lower"] <= found["mean_rank"]) & (found["mean_rank"] <= found["upper"])).all()
    pd.testing.assert_frame_equal(found, rank_items(ROUNDING, pd.Series("all", ROUNDING.index)))
    # against the percentile bootstrap of scipy, another draw of the same distribution
    first = ROUNDING.rank(axis="columns")[0]
    other = stats.bootstrap((first,), np.mean, method="percentile", random_state=np.random.default_rng(3))
    assert found.loc[0, ["lower", "upper"]].tolist() == pytest.approx(
        list(other.confidence_interval), abs=0.06
    )
    alike = rank_items(pd.DataFrame([[1, 2]] * 6), pd.Series("all", range(6)))
    assert (alike["lower"] == alike["upper"]).all()


def test_quadrants_split_at_the_midpoint_and_leave_the_unknown_unplaced():
    power = pd.Series([3, 2.9, 5, None, 1], index=list("abcde"))
    interest = pd.Series([3, 3, 2, 4, 1], index=list("abcde"))
    placed = place_quadrant(power, interest)
    assert placed.dropna().to_dict() == {
        "a": "kelola dekat",
        "b": "beri informasi",
        "c": "puaskan",
        "e": "pantau",
    }
    assert pd.isna(placed["d"])


# Krippendorff, K. (2011), Computing Krippendorff's Alpha-Reliability, section C: four observers, twelve units
_N = np.nan
OBSERVERS = pd.DataFrame(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, _N, _N, _N],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _N, 3],
        [_N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _N],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _N],
    ]
)


@pytest.mark.parametrize(
    ("metric", "published"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)]
)
def test_alpha_matches_the_published_example_with_missing_ratings(metric, published):
    assert krippendorff_alpha(OBSERVERS, metric) == pytest.approx(published, abs=5e-4)


@given(
    st.lists(st.lists(st.sampled_from([1, 2, 3, 4, None]), min_size=4, max_size=4), min_size=2, max_size=4)
)
def test_alpha_of_intervals_is_that_of_all_pairs_of_ratings(rows):
    table = pd.DataFrame(rows, dtype=float)
    units = [column.dropna().to_numpy() for _unit, column in table.items()]
    units = [unit for unit in units if len(unit) > 1]
    pooled = np.concatenate([*units, []])
    if len(set(pooled)) < 2:
        with pytest.raises(ValueError, match="rated twice"):
            krippendorff_alpha(table, "interval")
        return
    # within a unit every ordered pair, weighed 1 / (ratings - 1); in all, every ordered pair of different ratings
    within = sum((np.subtract.outer(u, u) ** 2).sum() / (len(u) - 1) for u in units) / len(pooled)
    between = (np.subtract.outer(pooled, pooled) ** 2).sum() / (len(pooled) * (len(pooled) - 1))
    assert krippendorff_alpha(table, "interval") == pytest.approx(1 - within / between)


def test_alpha_of_a_scale_reversed_is_the_same():
    assert krippendorff_alpha(6 - OBSERVERS) == pytest.approx(krippendorff_alpha(OBSERVERS))
