"""How sure a ranking is: what would have to change for another alternative to win."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from perantara.methods.ranking import TIE, By, _by_criterion, _inputs


def draw_weights(
    agreed: pd.Series, spread: pd.Series | float, count: int, seed: int, keep_order: bool = False
) -> np.ndarray:
    """Draw weights around those agreed, as apart as the judges are.

    Parameters
    ----------
    agreed : Series by criterion
        Weights that sum to 1.
    spread : float or Series by criterion
        Standard deviation of a weight among the judges; a Series is brought to one concentration (least squares).
        Infinite means nothing is known: all weights are equally likely.
    count, seed : int
        Draws, and the seed of their generator.
    keep_order : bool
        Keep the agreed order of importance, sorting each draw; the criteria of equal weight stay free.

    Returns
    -------
    array, shape (count, criteria)
        Draws from a Dirichlet distribution with mean ``agreed``; with ``spread`` 0 all are ``agreed``.

    Examples
    --------
    >>> draws = draw_weights(pd.Series({"a": 0.7, "b": 0.3}), 0.1, 5000, seed=1)
    >>> draws.mean(axis=0).round(2).tolist(), draws.std(axis=0).round(2).tolist()
    ([0.7, 0.3], [0.1, 0.1])
    """
    mean = np.asarray(agreed, dtype=float)
    if not (mean >= 0).all() or abs(mean.sum() - 1) > 1e-6:
        raise ValueError("agreed weights must be at least 0 and sum to 1")
    spread = spread.reindex(agreed.index) if isinstance(spread, pd.Series) else spread
    variance = np.broadcast_to(np.asarray(spread, dtype=float) ** 2, mean.shape)
    if np.isnan(variance).any():
        raise ValueError("a spread is needed for every criterion")
    generator, free = np.random.default_rng(seed), mean * (1 - mean)
    if np.isinf(variance).any():
        draws = generator.dirichlet(np.ones(len(mean)), count)
    elif variance.sum() == 0 or free.sum() == 0:
        draws = np.tile(mean, (count, 1))
    else:  # of a Dirichlet, variance = mean (1 - mean) / (concentration + 1)
        concentration = max((free**2).sum() / (variance * free).sum() - 1, 0.05)
        draws = generator.dirichlet(np.maximum(mean * concentration, 1e-9), count)
    if keep_order:
        order = np.lexsort((-draws, np.broadcast_to(-mean, draws.shape)), axis=1)  # equals by their own draw
        np.put_along_axis(draws, order, -np.sort(-draws, axis=1), axis=1)
    return draws


def tipping_points(values: pd.DataFrame, weights: By) -> pd.DataFrame:
    """Say for each criterion at which weight another alternative wins, the others keeping their proportions.

    Parameters
    ----------
    values : DataFrame, shape (alternatives, criteria)
        Utilities, higher is better (see `ranking.utilities`); the value is their weighted sum.
    weights : by criterion
        Weights in force; brought to sum 1.

    Returns
    -------
    DataFrame by criterion
        ``weight``, then ``lower`` and ``lower_winner``, ``upper`` and ``upper_winner``: the nearest weights below and
        above at which another alternative draws level, past which it wins. Missing where none does.

    Examples
    --------
    >>> found = tipping_points(pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], ["x", "y"], ["a", "b"]), [0.6, 0.4])
    >>> found["lower"].tolist(), found["upper_winner"].tolist()
    ([0.5, nan], [nan, 'y'])
    """
    values, weight, _ = _inputs(values, weights, np.ones(values.shape[1]))
    total = values.to_numpy(float) @ weight
    winner, rows = int(np.argmax(total)), []
    for j, share in enumerate(weight):
        if share < 1:
            rest = (total - share * values.iloc[:, j].to_numpy(float)) / (1 - share)
        else:  # nothing to keep in proportion: the others share alike
            rest = values.drop(columns=values.columns[j]).mean(axis=1).to_numpy(float)
        slope = (values.iloc[:, j].to_numpy(float) - rest) - (values.iloc[winner, j] - rest[winner])
        behind = rest - rest[winner]
        with np.errstate(divide="ignore", invalid="ignore"):
            level = -behind / slope
        level = np.where(slope < 0, np.minimum(level, share), np.maximum(level, share))
        row: list[object] = [float(share)]
        for side, end in ((-1, 0.0), (1, 1.0)):
            at = np.flatnonzero((side * slope > TIE) & (side * (end - level) > TIE))
            at = at[np.lexsort((-np.abs(slope[at]), (side * level[at]).round(12)))]  # nearest, then steepest
            row += [float(level[at[0]]), values.index[at[0]]] if len(at) else [np.nan, None]
        rows.append(row)
    columns = ["weight", "lower", "lower_winner", "upper", "upper_winner"]
    return pd.DataFrame(rows, values.columns, columns)


def smallest_change(values: pd.DataFrame, weights: By) -> pd.DataFrame:
    """Find for each alternative the smallest change of all weights with which it draws level with the winner.

    The change is half the sum of absolute differences: the share of the weight that is moved from some
    criteria to others (0 to 1). A linear programme.

    Returns
    -------
    DataFrame by alternative, the nearest first
        ``moved_share`` (missing where no weights make it win) and a column of the changed weights for each criterion;
        the winner is left out.

    Examples
    --------
    >>> found = smallest_change(pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], ["x", "y"], ["a", "b"]), [0.6, 0.4])
    >>> found.loc["y"].round(6).tolist()
    [0.1, 0.5, 0.5]
    """
    from scipy.optimize import linprog

    values, weight, _ = _inputs(values, weights, np.ones(values.shape[1]))
    table, size = values.to_numpy(float), len(weight)
    winner, rows = int(np.argmax(table @ weight)), {}
    # unknown: what each weight gains (first half) and loses (second half)
    signs = np.hstack([np.eye(size), -np.eye(size)])
    for i, name in enumerate(values.index):
        if i == winner:
            continue
        lead = table[winner] - table[i]
        found = linprog(
            np.full(2 * size, 0.5), A_ub=[lead @ signs], b_ub=[-lead @ weight], A_eq=[np.ones(size) @ signs],
            b_eq=[0.0], bounds=[(0, None)] * size + [(0, float(one)) for one in weight],
        )  # fmt: skip
        rows[name] = [found.fun, *(weight + signs @ found.x)] if found.status == 0 else [np.nan] * (size + 1)
    columns = ["moved_share", *values.columns]
    return pd.DataFrame.from_dict(rows, "index", columns=columns).sort_values("moved_share")


def leave_one_out(
    matrix: pd.DataFrame, weights: By, directions: By, rank: Callable[..., pd.Series]
) -> pd.DataFrame:
    """Rank again without each criterion in turn, by a method whose highest is best, the others in proportion.

    Returns
    -------
    DataFrame by criterion left out
        ``winner``, and ``changes`` (whether it is another than with all).

    Examples
    --------
    >>> from perantara.methods.ranking import weighted_sum
    >>> frame = pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], ["x", "y"], ["a", "b"])
    >>> leave_one_out(frame, [0.6, 0.4], [1, 1], weighted_sum)["winner"].to_dict()
    {'a': 'y', 'b': 'x'}
    """
    weight = pd.Series(_by_criterion(weights, matrix.columns), matrix.columns)
    direction = pd.Series(_by_criterion(directions, matrix.columns), matrix.columns)
    best, rows = rank(matrix, weight, direction).idxmax(), {}
    for name in matrix.columns:
        kept = matrix.columns.drop(name)
        if weight[kept].sum() > 0:
            winner = rank(matrix[kept], weight[kept], direction[kept]).idxmax()
            rows[name] = [winner, winner != best]
    return pd.DataFrame.from_dict(rows, "index", columns=["winner", "changes"])


def value_of_information(scores: np.ndarray, weights: np.ndarray, bins: int = 16) -> np.ndarray:
    """Say by how much knowing one score exactly would raise the acceptability of the best alternative.

    Parameters
    ----------
    scores : array, shape (draws, alternatives, criteria)
        Draws of utilities; a score that is certain is the same in every draw.
    weights : array, shape (draws, criteria)
        Draws of weights that sum to 1.
    bins : int
        The draws of a score are sorted into so many groups of equal size (equal draws stay together); within each,
        the score counts as known.

    Returns
    -------
    array, shape (alternatives, criteria)
        Expected rise of the highest first-rank acceptability (0 to 1), less what would come out of chance
        alone; never below 0. Expected value of partial perfect information with a choice that is right or not.

    References
    ----------
    Strong, M. and Oakley, J. E. (2013). An efficient method for computing single-parameter partial expected
    value of perfect information. Medical Decision Making 33(6), 755-766.

    Examples
    --------
    >>> draws = np.random.default_rng(1).random((4000, 2, 1))
    >>> draws[:, 1] = 0.5  # the second alternative is known: half the time the first one is better
    >>> value_of_information(draws, np.ones((4000, 1))).round(1).tolist()
    [[0.5], [0.0]]
    """
    draws, size, criteria = scores.shape
    values = np.einsum("dac,dc->da", scores, weights)
    winner = values.argmax(axis=1)
    shuffled = np.random.default_rng(0).permutation(winner)
    cuts = np.arange(1, bins) * draws // bins
    found = np.zeros((size, criteria))
    for a in range(size):
        for c in range(criteria):
            column = np.ascontiguousarray(scores[:, a, c])
            if column.min() < column.max():
                group = np.searchsorted(np.sort(column)[cuts], column, side="right")
                by_chance = _known(shuffled, group, bins, size)
                found[a, c] = max(0.0, _known(winner, group, bins, size) - by_chance)
    return found


def _known(winner: np.ndarray, group: np.ndarray, bins: int, size: int) -> float:
    """Return how often the best choice within each group is right."""
    table = np.bincount(group * size + winner, minlength=bins * size).reshape(bins, size)
    return float(table.max(axis=1).sum() / len(winner))
