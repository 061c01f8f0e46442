"""Ranking: published examples, independent implementations, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymcdm import methods as pymcdm_methods
from pymcdm import normalizations

from perantara.methods import ranking
from perantara.methods.ranking import dominated, promethee_ii, smaa, topsis, utilities, vikor, weighted_sum
from perantara.methods.weights import rank_order_centroid

calm = settings(deadline=None, max_examples=50)  # nothing here is timed
# Hwang, C.-L. and Yoon, K. (1981). Multiple Attribute Decision Making, pp. 133-134: four fighter aircraft by speed,
# range, payload, cost, reliability and manoeuvrability (as in the examples of the package mcdajs)
AIRCRAFT = pd.DataFrame(
    [[2.0, 1500, 20000, 5.5, 5, 9], [2.5, 2700, 18000, 6.5, 3, 5], [1.8, 2000, 21000, 4.5, 7, 7],
     [2.2, 1800, 20000, 5.0, 5, 5]],
    ["A1", "A2", "A3", "A4"], ["speed", "range", "payload", "cost", "reliability", "turns"],
)  # fmt: skip
AIRCRAFT_WEIGHTS = dict(zip(AIRCRAFT.columns, (0.2, 0.1, 0.1, 0.1, 0.2, 0.3), strict=True))
AIRCRAFT_WAYS = {name: -1 if name == "cost" else 1 for name in AIRCRAFT}
# Papathanasiou, J. and Ploskas, N. (2018). Multiple Criteria Decision Aid. Springer, chapters "Vikor" (pp. 31-55) and
# "Promethee" (pp. 57-89): six sites of a plant (as in the tests of github.com/energyinpython/pyrepo-mcda)
SITES = np.array([[8, 7, 2, 1], [5, 3, 7, 5], [7, 5, 6, 4], [9, 9, 7, 3], [11, 10, 3, 7], [6, 9, 5, 4]])
# Opricovic, S. and Tzeng, G.-H. (2007). Extended VIKOR method in comparison with outranking methods. EJOR 178(2),
# 514-529: six hydropower systems on the Drina (as in the tests of github.com/quatrope/scikit-criteria)
DRINA = np.array(
    [
        [4184.3, 2914.0, 407.2, 251.0, 195, 244, 15, 2.41], [5211.9, 3630.0, 501.7, 308.3, 282, 346, 21, 1.41],
        [5021.3, 3920.5, 504.0, 278.6, 12, 56, 3, 4.42], [5566.1, 3957.9, 559.5, 335.3, 167, 268, 16, 3.36],
        [5060.5, 3293.5, 514.1, 284.2, 69, 90, 7, 4.04], [4317.9, 2925.9, 432.8, 239.3, 12, 55, 3, 4.36],
    ]
)  # fmt: skip
DRINA_WAYS = [1, -1, 1, 1, -1, -1, -1, 1]


@st.composite
def problems(draw, rows=(2, 6), columns=(1, 5)):
    """Draw whole scores, weights and directions of one problem."""
    m, n = draw(st.integers(*rows)), draw(st.integers(*columns))
    row = st.lists(st.integers(1, 9).map(float), min_size=n, max_size=n)
    scores = draw(st.lists(row, min_size=m, max_size=m))
    weights = draw(st.lists(st.integers(1, 5).map(float), min_size=n, max_size=n))
    ways = draw(st.lists(st.sampled_from([1, -1]), min_size=n, max_size=n))
    return (
        pd.DataFrame(scores, [f"x{i}" for i in range(m)], [f"c{j}" for j in range(n)]),
        np.array(weights),
        np.array(ways),
    )


def test_the_aircraft_get_their_published_closeness():
    found = topsis(AIRCRAFT, AIRCRAFT_WEIGHTS, AIRCRAFT_WAYS)
    assert found.to_dict() == pytest.approx({"A1": 0.643, "A2": 0.268, "A3": 0.613, "A4": 0.312}, abs=0.0006)


def test_products_get_the_published_closeness_of_tzeng_and_huang():
    # Tzeng, G. H. and Huang, J. J. (2011). Multiple attribute decision making. CRC press
    scores = [[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]]
    found = topsis(scores, [0.3, 0.4, 0.3], [1, 1, 1])
    assert found.tolist() == pytest.approx([0.5037, 0.6581, 0.7482, 0.3340], abs=1e-4)


def test_the_mountain_climbers_get_the_published_compromise():
    # Opricovic, S. and Tzeng, G.-H. (2004). EJOR 156(2), 445-455: risk 1, 2, 5 and altitude 3000, 3750, 4500 m;
    # Q = 1, 0, 1, also with altitude measured in thousands from 1000 m and risk from 6 upwards
    scores = pd.DataFrame({"risk": [1, 2, 5], "altitude": [3000, 3750, 4500]})
    for each in (scores, scores * [1, 0.001] + [5, -1]):
        assert vikor(each, [0.5, 0.5], [-1, 1]).tolist() == pytest.approx([1, 0, 1])


@pytest.mark.parametrize(
    ("weights", "published"),
    [
        ([1] * 8, [0.991, 1.0, 0.473, 0.670, 0.0, 0.578]),
        ([2] * 4 + [1] * 4, [1.0, 0.533, 0.552, 0.563, 0.0, 0.686]),
        ([1] * 4 + [2] * 4, [0.684, 1.0, 0.147, 0.554, 0.041, 0.191]),
        ([1] * 4 + [3.2] * 4, [0.668, 1.0, 0.051, 0.588, 0.058, 0.078]),
    ],
)
def test_the_dams_of_the_drina_get_their_published_compromises(weights, published):
    assert vikor(DRINA, weights, DRINA_WAYS).tolist() == pytest.approx(published, abs=0.0015)


def test_sites_get_the_published_compromise_with_another_majority():
    found = vikor(SITES, [0.4, 0.3, 0.1, 0.2], [1] * 4, majority=0.625)
    assert found.round(3).tolist() == [0.640, 1.000, 0.693, 0.271, 0.000, 0.694]


def test_sites_get_the_published_net_flows():
    found = promethee_ii(
        SITES, [0.4, 0.3, 0.1, 0.2], [1] * 4, "vshape_2", indifference=[1] * 4, strict=[2] * 4
    )
    assert found.round(2).tolist() == [-0.26, -0.52, -0.22, 0.36, 0.70, -0.06]


def test_wind_farms_get_the_published_net_flows():
    # Ziemba, P., Wątróbski, J., Zioło, M. and Karczmarczyk, A. (2017). Using the PROSA method in offshore wind farm
    # location problems. Energies 10(11), 1755
    scores = np.array(
        [
            [16347, 14219, 8160, 8160], [9, 8.5, 9, 8.5], [73.8, 55, 64.8, 62.5], [36.7, 36, 28.5, 29.5], [1.5, 2, 2, 1.5],
            [3730, 3240, 1860, 1860], [2, 1, 2, 1], [1, 1, 2, 3], [38.8, 33.1, 45.8, 27.3], [4, 2, 4, 3],
            [1720524, 1496512, 858830, 858830], [40012, 34803, 19973, 19973],
        ]
    ).T  # fmt: skip
    weights = [20, 5, 5, 1.67, 1.67, 11.67, 11.67, 5, 5, 16.67, 8.33, 8.33]
    strict = [7280, 4, 13.4, 7.4, 3, 1662, 3, 3, 13.8, 3, 766240, 17820]
    ways = [-1, -1, -1, -1, -1, 1, -1, -1, 1, -1, 1, 1]
    found = promethee_ii(scores, weights, ways, "vshape", strict=strict)
    assert found.round(4).tolist() == [-0.0445, 0.1884, -0.0954, -0.0485]


@calm
@given(problems())
def test_closeness_agrees_with_its_definition(problem):
    scores, weights, ways = problem
    if (scores.nunique() == 1).all():
        assert topsis(scores, weights, ways).eq(1).all()
        return
    weighted = scores / np.sqrt((scores**2).sum()) * weights / weights.sum() * ways
    far, near = (np.sqrt(((weighted - end) ** 2).sum(axis=1)) for end in (weighted.min(), weighted.max()))
    assert topsis(scores, weights, ways).to_numpy() == pytest.approx(
        (far / (far + near)).to_numpy(), abs=1e-9
    )


@calm
@given(problems(), st.floats(0.01, 100))
def test_only_the_proportions_of_the_weights_matter(problem, factor):
    scores, weights, ways = problem
    for method in (topsis, promethee_ii, vikor, weighted_sum):
        one, other = method(scores, weights, ways), method(scores, weights * factor, ways)
        assert one.to_numpy() == pytest.approx(other.to_numpy(), abs=1e-9)


@calm
@given(problems())
def test_net_flows_agree_with_counting_pairs_and_sum_to_zero(problem):
    scores, weights, ways = problem
    towards = scores * ways
    flows = [
        sum((np.sign(row - other) * weights).sum() for _, other in towards.iterrows())
        for _, row in towards.iterrows()
    ]
    found = promethee_ii(scores, weights, ways)
    assert found.to_numpy() == pytest.approx(np.array(flows) / weights.sum() / (len(scores) - 1), abs=1e-12)
    assert found.sum() == pytest.approx(0, abs=1e-12)


@calm
@given(problems())
def test_vikor_agrees_with_pymcdm_where_that_is_defined(problem):
    scores, weights, ways = problem
    regret = (1 - utilities(scores, ways)) * weights / weights.sum()
    if (
        (scores.nunique() == 1).any()
        or np.ptp(regret.sum(axis=1)) < 1e-9
        or np.ptp(regret.max(axis=1)) < 1e-9
    ):
        return
    theirs = pymcdm_methods.VIKOR()(scores.to_numpy(), weights / weights.sum(), ways, validation=False)
    assert vikor(scores, weights, ways).to_numpy() == pytest.approx(theirs, abs=1e-9)


@calm
@given(problems())
def test_the_weighted_sum_agrees_with_pymcdm_where_no_criterion_is_alike_for_all(problem):
    scores, weights, ways = problem
    if (scores.nunique() == 1).any():
        return
    method = pymcdm_methods.WSM(normalizations.minmax_normalization)
    theirs = method(scores.to_numpy(), weights / weights.sum(), ways, validation=False)
    ours = weighted_sum(scores, weights, ways)
    assert ours.to_numpy() == pytest.approx(theirs)
    assert ours.between(0, 1 + 1e-12).all()


def test_alternatives_that_are_alike_are_not_told_apart_by_rounding():
    scores = pd.DataFrame([[1, 2, 3], [3, 1, 2], [2, 3, 1]])  # every regret is 0, 1/2 or 1, in another order
    assert vikor(scores, [0.1, 0.1, 0.1], [1, 1, 1]).tolist() == [0, 0, 0]


@calm
@given(problems())
def test_an_alternative_equal_or_better_everywhere_never_ranks_below(problem):
    scores, weights, ways = problem
    for name, betters in dominated(scores, ways).items():
        for method, sign in ((weighted_sum, 1), (topsis, 1), (promethee_ii, 1), (vikor, -1)):
            values = sign * method(scores, weights, ways)
            assert (values[betters] >= values[name] - 1e-9).all()
        for better in betters:
            assert ((scores.loc[better] - scores.loc[name]) * ways >= 0).all()


def test_utilities_run_from_the_worst_to_the_best_of_the_scale():
    scores = pd.DataFrame({"harga": [10, 20, None], "risiko": [1, 5, 3], "sama": [4, 4, None]})
    found = utilities(scores, {"risiko": -1, "sama": 1, "harga": 1})
    assert found["harga"].tolist()[:2] == [0, 1] and pd.isna(found["harga"][2])
    assert found["risiko"].tolist() == [1, 0, 0.5]
    assert found["sama"].tolist()[:2] == [1, 1] and pd.isna(found["sama"][2])


@calm
@given(problems(rows=(3, 6)))
def test_with_bounds_a_further_alternative_leaves_the_others_as_they_were(problem):
    scores, _, ways = problem
    bounds = pd.DataFrame({"low": 2.0, "high": 8.0}, scores.columns)
    found = utilities(scores, ways, bounds)
    assert found.stack().between(0, 1).all()
    pd.testing.assert_frame_equal(utilities(scores.iloc[:-1], ways, bounds), found.iloc[:-1])


def test_a_scale_upside_down_is_refused():
    with pytest.raises(ValueError, match="high end of a scale lies below its low end"):
        utilities(pd.DataFrame({"a": [1, 2]}), [1], pd.DataFrame({"low": [5], "high": [1]}, ["a"]))


@pytest.mark.parametrize("method", [topsis, promethee_ii, vikor, weighted_sum])
@pytest.mark.parametrize(
    ("scores", "weights", "ways", "words"),
    [
        ([[1, 2], [None, 1]], [1, 1], [1, 1], "two or more alternatives are needed, none missing"),
        ([[1, 2]], [1, 1], [1, 1], "two or more alternatives are needed, none missing"),
        (
            [[1, 2], [2, 1]],
            {"harga": 1, "rasa": 1},
            [1, 1],
            r"lacking \['mutu'\], not in the scores \['rasa'\]",
        ),
        ([[1, 2], [2, 1]], [1, 1, 1], [1, 1], "2 values are needed, one a criterion, found 3"),
        ([[1, 2], [2, 1]], [1, None], [1, 1], "must be given for every criterion"),
        ([[1, 2], [2, 1]], [1, -1], [1, 1], "at least 0, and not all 0"),
        ([[1, 2], [2, 1]], [0, 0], [1, 1], "at least 0, and not all 0"),
        ([[1, 2], [2, 1]], [1, 1], [1, 0], r"directions must be \+1"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_is_wrong(method, scores, weights, ways, words):
    with pytest.raises(ValueError, match=words):
        method(pd.DataFrame(scores, columns=["harga", "mutu"]), weights, ways)


@pytest.mark.parametrize(
    ("method", "wrong", "words"),
    [
        (topsis, {"normalisation": "log"}, 'unknown normalisation "log"; allowed: vector, minmax'),
        (promethee_ii, {"preference": "log"}, 'unknown preference function "log"; allowed: usual'),
        (promethee_ii, {"preference": "vshape"}, '"vshape" lacks a threshold'),
        (promethee_ii, {"preference": "ushape", "strict": [1, 1]}, '"ushape" lacks a threshold'),
    ],
)
def test_a_setting_that_is_unknown_or_lacking_is_named(method, wrong, words):
    with pytest.raises(ValueError, match=words):
        method(pd.DataFrame([[1, 2], [2, 1]]), [1, 1], [1, 1], **wrong)


# exact: w is the weight of criterion a, every w from 0 to 1 equally likely (10,000 midpoints); x is worth w, y 1 - w,
# z 0.6. z is first for 0.4 < w < 0.6 (0.2), x above (0.4), y below (0.4). z is never last; x is second for 0.5 < w < 0.6
# (0.1) and last for w < 0.5. Centres: x at w = 0.8, y at 0.2, z at 0.5
MIDPOINTS = (np.arange(10_000) + 0.5) / 10_000
CORNERS = pd.DataFrame([[1.0, 0.0], [0.0, 1.0], [0.6, 0.6]], list("xyz"), list("ab"))


def test_acceptability_of_three_alternatives_is_the_one_worked_out_by_hand():
    found = smaa(CORNERS, np.column_stack([MIDPOINTS, 1 - MIDPOINTS]))
    expected = [[0.4, 0.1, 0.5], [0.4, 0.1, 0.5], [0.2, 0.8, 0.0]]
    assert found.rank_acceptability.to_numpy() == pytest.approx(np.array(expected))
    assert found.central_weights["a"].to_dict() == pytest.approx({"x": 0.8, "y": 0.2, "z": 0.5})
    assert found.confidence.tolist() == [1, 1, 1]


def test_each_is_first_for_the_centre_of_the_weights_that_favour_it():
    # one alternative for each of three criteria: first with probability 1/3; its central weight for its own criterion
    # is the mean of the largest of three shares, 11/18 (the first of the rank order centroid)
    draws = np.random.default_rng(1).dirichlet(np.ones(3), 40_000)
    found = smaa(pd.DataFrame(np.eye(3)), draws)
    assert found.rank_acceptability.to_numpy() == pytest.approx(np.full((3, 3), 1 / 3), abs=0.02)
    largest = rank_order_centroid({"a": 1, "b": 2, "c": 3})["a"]
    assert np.diag(found.central_weights) == pytest.approx([largest] * 3, abs=0.01)


def test_confidence_is_how_often_an_uncertain_score_is_the_higher():
    # one criterion: the first alternative's score is anything from 0 to 1, the second's is 0.25
    scores = np.stack([MIDPOINTS, np.full(10_000, 0.25)], axis=1)[:, :, None]
    found = smaa(scores, np.ones((10_000, 1)))
    assert found.confidence.tolist() == pytest.approx([0.75, 0.25])
    assert found.rank_acceptability.loc[0].tolist() == pytest.approx([0.75, 0.25])


@calm
@given(problems(rows=(2, 5), columns=(2, 4)), st.integers(1, 40), st.booleans())
def test_acceptability_agrees_with_a_plain_loop_that_shares_places_among_ties(problem, draws, uncertain):
    scores, _, _ = problem
    size, generator = len(scores), np.random.default_rng(draws)
    weights = generator.dirichlet(np.ones(scores.shape[1]), draws)
    drawn = np.stack([scores.to_numpy()] * draws)
    if uncertain:
        drawn = drawn + generator.integers(0, 2, drawn.shape)
    expected, sums = np.zeros((size, size)), np.zeros(scores.shape)
    for one, weight in zip(drawn, weights, strict=True):
        values = np.round(one @ weight, 10)
        for i in range(size):
            first, shared = int((values > values[i]).sum()), int((values == values[i]).sum())
            expected[i, first : first + shared] += 1 / shared
            sums[i] += weight / shared * (first == 0)
    found = smaa(drawn if uncertain else scores, weights)
    places = found.rank_acceptability.to_numpy()
    assert places == pytest.approx(expected / draws, abs=1e-9)
    assert places.sum(axis=0) == pytest.approx(np.ones(size))
    assert places.sum(axis=1) == pytest.approx(np.ones(size))
    with np.errstate(invalid="ignore"):
        centres = sums / expected[:, :1]
    assert found.central_weights.to_numpy() == pytest.approx(centres, nan_ok=True)
    for i, centre in enumerate(centres):
        if np.isnan(centre).any():
            assert np.isnan(found.confidence.iloc[i])
        else:
            values = np.round(drawn @ centre, 10)
            best = values == values.max(axis=1, keepdims=True)
            assert found.confidence.iloc[i] == pytest.approx((best[:, i] / best.sum(axis=1)).mean())


def test_alternatives_that_tie_share_the_places_they_take():
    found = smaa(pd.DataFrame([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]), np.array([[0.9, 0.1], [0.2, 0.8]]))
    assert found.rank_acceptability.to_numpy().tolist() == [
        [0.25, 0.5, 0.25],
        [0.25, 0.5, 0.25],
        [0.5, 0.0, 0.5],
    ]


def test_the_size_of_a_part_changes_nothing(monkeypatch):
    generator = np.random.default_rng(3)
    scores, weights = generator.random((500, 4, 3)), generator.dirichlet(np.ones(3), 500)
    whole = smaa(scores, weights)
    monkeypatch.setattr(ranking, "CHUNK", 7)
    parts = smaa(scores, weights)
    pd.testing.assert_frame_equal(whole.rank_acceptability, parts.rank_acceptability)
    pd.testing.assert_frame_equal(whole.central_weights, parts.central_weights)
    pd.testing.assert_series_equal(whole.confidence, parts.confidence)


@pytest.mark.parametrize(
    ("scores", "weights", "words"),
    [
        (np.ones((3, 2)), np.ones((5, 3)), r"are needed, found \(5, 3\) and \(3, 2\)"),
        (np.ones((4, 3, 2)), np.ones((5, 2)), "as many draws of scores as of weights are needed: 4 and 5"),
        (np.full((3, 2), np.nan), np.ones((5, 2)), "none missing"),
        (np.ones((3, 2)), -np.ones((5, 2)), "at least 0, and not all 0 in a draw"),
        (pd.DataFrame(np.ones((3, 2)), columns=["a", "b"]), pd.DataFrame(np.ones((5, 2)), columns=["b", "a"]), "same order"),
    ],
)  # fmt: skip
def test_draws_that_do_not_fit_are_refused(scores, weights, words):
    with pytest.raises(ValueError, match=words):
        smaa(scores, weights)
