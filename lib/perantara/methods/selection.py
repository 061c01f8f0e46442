"""Choosing one commodity: scores with their evidence, weights of the judges, and how sure the choice is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from perantara.methods import ranking, robustness, weights

DATA = "data"
GRADES = ["primer", "sekunder", "pendapat", "kosong"]
CELL = ["commodity", "criterion"]
LEAST_WEIGHT = 0.001  # a judge who gives nothing to a criterion has no veto over it
METHODS = {"weighted_sum": 1, "topsis": 1, "promethee": 1, "vikor": -1}  # -1: the lowest is the best


def join_scores(scores: pd.DataFrame, criteria: pd.DataFrame, shares: Mapping[str, float]) -> pd.DataFrame:
    """Make one cell of what was said about each commodity on each criterion: data before opinions.

    Parameters
    ----------
    scores : DataFrame
        ``commodity, criterion, value, spread, evidence`` (one of ``GRADES``), any number of rows a cell.
    criteria : DataFrame by criterion
        ``low`` and ``high``, the ends of its scale.
    shares : mapping
        By grade the standard deviation, as a share of the scale, of a value that states none.

    Returns
    -------
    DataFrame by commodity and criterion, every pair
        ``value, spread, evidence, givers``: the mean of the rows of the best grade. The spread is the stated one,
        else the larger of the default and the standard deviation among the givers. A pair without a row is
        "kosong" with the middle of the scale as value and no spread: anything on the scale is possible.

    Examples
    --------
    >>> rows = pd.DataFrame([["kopi", "minat", 4.0, None, "pendapat"], ["kopi", "minat", 2.0, None, "primer"]],
    ...     columns=["commodity", "criterion", "value", "spread", "evidence"])
    >>> criteria = pd.DataFrame({"low": [1.0, 0.0], "high": [5.0, 100.0]}, ["minat", "miskin"])
    >>> join_scores(rows, criteria, {"primer": 0.05}).values.tolist()
    [[2.0, 0.2, 'primer', 1], [50.0, nan, 'kosong', 0]]
    """
    grade = scores["evidence"].map(GRADES.index)
    best = scores[grade == grade.groupby([scores[c] for c in CELL]).transform("min")]
    best = best[best["criterion"].isin(criteria.index)].astype({"value": float, "spread": float})
    pairs = pd.MultiIndex.from_product([scores["commodity"].unique(), criteria.index], names=CELL)
    found = best.groupby(CELL).agg(
        value=("value", "mean"), stated=("spread", "mean"), among=("value", "std"),
        evidence=("evidence", "first"), givers=("value", "size"),
    ).reindex(pairs)  # fmt: skip
    ends = criteria.loc[found.index.get_level_values(1)].set_index(found.index)
    default = found["evidence"].map(shares).astype(float) * (ends["high"] - ends["low"])
    spread = found["stated"].fillna(pd.concat([found["among"], default], axis=1).max(axis=1))
    return pd.DataFrame(
        {
            "value": found["value"].fillna((ends["low"] + ends["high"]) / 2), "spread": spread,
            "evidence": found["evidence"].fillna("kosong"), "givers": found["givers"].fillna(0).astype(int),
        }
    )  # fmt: skip


def draw_scores(cells: pd.DataFrame, criteria: pd.DataFrame, count: int, seed: int) -> np.ndarray:
    """Draw utilities, shape (count, commodities, criteria): around each value, within its scale.

    A cell is normal around its value, cut at the ends of the scale; an empty one is anything on the scale alike.

    >>> criteria = pd.DataFrame({"low": [0.0], "high": [10.0], "direction": [-1]}, ["risiko"])
    >>> cells = pd.DataFrame({"value": [2.0, 5.0], "spread": [0.0, np.nan]},
    ...     pd.MultiIndex.from_product([["kopi", "madu"], ["risiko"]]))
    >>> draws = draw_scores(cells, criteria, 4000, seed=1)
    >>> draws.mean(axis=0).round(1).tolist(), draws.std(axis=0).round(1).tolist()
    ([[0.8], [0.5]], [[0.0], [0.3]])
    """
    generator, size = np.random.default_rng(seed), len(criteria)
    low, high = (criteria[end].to_numpy(float) for end in ("low", "high"))
    value, spread = (cells[name].to_numpy(float).reshape(-1, size) for name in ("value", "spread"))
    shape = (count, *value.shape)
    around = value + np.nan_to_num(spread) * generator.standard_normal(shape)
    anywhere = low + (high - low) * generator.random(shape)
    drawn = (np.clip(np.where(np.isnan(spread), anywhere, around), low, high) - low) / (high - low)
    return np.where(criteria["direction"].to_numpy() < 0, 1 - drawn, drawn)


@dataclass(frozen=True)
class JudgedWeights:
    """Weights of the criteria as the judges gave them, and how they were joined.

    ``agreed`` (by criterion, sum 1) is the geometric mean over the parties of the geometric mean over their
    judges; ``spread`` the standard deviation among judges, infinite where fewer than two judged. ``by_judge`` and
    ``by_party`` are their own weights; ``consistency`` the consistency ratio of each judge who compared pairs,
    ``joint`` the weights of their joined comparisons with its ratio, ``matrix`` these comparisons (``None`` where
    nobody did). ``left_out`` are judges whose sheet is not complete or contradicts itself.
    """

    agreed: pd.Series
    spread: pd.Series
    by_judge: pd.DataFrame
    by_party: pd.DataFrame
    consistency: pd.Series
    joint: weights.PairwiseWeights | None
    matrix: pd.DataFrame | None
    left_out: tuple[str, ...]


def weigh_criteria(
    points: pd.DataFrame, pairs: pd.DataFrame, parties: pd.Series, criteria: Iterable[str], method: str = "eigenvector"
) -> JudgedWeights:  # fmt: skip
    """Join the weights that judges gave directly, by swings, by rank and in pairs.

    Parameters
    ----------
    points : DataFrame
        ``judge_id, method`` ("langsung", "ayunan" or "urutan"), ``criterion, value``.
    pairs : DataFrame
        ``judge_id, row_criterion, column_criterion, times``; the reverse need not be stated.
    parties : Series by judge
        Whom the judge stands for; each party weighs alike, however many judges it has.
    criteria : names, the columns of every weight
    method : str
        How pairs are weighed, see `weights.ahp`.

    Returns
    -------
    JudgedWeights
        Without any judge the agreed weights are equal and their spread is infinite.

    Examples
    --------
    >>> points = pd.DataFrame([["a", "langsung", "x", 60], ["a", "langsung", "y", 40], ["b", "urutan", "x", 2],
    ...     ["b", "urutan", "y", 1]], columns=["judge_id", "method", "criterion", "value"])
    >>> pairs = pd.DataFrame(columns=["judge_id", "row_criterion", "column_criterion", "times"])
    >>> found = weigh_criteria(points, pairs, pd.Series({"a": "UMK", "b": "mitra swasta"}), ["x", "y"])
    >>> found.by_judge.round(2).values.tolist(), found.agreed.round(3).to_list()
    ([[0.6, 0.4], [0.25, 0.75]], [0.414, 0.586])
    """
    names, own, matrices, left_out = list(criteria), [], {}, []
    for (judge, how), rows in points.groupby(["judge_id", "method"]):
        given = rows.set_index("criterion")["value"].reindex(names)
        try:
            found = weights.rank_order_centroid(given) if how == "urutan" else weights.from_points(given)
            own.append(found.rename(judge))
        except ValueError:
            left_out.append(judge)
    for judge, rows in pairs.groupby("judge_id"):
        matrix = _compare(rows, names)
        try:
            own.append(weights.ahp(matrix, method).weights.rename(judge))
            matrices[judge] = matrix
        except ValueError:
            left_out.append(judge)
    by_judge = _mean_weights(pd.DataFrame(own, columns=names), lambda judge: judge)
    by_party = _mean_weights(by_judge, parties.get)
    agreed = _mean_weights(by_party, lambda _party: "") if len(by_party) else None
    joined = weights.join_judgements([*matrices.values()]) if matrices else None
    return JudgedWeights(
        pd.Series(1 / max(1, len(names)), names) if agreed is None else agreed.iloc[0].rename(None),
        by_judge.std() if len(by_judge) > 1 else pd.Series(np.inf, names),
        by_judge, by_party,
        pd.Series({judge: weights.ahp(matrix, method).cr for judge, matrix in matrices.items()}, dtype=float),
        None if joined is None else weights.ahp(joined, method), joined, tuple(sorted(set(left_out))),
    )  # fmt: skip


def _compare(rows: pd.DataFrame, names: list[str]) -> pd.DataFrame:
    """Return one judge's comparisons; a pair stated only one way is turned around for the other."""
    stated = rows.pivot_table(index="row_criterion", columns="column_criterion", values="times")
    matrix = stated.reindex(index=names, columns=names).astype(float)
    matrix = matrix.fillna(1 / matrix.T)
    return matrix.mask(np.eye(len(names), dtype=bool), 1.0)


