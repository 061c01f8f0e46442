"""Ranking alternatives on several criteria, and how often each ranks where (SMAA)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

By = pd.Series | Mapping[str, float] | Sequence[float] | np.ndarray
CHUNK = 2_048  # draws at a time: what is compared stays small enough for the processor's cache
TIE = 1e-12  # values nearer than this are the same


def _inputs(matrix: pd.DataFrame, weights: By, directions: By) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Return scores, weights summing to 1 and directions in the order of the columns."""
    frame = pd.DataFrame(matrix).astype(float)
    if len(frame) < 2 or not np.isfinite(frame.to_numpy()).all():
        raise ValueError("scores of two or more alternatives are needed, none missing")
    weight, direction = (_by_criterion(one, frame.columns) for one in (weights, directions))
    if (weight < 0).any() or weight.sum() <= 0:
        raise ValueError("weights must be at least 0, and not all 0")
    if not np.isin(direction, (1, -1)).all():
        raise ValueError("directions must be +1 (more is better) or -1 (less is better)")
    return frame, weight / weight.sum(), direction


def _by_criterion(given: By, columns: pd.Index) -> np.ndarray:
    if isinstance(given, pd.Series | Mapping):
        series = pd.Series(given, dtype=float)
        lacking = [str(name) for name in columns if name not in series.index]
        foreign = [str(name) for name in series.index if name not in columns]
        if lacking or foreign:
            raise ValueError(f"criteria do not match: lacking {lacking}, not in the scores {foreign}")
        series = series[columns]
    else:
        series = pd.Series(np.asarray(given, dtype=float))
        if len(series) != len(columns):
            raise ValueError(f"{len(columns)} values are needed, one a criterion, found {len(series)}")
    if series.isna().any():
        raise ValueError("weights and directions must be given for every criterion")
    return series.to_numpy(float)


