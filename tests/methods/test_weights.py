"""Weights: published examples, independent computations, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import linalg, stats

from perantara.methods.weights import (
    RANDOM_INDEX,
    SAATY_SCALE,
    ahp,
    entropy_weights,
    from_points,
    inconsistent_judgements,
    join_judgements,
    rank_order_centroid,
)

calm = settings(deadline=None, max_examples=50)  # nothing here is timed
METHODS = ("eigenvector", "geometric", "column_mean")
judged = st.sampled_from(SAATY_SCALE.tolist())
positive = st.floats(0.1, 10)


def matrix_of(upper: list[list[float]], names: list[str] | None = None) -> pd.DataFrame:
    """Complete a reciprocal matrix from what stands right of its diagonal."""
    size = len(upper) + 1
    values = np.eye(size)
    for i, row in enumerate(upper):
        for j, value in enumerate(row, i + 1):
            values[i, j], values[j, i] = value, 1 / value
    labels = names or list("abcdefgh")[:size]
    return pd.DataFrame(values, labels, labels)


def some_matrices(size: int) -> st.SearchStrategy[pd.DataFrame]:
    rows = [st.lists(judged, min_size=n, max_size=n) for n in range(size - 1, 0, -1)]
    return st.tuples(*rows).map(lambda upper: matrix_of(list(upper)))


# "Analytic hierarchy process – leader example", en.wikipedia.org: experience counts 4 times for education, 3 for
# charisma, 7 for age; charisma 3 times for education and 5 for age; education 3 times for age
LEADER = matrix_of([[4, 3, 7], [1 / 3, 3], [5]], ["experience", "education", "charisma", "age"])
# Saaty, T. L. (2008). Decision making with the analytic hierarchy process. Int. J. Services Sciences 1(1), 83-98:
# which drink is consumed more in the USA (as in tests/test_ahp.py of github.com/PhilipGriffith/AHPy)
DRINKS = matrix_of(
    [[9, 5, 2, 1, 1, 1 / 2], [1 / 3, *[1 / 9] * 4], [1 / 3, 1 / 4, 1 / 3, 1 / 9], [1 / 2, 1, 1 / 3], [2, 1 / 2], [1 / 3]],
    ["coffee", "wine", "tea", "beer", "soda", "milk", "water"],
)  # fmt: skip
# Saaty's choice of a school; weights to four places in Wang, Y. M. and Chin, K. S. (2011). Information Sciences
# 181(23), 5240-5248 (as in the tests of pymcdm)
SCHOOL = matrix_of([[4, 3, 1, 3, 4], [7, 3, 1 / 5, 1], [1 / 5, 1 / 5, 1 / 6], [1, 1 / 3], [3]])


def test_the_criteria_of_the_leader_example_get_their_published_weights():
    # published: experience .547, education .127, charisma .270, age .056
    found = ahp(LEADER).weights
    expected = {"experience": 0.547, "education": 0.127, "charisma": 0.270, "age": 0.056}
    assert found.to_dict() == pytest.approx(expected, abs=0.001)


def test_the_drinks_get_the_published_weights_and_consistency_ratio():
    found = ahp(DRINKS)
    expected = {
        "coffee": 0.177,
        "wine": 0.019,
        "tea": 0.042,
        "beer": 0.116,
        "soda": 0.190,
        "milk": 0.129,
        "water": 0.327,
    }
    assert found.weights.round(3).to_dict() == expected
    assert round(found.cr, 3) == 0.022


def test_the_weights_of_a_group_of_cities_criteria_agree_with_power_iteration():
    # Saaty (2005). Theory and Applications of the Analytic Network Process: family, jobs, culture, housing, transport
    cities = matrix_of([[1, 5, 7, 7], [2, 4, 7], [3, 5], [3]])
    weights = np.ones(5)
    for _ in range(200):
        weights = cities.to_numpy() @ weights
        weights /= weights.sum()
    assert ahp(cities).weights.to_numpy() == pytest.approx(weights, abs=1e-12)


def test_an_inconsistent_matrix_gets_its_published_weights_and_a_ratio_above_a_tenth():
    found = ahp(SCHOOL)
    assert found.weights.round(4).tolist() == [0.3208, 0.1395, 0.0348, 0.1285, 0.2374, 0.1391]
    largest = max(linalg.eigvals(SCHOOL.to_numpy()).real)  # scipy's own
    assert found.lambda_max == pytest.approx(largest)
    assert found.cr == pytest.approx((largest - 6) / 5 / 1.24)
    assert found.cr > 0.1


@pytest.mark.parametrize(
    ("upper", "published"),
    [
        ([[1 / 3, 1 / 2], [3]], 0.05), ([[1, 1], [1]], 0), ([[5, 1], [1 / 5]], 0),
        ([[9, 7], [1 / 5]], 0.18), ([[1 / 2, 1], [2]], 0), ([[6, 4], [1 / 3]], 0.05),
    ],
)  # fmt: skip
def test_the_schools_of_saaty_get_their_published_consistency_ratios(upper, published):
    # learning, friends, school life, vocational training (too inconsistent), college preparation, music classes: as
    # quoted in a public test, "saati, school example #1": 0.05, 0, 0, 0.18, 0, 0.05
    assert round(ahp(matrix_of(upper)).cr, 2) == pytest.approx(published)


@calm
@given(some_matrices(3))
def test_the_eigenvalue_of_three_criteria_is_the_one_in_closed_form(matrix):
    # det(A - x I) of a reciprocal 3 x 3 matrix is (1-x)^3 - 3(1-x) + q + 1/q with q = a12 a23 / a13; its largest root
    # is 1 + q^(1/3) + q^(-1/3)
    cube_root = (matrix.iloc[0, 1] * matrix.iloc[1, 2] / matrix.iloc[0, 2]) ** (1 / 3)
    found = ahp(matrix)
    assert found.lambda_max == pytest.approx(1 + cube_root + 1 / cube_root)
    assert found.cr == pytest.approx(max(found.lambda_max - 3, 0) / 2 / 0.58, abs=1e-9)


@calm
@given(st.lists(positive, min_size=2, max_size=8), st.sampled_from(METHODS))
def test_consistent_judgements_give_back_their_weights_by_every_method(weights, method):
    given_weights = np.array(weights) / sum(weights)
    found = ahp(given_weights[:, None] / given_weights, method)
    assert found.weights.to_numpy() == pytest.approx(given_weights)
    assert found.lambda_max == pytest.approx(len(weights))
    assert found.cr == pytest.approx(0, abs=1e-9)


@calm
@given(some_matrices(4), st.sampled_from(METHODS))
def test_weights_are_shares_and_lambda_max_is_never_below_the_number_of_criteria(matrix, method):
    found = ahp(matrix, method)
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights > 0).all()
    assert found.lambda_max >= 4 - 1e-9


@calm
@given(some_matrices(5))
def test_the_geometric_weights_are_the_least_squares_of_the_logarithms(matrix):
    # Crawford and Williams (1985): minimise the sum of (log a_ij - x_i + x_j)^2, here by scipy's least squares
    pairs = [(i, j) for i in range(5) for j in range(5) if i != j]
    design = np.array([np.eye(5)[i] - np.eye(5)[j] for i, j in pairs])
    logs = [np.log(matrix.iloc[i, j]) for i, j in pairs]
    fitted = np.exp(linalg.lstsq(design, logs)[0])
    assert ahp(matrix, "geometric").weights.to_numpy() == pytest.approx(fitted / fitted.sum())


def test_the_means_of_columns_agree_with_a_sum_worked_out_by_hand():
    # columns of [[1, 3], [1/3, 1]] sum to 4/3 and 4: rows (3/4 + 3/4) / 2 and (1/4 + 1/4) / 2
    assert ahp(matrix_of([[3]]), "column_mean").weights.tolist() == pytest.approx([0.75, 0.25])


def test_the_order_of_the_criteria_changes_nothing():
    shuffled = LEADER.loc[
        ["age", "charisma", "experience", "education"], ["education", "age", "experience", "charisma"]
    ]
    found = ahp(shuffled)
    assert list(found.weights.index) == ["age", "charisma", "experience", "education"]
    assert found.weights[LEADER.index].to_numpy() == pytest.approx(ahp(LEADER).weights.to_numpy())


def test_reverses_typed_with_two_decimals_are_taken_as_meant():
    for whole in range(2, 10):
        typed = pd.DataFrame([[1, whole], [round(1 / whole, 2), 1]])
        found = ahp(typed)
        assert found.weights[0] == pytest.approx(whole / (whole + 1), abs=0.003)
        assert found.lambda_max == pytest.approx(2)


def test_the_random_index_is_the_one_that_saaty_printed():
    # iwaponline.com/view-large/3120630, table 2, for 3 to 8 criteria
    assert [RANDOM_INDEX[n] for n in range(3, 9)] == [0.58, 0.90, 1.12, 1.24, 1.32, 1.41]


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        (pd.DataFrame([[1, 3], [3, 1]], ["harga", "mutu"], ["harga", "mutu"]), "each other's reverse: harga – mutu"),
        (pd.DataFrame([[2, 1], [1, 1]], ["harga", "mutu"], ["harga", "mutu"]), "each other's reverse: harga – harga"),
        (np.ones((2, 3)), r"n x n criteria .* found \(2, 3\)"),
        (np.ones((1, 1)), "at least 2"),
        (np.ones((16, 16)), "at most 15 criteria .* found 16"),
        (pd.DataFrame([[1, 1], [1, 1]], ["a", "b"], ["a", "c"]), "must name the same criteria"),
        (np.array([[1, -1], [-1, 1]]), "a number above 0"),
        (np.array([[1, np.nan], [1, 1]]), "a number above 0"),
    ],
)  # fmt: skip
def test_judgements_that_cannot_be_weighed_are_refused_with_what_is_wrong(matrix, words):
    with pytest.raises(ValueError, match=words):
        ahp(matrix)


def test_an_unknown_method_names_those_that_exist():
    with pytest.raises(
        ValueError, match='unknown method "mean"; allowed: eigenvector, geometric, column_mean'
    ):
        ahp(LEADER, "mean")


def test_a_single_spoilt_judgement_is_listed_first_and_its_repair_helps_most():
    weights = pd.Series([8.0, 4.0, 2.0, 1.0], list("abcd"))
    spoilt = pd.DataFrame(weights.to_numpy()[:, None] / weights.to_numpy(), weights.index, weights.index)
    spoilt.loc["a", "d"], spoilt.loc["d", "a"] = 1 / 8, 8  # the reverse of what the other five say
    found = inconsistent_judgements(spoilt)
    first = found.iloc[0]
    assert (first["row"], first["column"], first["judged"]) == ("a", "d", 1 / 8)
    assert first["cr_after"] < ahp(spoilt).cr / 2
    assert first["cr_after"] == found["cr_after"].min()
    assert found["off_times"].is_monotonic_decreasing
    assert len(found) == 6


@calm
@given(some_matrices(4))
def test_what_a_repair_would_give_is_what_the_repaired_matrix_gives(matrix):
    found = inconsistent_judgements(matrix).iloc[0]
    repaired = matrix.copy()
    repaired.loc[found["row"], found["column"]] = found["nearest"]
    repaired.loc[found["column"], found["row"]] = 1 / found["nearest"]
    assert found["cr_after"] == pytest.approx(ahp(repaired).cr, abs=1e-12)
    weights = ahp(matrix).weights
    assert found["implied"] == pytest.approx(weights[found["row"]] / weights[found["column"]])
    assert found["nearest"] in SAATY_SCALE
    assert found["off_times"] == pytest.approx(
        max(found["judged"] / found["implied"], found["implied"] / found["judged"])
    )


@calm
@given(some_matrices(4), some_matrices(4), some_matrices(4))
def test_joined_judgements_stay_reciprocal_and_agree_with_the_geometric_mean_of_scipy(one, two, three):
    joined = join_judgements([one, two, three])
    assert (joined * joined.T).to_numpy() == pytest.approx(np.ones((4, 4)))
    assert joined.to_numpy() == pytest.approx(stats.gmean([one, two, three], axis=0))


@calm
@given(some_matrices(4), some_matrices(4))
def test_the_geometric_weights_of_a_group_are_the_geometric_mean_of_its_members_weights(one, two):
    # joining judgements and joining weights is the same for the geometric mean (Aczél and Saaty 1983)
    members = stats.gmean([ahp(each, "geometric").weights for each in (one, two)], axis=0)
    joined = ahp(join_judgements([one, two]), "geometric").weights
    assert joined.to_numpy() == pytest.approx(members / members.sum())


def test_joined_judgements_are_aligned_by_name():
    other = LEADER.loc[LEADER.index[::-1], LEADER.index[::-1]]
    pd.testing.assert_frame_equal(join_judgements([LEADER, other]), LEADER.astype(float))


def test_no_judgements_cannot_be_joined():
    with pytest.raises(ValueError, match="no judgements to join"):
        join_judgements([])


def test_ranks_get_the_published_weights():
    # four criteria: .52, .27, .15, .06 ("Rank Order Centroid Method", couryes.com, business mathematics); to four
    # places as public code quotes Barron and Barrett (1996), and for three criteria Edwards and Barron (1994).
    # Two, by hand: (1 + 1/2) / 2 and (1/2) / 2
    assert rank_order_centroid(dict(zip("abcd", (1, 2, 3, 4), strict=True))).round(4).tolist() == [
        0.5208, 0.2708, 0.1458, 0.0625,
    ]  # fmt: skip
    assert rank_order_centroid(dict(zip("abc", (3, 1, 2), strict=True))).round(4).tolist() == [
        0.1111,
        0.6111,
        0.2778,
    ]
    assert rank_order_centroid({"a": 1, "b": 2}).tolist() == [0.75, 0.25]


@pytest.mark.parametrize("size", [3, 5, 8])
def test_the_weights_of_ranks_are_the_centre_of_all_weights_in_that_order(size):
    # the corners of the ordered weights are (1, 0, ...), (1/2, 1/2, 0, ...), ..., (1/n, ..., 1/n)
    corners = np.tril(np.ones((size, size))) / np.arange(1, size + 1)[:, None]
    found = rank_order_centroid(pd.Series(range(1, size + 1)))
    assert found.to_numpy() == pytest.approx(corners.mean(axis=0))


def test_criteria_of_the_same_rank_share_the_mean_of_their_places():
    found = rank_order_centroid({"a": 1, "b": 2, "c": 2, "d": 3})
    # places 2 and 3 of four: (.2708 + .1458) / 2
    assert found.round(4).to_dict() == {"a": 0.5208, "b": 0.2083, "c": 0.2083, "d": 0.0625}
    assert rank_order_centroid({"a": 1, "b": 1, "c": 1}).tolist() == pytest.approx([1 / 3] * 3)


@calm
@given(st.lists(st.integers(1, 5), min_size=1, max_size=9))
def test_weights_of_ranks_sum_to_one_and_follow_the_order(ranks):
    found = rank_order_centroid(pd.Series(ranks))
    assert found.sum() == pytest.approx(1)
    by_rank = found.groupby(ranks).first()
    assert by_rank.is_monotonic_decreasing


@pytest.mark.parametrize("ranks", [{}, {"a": 1, "b": None}])
def test_a_missing_rank_is_refused(ranks):
    with pytest.raises(ValueError, match="every criterion needs a rank"):
        rank_order_centroid(ranks)


@pytest.mark.parametrize("points", [{"a": 0, "b": 0}, {"a": -1, "b": 2}, {"a": None, "b": 1}])
def test_points_that_cannot_become_weights_are_refused(points):
    with pytest.raises(ValueError, match="numbers of at least 0, and not all 0"):
        from_points(points)


@calm
@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=8), st.floats(0.1, 10))
def test_only_the_proportions_of_points_matter(points, factor):
    one, other = from_points(pd.Series(points)), from_points(pd.Series(points) * factor)
    assert one.sum() == pytest.approx(1)
    assert one.to_numpy() == pytest.approx(other.to_numpy())


@pytest.mark.parametrize(
    ("matrix", "published", "places"),
    [
        # Xu, X. (2004). A note on the subjective and objective integrated approach to determine attribute weights.
        # European Journal of Operational Research 156(2), 530-532
        (
            [[30, 30, 38, 29], [19, 54, 86, 29], [19, 15, 85, 28.9], [68, 70, 60, 29]],
            [0.4630, 0.3992, 0.1378, 0.0000], 4,
        ),
        # Zavadskas, E. K. and Podvezko, V. (2016). Integrated determination of objective criteria weights in MCDM.
        # Int. J. of Information Technology & Decision Making 15(2), 267-283
        (
            [[3.0, 100, 10, 7], [2.5, 80, 8, 5], [1.8, 50, 20, 11], [2.2, 70, 12, 9]],
            [0.1146, 0.1981, 0.4185, 0.2689], 4,
        ),
        # Ersoy, Y. (2021). Equipment selection for an e-commerce company using entropy-based TOPSIS, EDAS and CODAS.
        # LogForum 17(3)
        (
            [
                [256, 8, 41, 1.6, 1.77, 7347.16], [256, 8, 32, 1.0, 1.8, 6919.99], [256, 8, 53, 1.6, 1.9, 8400],
                [256, 8, 41, 1.0, 1.75, 6808.9], [512, 8, 35, 1.6, 1.7, 8479.99], [256, 4, 35, 1.6, 1.7, 7499.99],
            ],
            [0.405, 0.221, 0.134, 0.199, 0.007, 0.034], 3,
        ),
    ],
)  # fmt: skip
def test_entropy_gives_the_published_weights(matrix, published, places):
    # all three as in tests/test_weights.py of github.com/energyinpython/pyrepo-mcda
    assert entropy_weights(np.array(matrix)).round(places).tolist() == published


values = st.lists(st.lists(st.integers(0, 9).map(float), min_size=3, max_size=3), min_size=2, max_size=6).map(
    lambda rows: np.array(rows) + np.array([0.0, 1.0, 1.0])
)


@calm
@given(values)
def test_entropy_agrees_with_scipy(matrix):
    if (matrix.sum(axis=0) == 0).any() or (matrix == matrix[0]).all():
        return
    spread = 1 - stats.entropy(matrix, base=len(matrix))
    assert entropy_weights(matrix).to_numpy() == pytest.approx(spread / spread.sum(), abs=1e-9)


@pytest.mark.parametrize(
    ("matrix", "words"),
    [
        ({"a": [1, 2], "b": [0, 0]}, "criteria that are 0 for all: b"),
        ({"a": [1, 1], "b": [2, 2]}, "no criterion tells any two alternatives apart"),
        ({"a": [1, None]}, "none missing"),
        ({"a": [1, -2]}, "at least 0"),
        ({"a": [1]}, "two or more alternatives"),
    ],
)
def test_scores_without_entropy_weights_are_refused(matrix, words):
    with pytest.raises(ValueError, match=words):
        entropy_weights(pd.DataFrame(matrix))