def _mean_weights(rows: pd.DataFrame, group: Mapping[str, str] | Iterable[str]) -> pd.DataFrame:
    """Return the geometric mean of the weights within each group, brought to sum 1."""
    means = np.exp(np.log(rows.clip(lower=LEAST_WEIGHT)).groupby(group).mean())
    return means.div(means.sum(axis=1), axis=0)


@dataclass(frozen=True)
class Choice:
    """The commodity that comes first, and all that the choice rests on.

    ``matrix`` holds the values in their own units and ``utilities`` on 0 to 1, with ``weight`` of each criterion.
    ``table`` has a row a commodity in their order: the results of the ``METHODS``, ``borda`` over them, ``place`` (by
    the weighted sum) and ``better`` (those that dominate it). ``agreement`` is Kendall's tau between methods,
    ``reversals`` the winner of each method and the commodities whose leaving changes it. ``acceptability`` is of
    SMAA, ``information`` by commodity and criterion the rise of the highest first-rank acceptability if that
    value were known; ``tipping``, ``changes`` and ``left_out`` as in `robustness`. ``draws`` and ``weight_draws`` are
    those of the simulation.
    """

    matrix: pd.DataFrame
    utilities: pd.DataFrame
    weight: pd.Series
    table: pd.DataFrame
    agreement: pd.DataFrame
    reversals: pd.DataFrame
    acceptability: ranking.Acceptability
    information: pd.DataFrame
    tipping: pd.DataFrame
    changes: pd.DataFrame
    left_out: pd.DataFrame
    draws: np.ndarray
    weight_draws: np.ndarray

    winner = property(lambda self: self.table.index[0], doc="The commodity with the highest weighted sum.")
    first = property(
        lambda self: self.acceptability.rank_acceptability[1], doc="How often each comes first, 0 to 1."
    )


