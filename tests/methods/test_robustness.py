"""What would change the winner: worked examples, independent searches, and what must always hold."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from perantara.methods.ranking import smaa, weighted_sum
from perantara.methods.robustness import (
    draw_weights,
    leave_one_out,
    smallest_change,
    tipping_points,
    value_of_information,
)
from perantara.methods.weights import rank_order_centroid

calm = settings(deadline=None, max_examples=50)  # nothing here is timed
AGREED = pd.Series({"harga": 0.5, "mutu": 0.25, "jarak": 0.25})


@st.composite
def problems(draw):
    """Draw utilities in tenths and weights in whole parts."""
    m, n = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    row = st.lists(st.integers(0, 10).map(lambda v: v / 10), min_size=n, max_size=n)
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n).filter(any))
    scores = draw(st.lists(row, min_size=m, max_size=m))
    names = [f"c{j}" for j in range(n)]
    return pd.DataFrame(scores, [f"x{i}" for i in range(m)], names), pd.Series(weights, names, dtype=float)


def reweighted(weights: pd.Series, name: str, share: float) -> pd.Series:
    """Give one criterion a share of the weight, the others in proportion (alike where they have none)."""
    rest = weights.drop(name)
    rest = rest / rest.sum() if rest.sum() else rest + 1 / len(rest)
    return pd.concat([rest * (1 - share), pd.Series({name: share})])[weights.index]


@calm
@given(problems())
def test_up_to_the_printed_weight_the_winner_stays_and_past_it_the_named_one_wins(problem):
    values, weights = problem
    found, winner = tipping_points(values, weights), (values @ (weights / weights.sum())).idxmax()
    for name, row in found.iterrows():
        for side, way, end in (("lower", -1, 0.0), ("upper", 1, 1.0)):
            level, other = row[side], row[f"{side}_winner"]
            last = end if pd.isna(level) else level
            for part in (
                0.01,
                0.5,
                0.99,
            ):  # on the way to the printed weight, or to the end where there is none
                totals = values @ reweighted(weights, name, row["weight"] + part * (last - row["weight"]))
                assert totals[winner] >= totals.max() - 1e-9
            if not pd.isna(level):
                totals = values @ reweighted(weights, name, level + way * min(1e-6, abs(end - level) / 2))
                assert totals[other] >= totals.max() - 1e-12
                assert totals[other] > totals[winner] - 1e-15
                at = values @ reweighted(weights, name, level)
                assert at[other] == pytest.approx(at[winner], abs=1e-9)


def test_of_two_that_draw_level_together_the_one_that_then_wins_is_named():
    # with weight w of a: x = w, y = 1 - w, z = 2 (1 - w) - 1/2. Both meet x at 1/2, below it z is ahead of y
    values = pd.DataFrame([[1, 0], [0, 1], [-0.5, 1.5]], list("xyz"), list("ab"))
    found = tipping_points(values, [0.8, 0.2])
    assert found.loc["a", ["lower", "lower_winner"]].tolist() == [pytest.approx(0.5), "z"]


def test_a_weight_past_which_there_is_nothing_is_no_tipping_point():
    # y is level with x only where b has no weight at all
    found = tipping_points(pd.DataFrame([[1, 1], [1, 0]], list("xy"), list("ab"), dtype=float), [0.5, 0.5])
    assert found[["lower", "upper"]].isna().all(axis=None)


@calm
@given(problems())
def test_at_the_changed_weights_the_two_draw_level_and_no_smaller_change_does_it(problem):
    values, weights = problem
    shares = weights / weights.sum()
    winner, found = (values @ shares).idxmax(), smallest_change(values, weights)
    assert set(found.index) == set(values.index) - {winner}
    for name, row in found.iterrows():
        lead = values.loc[winner] - values.loc[name]
        if pd.isna(row["moved_share"]):
            assert (lead > 0).all()  # no weights whatever bring it level
            continue
        changed = row[values.columns].astype(float)
        assert changed.sum() == pytest.approx(1)
        assert (changed >= -1e-9).all()
        assert lead @ changed == pytest.approx(min(lead @ shares, 0), abs=1e-7)
        assert row["moved_share"] == pytest.approx((changed - shares).abs().sum() / 2, abs=1e-9)
        # independently: weights w and t >= |w - shares|, least sum of t / 2
        n, eye = len(shares), np.eye(len(shares))
        bounds = np.block([[eye, -eye], [-eye, -eye], [lead.to_numpy()[None], np.zeros((1, n))]])
        least = linprog(
            [0] * n + [0.5] * n, bounds, [*shares, *-shares, 0], [[1] * n + [0] * n], [1], [(0, None)] * 2 * n
        )
        assert row["moved_share"] == pytest.approx(least.fun, abs=1e-7)
    assert found["moved_share"].dropna().is_monotonic_increasing


@pytest.mark.parametrize("method", [tipping_points, smallest_change])
def test_missing_scores_and_weights_that_do_not_fit_are_refused(method):
    values = pd.DataFrame([[1, 0], [0, 1]], list("xy"), ["harga", "mutu"], dtype=float)
    with pytest.raises(ValueError, match="none missing"):
        method(values.mask(values == 1), [1, 1])
    with pytest.raises(ValueError, match=r"lacking \['mutu'\]"):
        method(values, {"harga": 1})
    with pytest.raises(ValueError, match="2 values are needed, one a criterion, found 3"):
        method(values, [1, 1, 1])
    with pytest.raises(ValueError, match="at least 0, and not all 0"):
        method(values, [1, -1])


@pytest.mark.parametrize("spread", [0.02, 0.08])
def test_drawn_weights_have_the_mean_and_the_spread_asked_for(spread):
    draws = draw_weights(AGREED, spread, 20_000, seed=1)
    assert draws.sum(axis=1) == pytest.approx(np.ones(20_000))
    assert draws.mean(axis=0) == pytest.approx(AGREED.to_numpy(), abs=0.005)
    # one concentration for all: each variance is in proportion to mean (1 - mean), the least squares of the spread
    free = (AGREED * (1 - AGREED)).to_numpy()
    factor = spread**2 * free.sum() / (free**2).sum()
    assert draws.var(axis=0) == pytest.approx(factor * free, rel=0.06)


def test_without_spread_every_draw_is_what_was_agreed_and_with_none_known_all_weights_are_as_likely():
    assert (draw_weights(AGREED, 0, 3, seed=1) == AGREED.to_numpy()).all()
    free = draw_weights(AGREED, np.inf, 20_000, seed=1)
    assert free.mean(axis=0) == pytest.approx(np.full(3, 1 / 3), abs=0.01)
    assert free.std(axis=0) == pytest.approx(np.full(3, 18**-0.5), abs=0.01)  # 1/3 x 2/3 / 4


def test_ordered_weights_of_which_nothing_else_is_known_centre_on_those_of_their_ranks():
    agreed = pd.Series({"a": 0.2, "b": 0.5, "c": 0.3})
    draws = draw_weights(agreed, np.inf, 40_000, seed=2, keep_order=True)
    assert (draws[:, 1] >= draws[:, 2]).all() and (draws[:, 2] >= draws[:, 0]).all()
    centre = rank_order_centroid({"a": 3, "b": 1, "c": 2})
    assert draws.mean(axis=0) == pytest.approx(centre.to_numpy(), abs=0.01)


def test_criteria_of_equal_weight_stay_free_where_the_order_is_kept():
    draws = draw_weights(AGREED, np.inf, 20_000, seed=3, keep_order=True)
    assert (draws[:, 0] >= draws[:, 1:].max(axis=1)).all()
    assert (draws[:, 1] > draws[:, 2]).mean() == pytest.approx(0.5, abs=0.02)


def test_the_same_seed_gives_the_same_draws_and_a_spread_is_aligned_by_name():
    spread = pd.Series({"harga": 0.2, "mutu": 0.05, "jarak": 0.01})
    one = draw_weights(AGREED, spread, 50, seed=4)
    assert (one == draw_weights(AGREED, spread[::-1], 50, seed=4)).all()
    assert (one != draw_weights(AGREED, spread, 50, seed=5)).any()


@pytest.mark.parametrize(
    ("agreed", "spread", "words"),
    [
        ({"a": 0.5, "b": 0.6}, 0.1, "at least 0 and sum to 1"),
        ({"a": 1.5, "b": -0.5}, 0.1, "at least 0 and sum to 1"),
        ({"a": 1.0, "b": None}, 0.1, "at least 0 and sum to 1"),
        ({"a": 0.5, "b": 0.5}, pd.Series({"a": 0.1}), "a spread is needed for every criterion"),
    ],
)
def test_weights_that_cannot_be_drawn_are_refused(agreed, spread, words):
    with pytest.raises(ValueError, match=words):
        draw_weights(pd.Series(agreed, dtype=float), spread, 10, seed=1)


@calm
@given(problems())
def test_leaving_out_a_criterion_is_ranking_without_its_column(problem):
    values, weights = problem
    ways = pd.Series(1.0, values.columns)
    best, found = (
        weighted_sum(values, weights, ways).idxmax(),
        leave_one_out(values, weights, ways, weighted_sum),
    )
    for name in values.columns:
        rest = weights.drop(name)
        assert (name in found.index) == (rest.sum() > 0)
        if rest.sum() > 0:
            winner = weighted_sum(values.drop(columns=name), rest, ways.drop(name)).idxmax()
            assert found.loc[name].tolist() == [winner, winner != best]


def uncertain_scores(spread: np.ndarray, draws: int = 20_000) -> tuple[np.ndarray, np.ndarray]:
    """Draw scores of three alternatives on two criteria, apart by ``spread``, and weights around a half."""
    generator = np.random.default_rng(7)
    centre = np.array([[0.55, 0.50], [0.50, 0.54], [0.30, 0.35]])
    scores = centre + spread * generator.standard_normal((draws, 3, 2))
    return scores, generator.dirichlet([20, 20], draws)


SPREAD = np.array([[0.15, 0.03], [0.03, 0.05], [0.02, 0.0]])


def test_the_score_named_is_the_one_whose_resolution_most_raises_acceptability_in_a_run_of_its_own():
    scores, weights = uncertain_scores(SPREAD)
    found = value_of_information(scores, weights)

    def acceptability(some: np.ndarray, drawn: np.ndarray) -> float:
        return smaa(some, drawn).rank_acceptability[1].max()

    now, rises = acceptability(scores, weights), np.zeros((3, 2))
    for a, c in np.ndindex(
        3, 2
    ):  # fix the score at 15 of its own draws in turn: what the best would then reach
        for known in np.quantile(scores[:, a, c], (np.arange(15) + 0.5) / 15):
            fixed = scores[:4_000].copy()
            fixed[:, a, c] = known
            rises[a, c] += acceptability(fixed, weights[:4_000]) / 15
    assert (
        np.unravel_index(found.argmax(), found.shape)
        == np.unravel_index(rises.argmax(), rises.shape)
        == (0, 0)
    )
    assert found[0, 0] == pytest.approx(rises[0, 0] - now, abs=0.03)


def test_a_score_that_is_certain_or_tells_nothing_is_worth_nothing():
    scores, weights = uncertain_scores(SPREAD)
    found = value_of_information(scores, weights)
    assert found[2, 1] == 0
    assert found[2, 0] == pytest.approx(0, abs=0.01)  # the third alternative never wins
    assert (found >= 0).all()


def test_a_score_that_decides_alone_is_worth_all_that_is_in_doubt():
    # one criterion: 0 or 1 against 0.5, in a quarter of the draws 1. Now the second is best in 3/4; known, in all
    scores = np.full((4_000, 2, 1), 0.5)
    scores[:, 0, 0] = np.tile([1, 0, 0, 0], 1_000)
    assert value_of_information(scores, np.ones((4_000, 1)))[:, 0] == pytest.approx([0.25, 0])