def utilities(matrix: pd.DataFrame, directions: By, bounds: pd.DataFrame | None = None) -> pd.DataFrame:
    """Put scores on 0 (worst) to 1 (best).

    Parameters
    ----------
    matrix : DataFrame, shape (alternatives, criteria)
        Scores; a missing one stays missing.
    directions : by criterion
        +1 where more is better, -1 where less is.
    bounds : DataFrame, optional
        By criterion ``low`` and ``high``, the ends of its scale. With it, a further alternative leaves the others as
        they were; what lies outside is cut. Without it the lowest and highest score are the ends; where all are
        alike every one gets 1.

    Examples
    --------
    >>> utilities(pd.DataFrame({"harga": [10, 20], "risiko": [1, 3]}), {"harga": 1, "risiko": -1}).to_numpy().tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    frame = pd.DataFrame(matrix).astype(float)
    direction = _by_criterion(directions, frame.columns)
    low, high = (frame.min(), frame.max()) if bounds is None else (bounds["low"], bounds["high"])
    low, high = low[frame.columns].astype(float), high[frame.columns].astype(float)
    if (high < low).any():
        raise ValueError("the high end of a scale lies below its low end")
    scaled = (frame - low) / (high - low).where(high > low)
    alike = (high == low)[frame.columns]
    scaled = (scaled * direction + (direction < 0)).clip(0, 1)
    return scaled.mask(frame.notna() & alike, 1.0)


def weighted_sum(
    matrix: pd.DataFrame, weights: By, directions: By, bounds: pd.DataFrame | None = None
) -> pd.Series:
    """Return the weighted mean of the utilities by alternative, 0 to 1, higher is better.

    >>> frame = pd.DataFrame({"a": [1, 2], "b": [5, 3]}, ["x", "y"])
    >>> weighted_sum(frame, [0.75, 0.25], [1, 1]).to_dict()
    {'x': 0.25, 'y': 0.75}
    """
    frame, weight, direction = _inputs(matrix, weights, directions)
    return utilities(frame, direction, bounds) @ weight


def topsis(matrix: pd.DataFrame, weights: By, directions: By, normalisation: str = "vector") -> pd.Series:
    """Return the closeness to the ideal alternative, 0 to 1, higher is better.

    Parameters
    ----------
    matrix : DataFrame, shape (alternatives, criteria)
        Scores, none missing.
    weights, directions : by criterion (aligned by name) or in the order of the columns
        Weights of at least 0 (any sum), directions +1 and -1.
    normalisation : str
        "vector" (each column over its length) or "minmax".

    References
    ----------
    Hwang, C. L. and Yoon, K. (1981). Multiple Attribute Decision Making. Springer. Computed by pymcdm.

    Examples
    --------
    >>> topsis(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}), [1, 1], [1, 1]).tolist()
    [0.0, 0.5, 1.0]
    """
    from pymcdm import normalizations
    from pymcdm.methods import TOPSIS

    known = {"vector": normalizations.vector_normalization, "minmax": normalizations.minmax_normalization}
    if normalisation not in known:
        raise ValueError(f'unknown normalisation "{normalisation}"; allowed: {", ".join(known)}')
    frame, weight, direction = _inputs(matrix, weights, directions)
    telling = (frame.nunique() > 1).to_numpy() & (
        weight > 0
    )  # the others change nothing, and may divide by 0
    if not telling.any():
        return pd.Series(1.0, frame.index)
    method = TOPSIS(known[normalisation])
    found = method(frame.to_numpy()[:, telling], weight[telling], direction[telling], validation=False)
    return pd.Series(found, frame.index)


def promethee_ii(
    matrix: pd.DataFrame, weights: By, directions: By, preference: str = "usual",
    indifference: By | None = None, strict: By | None = None,
) -> pd.Series:  # fmt: skip
    """Return the net flows, -1 to 1 with sum 0, higher is better.

    Parameters
    ----------
    matrix, weights, directions
        As for `topsis`.
    preference : str
        pymcdm's name of the preference function: "usual" (any difference counts in full), "vshape" (up to ``strict``),
        "vshape_2" (from ``indifference`` to ``strict``), "ushape", "level".
    indifference, strict : by criterion, optional
        Thresholds in the unit of the criterion, where the function has them.

    References
    ----------
    Brans, J. P. and Vincke, P. (1985). A preference ranking organisation method. Management Science 31(6).

    Examples
    --------
    >>> promethee_ii(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}), [1, 1], [1, 1]).tolist()
    [-1.0, 0.0, 1.0]
    """
    from pymcdm.methods import PROMETHEE_II

    frame, weight, direction = _inputs(matrix, weights, directions)
    limits = [None if one is None else _by_criterion(one, frame.columns) for one in (indifference, strict)]
    needed = {"usual": (0, 0), "ushape": (1, 0), "vshape": (0, 1), "level": (1, 1), "vshape_2": (1, 1)}
    if preference not in needed:
        raise ValueError(f'unknown preference function "{preference}"; allowed: {", ".join(needed)}')
    if any(need and limit is None for need, limit in zip(needed[preference], limits, strict=True)):
        raise ValueError(f'"{preference}" lacks a threshold (indifference or strict)')
    method = PROMETHEE_II(preference, q=limits[0], p=limits[1])
    found = method(frame.to_numpy(), weight, direction, validation=False)
    return pd.Series(found, frame.index)


def vikor(matrix: pd.DataFrame, weights: By, directions: By, majority: float = 0.5) -> pd.Series:
    """Return VIKOR's Q, 0 to 1, lower is better: a compromise of the sum and the largest single regret.

    Parameters
    ----------
    matrix, weights, directions
        As for `topsis`.
    majority : float
        Weight of the sum against the largest regret.

    References
    ----------
    Opricovic, S. and Tzeng, G.-H. (2004). European Journal of Operational Research 156, 445-455.

    Examples
    --------
    >>> vikor(pd.DataFrame({"a": [1, 2, 3], "b": [1, 2, 3]}), [1, 1], [1, 1]).tolist()
    [1.0, 0.5, 0.0]
    """
    frame, weight, direction = _inputs(matrix, weights, directions)
    regret = (1 - utilities(frame, direction)) * weight
    above = [one - one.min() for one in (regret.sum(axis=1), regret.max(axis=1))]
    spans = [one / (one.max() if one.max() > TIE else 1) for one in above]
    return majority * spans[0] + (1 - majority) * spans[1]


def dominated(matrix: pd.DataFrame, directions: By) -> dict[str, list[str]]:
    """Return the alternatives that another one equals or beats on every criterion, each with its betters.

    >>> dominated(pd.DataFrame({"a": [1, 2], "b": [1, 1]}, ["x", "y"]), [1, 1])
    {'x': ['y']}
    """
    frame = pd.DataFrame(matrix).astype(float) * _by_criterion(directions, matrix.columns)
    found = {}
    for name, row in frame.iterrows():
        better = frame.index[(frame >= row).all(axis=1) & (frame > row).any(axis=1)]
        if len(better):
            found[name] = list(better)
    return found


@dataclass(frozen=True)
class Acceptability:
    """How often each alternative takes each place.

    ``rank_acceptability`` (alternatives x places 1, 2, …; rows and columns sum to 1), ``central_weights``
    (alternatives x criteria: the mean of the weights that put it first; missing where none does) and ``confidence``
    (how often it is first with its central weights, given the uncertainty of the scores; missing likewise).
    """

    rank_acceptability: pd.DataFrame
    central_weights: pd.DataFrame
    confidence: pd.Series


def smaa(matrix: pd.DataFrame | np.ndarray, weights: np.ndarray) -> Acceptability:
    """Stochastic multicriteria acceptability analysis (SMAA-2) of an additive value.

    Parameters
    ----------
    matrix : DataFrame (alternatives, criteria) or array (draws, alternatives, criteria)
        Utilities, higher is better on a common scale (see `utilities`); an array holds draws of uncertain ones.
    weights : array, shape (draws, criteria)
        Draws of weights of at least 0, each summing to 1 (another sum is brought to 1).

    Returns
    -------
    Acceptability
        Alternatives that tie in a draw share the places they take.

    Raises
    ------
    ValueError
        If shapes do not fit, a value is missing, or a weight is negative.

    References
    ----------
    Lahdelma, R. and Salminen, P. (2001). SMAA-2. Operations Research 49(3), 444-454.

    Examples
    --------
    >>> draws = np.array([[0.9, 0.1], [0.6, 0.4], [0.2, 0.8], [0.1, 0.9]])
    >>> found = smaa(pd.DataFrame([[1.0, 0.0], [0.0, 1.0]], ["x", "y"], ["a", "b"]), draws)
    >>> found.rank_acceptability[1].to_dict(), found.central_weights.loc["x"].to_dict()
    ({'x': 0.5, 'y': 0.5}, {'a': 0.75, 'b': 0.25})
    """
    scores, weight, names, criteria = _draws(matrix, weights)
    draws, size = len(weight), len(names)
    places, firsts = np.zeros((size, size)), np.zeros((size, weight.shape[1]))
    for start in range(0, draws, CHUNK):
        part = weight[start : start + CHUNK]
        values = _values(scores, part, start)
        order = np.argsort(-values, axis=1)
        ranked = np.take_along_axis(values, order, axis=1)
        tied = (ranked[:, :-1] - ranked[:, 1:] < TIE).any(axis=1)
        clear = order[~tied]
        for place in range(size):
            places[:, place] += np.bincount(clear[:, place], minlength=size)
        firsts += np.eye(size)[clear[:, 0]].T @ part[~tied]
        if tied.any():
            shared = _shared_places(values[tied])
            places += shared.sum(axis=0)
            firsts += shared[:, :, 0].T @ part[tied]
    times_first = places[:, 0]
    with np.errstate(invalid="ignore", divide="ignore"):
        central = firsts / times_first[:, None]
    confidence = _confidence(scores if scores.ndim == 3 else scores[None], central)
    return Acceptability(
        pd.DataFrame(places / draws, names, range(1, size + 1)),
        pd.DataFrame(central, names, criteria),
        pd.Series(confidence, names),
    )


def _draws(
    matrix: pd.DataFrame | np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, pd.Index, pd.Index]:
    """Return scores, weights summing to 1, and the names of alternatives and criteria."""
    scores, weight = np.asarray(matrix, dtype=float), np.asarray(weights, dtype=float)
    if (
        weight.ndim != 2
        or not len(weight)
        or scores.ndim not in (2, 3)
        or scores.shape[-1] != weight.shape[1]
    ):
        raise ValueError(
            f"weights of shape (draws, criteria) and scores of (alternatives, criteria) or (draws, alternatives,"
            f" criteria) are needed, found {weight.shape} and {scores.shape}"
        )
    if scores.ndim == 3 and len(scores) != len(weight):
        raise ValueError(f"as many draws of scores as of weights are needed: {len(scores)} and {len(weight)}")
    if not np.isfinite(scores).all() or not np.isfinite(weight).all():
        raise ValueError("scores and weights must be numbers, none missing")
    totals = weight.sum(axis=1, keepdims=True)
    if (weight < 0).any() or (totals <= 0).any():
        raise ValueError("weights must be at least 0, and not all 0 in a draw")
    if isinstance(matrix, pd.DataFrame):
        criteria = getattr(weights, "columns", matrix.columns)
        if list(criteria) != list(matrix.columns):
            raise ValueError("weights and scores must have the same criteria in the same order")
        return scores, weight / totals, matrix.index, matrix.columns
    return scores, weight / totals, pd.RangeIndex(scores.shape[-2]), pd.RangeIndex(scores.shape[-1])


def _values(scores: np.ndarray, weights: np.ndarray, start: int) -> np.ndarray:
    """Return the value of each alternative in each draw of a part."""
    if scores.ndim == 2:
        return weights @ scores.T
    return np.matmul(scores[start : start + len(weights)], weights[:, :, None])[:, :, 0]


def _confidence(scores: np.ndarray, central: np.ndarray) -> np.ndarray:
    """Return how often each alternative is first with its central weights; missing without them."""
    total = np.zeros(len(central))
    for start in range(0, len(scores), CHUNK):
        part = scores[start : start + CHUNK]
        values = part @ np.nan_to_num(central).T
        level = values.max(axis=1) - TIE
        draw, own = np.nonzero(np.einsum("dii->di", values) > level)  # first with its own central weights
        tied = (values[draw, :, own] > level[draw, own, None]).sum(axis=1)
        total += np.bincount(own, 1 / tied, len(total))
    return np.where(np.isnan(central).any(axis=1), np.nan, total / len(scores))


def _shared_places(values: np.ndarray) -> np.ndarray:
    """Return (draws, alternatives, places): 1 at the place taken, shared among those that tie."""
    apart = values[:, None, :] - values[:, :, None]
    better, alike = ((apart >= TIE).sum(axis=2)[..., None], (np.abs(apart) < TIE).sum(axis=2)[..., None])
    place = np.arange(values.shape[1])
    return ((place >= better) & (place < better + alike)) / alike