def rank_all(matrix: pd.DataFrame, weight: pd.Series, criteria: pd.DataFrame) -> pd.DataFrame:
    """Return the results of the four methods, a row a commodity, and Borda points over their places.

    >>> criteria = pd.DataFrame({"low": [0.0, 0.0], "high": [10.0, 10.0], "direction": [1, -1]}, ["a", "b"])
    >>> frame = pd.DataFrame([[9.0, 1.0], [5.0, 5.0], [1.0, 9.0]], ["x", "y", "z"], ["a", "b"])
    >>> rank_all(frame, pd.Series({"a": 0.5, "b": 0.5}), criteria)[["weighted_sum", "borda"]].round(2).values.tolist()
    [[0.9, 8.0], [0.5, 4.0], [0.1, 0.0]]
    """
    given = (matrix, weight, criteria["direction"])
    found = pd.DataFrame(
        {
            "weighted_sum": ranking.weighted_sum(*given, criteria[["low", "high"]]),
            "topsis": ranking.topsis(*given), "promethee": ranking.promethee_ii(*given), "vikor": ranking.vikor(*given),
        }
    )  # fmt: skip
    places = (found * pd.Series(METHODS)).rank(ascending=False)
    return found.assign(borda=(len(found) - places).sum(axis=1))


def choose(
    cells: pd.DataFrame, criteria: pd.DataFrame, judged: JudgedWeights, count: int, seed: int
) -> Choice:
    """Rank commodities and say how sure that is.

    Parameters
    ----------
    cells : DataFrame by commodity and criterion (see `join_scores`), of two commodities or more
    criteria : DataFrame by criterion
        ``low, high, direction`` (+1, -1).
    judged : JudgedWeights
    count, seed : int
        Draws of the simulation, and the seed of their generators.
    """
    weight, directions = judged.agreed, criteria["direction"]
    matrix = cells["value"].unstack()[criteria.index].reindex(cells.index.unique(0))
    utilities = ranking.utilities(matrix, directions, criteria[["low", "high"]])
    table = rank_all(matrix, weight, criteria)
    better = ranking.dominated(matrix, directions)
    table = table.assign(
        place=table["weighted_sum"].rank(ascending=False, method="min").astype(int),
        better=[", ".join(better.get(name, [])) or None for name in table.index],
    )
    draws = draw_scores(cells, criteria, count, seed)
    weight_draws = robustness.draw_weights(weight, judged.spread, count, seed + 1)
    with np.errstate(invalid="ignore"):  # who is never first has no central weights
        acceptability = ranking.smaa(draws, weight_draws)
    shares = acceptability.rank_acceptability.set_axis(matrix.index)
    order = table.sort_values(["weighted_sum"], ascending=False, kind="stable").index
    return Choice(
        matrix, utilities, weight, table.loc[order],
        (table[[*METHODS]] * pd.Series(METHODS)).corr("kendall"), _reverse(matrix, weight, criteria),
        ranking.Acceptability(
            shares.loc[order],
            acceptability.central_weights.set_axis(matrix.index).set_axis(matrix.columns, axis=1),
            acceptability.confidence.set_axis(matrix.index),
        ),
        pd.DataFrame(robustness.value_of_information(draws, weight_draws), matrix.index, matrix.columns),
        robustness.tipping_points(utilities, weight), robustness.smallest_change(utilities, weight),
        robustness.leave_one_out(utilities, weight, pd.Series(1, matrix.columns), _sum_of_utilities),
        draws, weight_draws,
    )  # fmt: skip


def _sum_of_utilities(matrix: pd.DataFrame, weight: pd.Series, _directions: pd.Series) -> pd.Series:
    return matrix @ (weight / weight.sum())


def _reverse(matrix: pd.DataFrame, weight: pd.Series, criteria: pd.DataFrame) -> pd.DataFrame:
    """Return the winner by each method, and which other commodity's leaving makes another one win."""

    def winners(rows: pd.DataFrame) -> pd.Series:
        return (rank_all(rows, weight, criteria)[[*METHODS]] * pd.Series(METHODS)).idxmax()

    whole = winners(matrix)
    others = {name: winners(matrix.drop(name)) for name in matrix.index} if len(matrix) > 2 else {}
    changed = [
        ", ".join(n for n, w in others.items() if n != whole[m] and w[m] != whole[m]) or None for m in whole.index
    ]  # fmt: skip
    return pd.DataFrame({"winner": whole, "reversed_without": changed})


def change_weights(choice: Choice, weights: pd.Series) -> pd.DataFrame:
    """Return what comes of other weights than those agreed.

    Parameters
    ----------
    choice : Choice
    weights : Series by criterion
        At least 0; brought to sum 1. The draws of the weights move along with them.

    Returns
    -------
    DataFrame by commodity, the best first
        ``weighted_sum`` and ``first`` (how often it comes first), both 0 to 1.
    """
    new = (weights / weights.sum())[choice.weight.index].to_numpy(float)
    moved = choice.weight_draws * (new / choice.weight.clip(lower=ranking.TIE).to_numpy(float))
    moved[moved.sum(axis=1) <= 0] = new
    with np.errstate(invalid="ignore"):
        found = ranking.smaa(choice.draws, moved).rank_acceptability[1].to_numpy()
    table = pd.DataFrame({"weighted_sum": choice.utilities @ new, "first": found}, choice.matrix.index)
    return table.sort_values("weighted_sum", ascending=False, kind="stable")


def set_weight(weights: pd.Series, criterion: str, share: float) -> pd.Series:
    """Return weights (sum 1) with another share (0 to 1) of one criterion, the others keeping their proportions.

    >>> set_weight(pd.Series({"a": 0.5, "b": 0.3, "c": 0.2}), "a", 0.75).round(3).to_dict()
    {'a': 0.75, 'b': 0.15, 'c': 0.1}
    """
    others = weights.drop(criterion)
    rest = others / others.sum() if others.sum() > 0 else others + 1 / len(others)
    return pd.concat([pd.Series({criterion: share}), rest * (1 - share)])[weights.index]


def opinion_share(cells: pd.DataFrame, weight: pd.Series) -> float:
    """Return the share of the weight (0 to 1) that rests on opinions or on nothing, over all commodities.

    >>> cells = pd.DataFrame({"evidence": ["primer", "pendapat"]}, pd.MultiIndex.from_product([["kopi"], ["a", "b"]],
    ...     names=["commodity", "criterion"]))
    >>> opinion_share(cells, pd.Series({"a": 0.7, "b": 0.3}))
    0.3
    """
    weak = cells["evidence"].isin(["pendapat", "kosong"]).groupby("criterion").mean()
    return float((weak * weight).sum())
