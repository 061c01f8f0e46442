"""Weights of criteria: stated, ranked, compared in pairs (AHP), or read from the scores (entropy)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

# Saaty, T. L. (1980). The Analytic Hierarchy Process. McGraw-Hill: mean CI of random matrices by size
RANDOM_INDEX = dict(
    enumerate((0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59), 1)
)
SAATY_SCALE = np.array([1 / n for n in range(9, 1, -1)] + list(range(1, 10)), dtype=float)


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from judgements in pairs, and how consistent the judgements are.

    ``weights`` sum to 1 by criterion; ``lambda_max`` is at least the number of criteria; ``ci`` is
    (lambda_max - n) / (n - 1); ``cr`` is ``ci`` over that of random judgements, usually asked to be below 0.1.
    """

    weights: pd.Series
    lambda_max: float
    ci: float
    cr: float


def ahp(matrix: pd.DataFrame | np.ndarray, method: str = "eigenvector") -> PairwiseWeights:
    """Weigh criteria that were compared in pairs.

    Parameters
    ----------
    matrix : DataFrame or array, shape (n, n)
        How many times the row's criterion counts for the column's; ``a[j, i] = 1 / a[i, j]``, ones on the diagonal.
    method : str
        "eigenvector" (Saaty), "geometric" (mean of the row) or "column_mean" (mean of the row after every
        column is divided by its sum, as courses in Indonesia teach). They agree where judgements are consistent.

    Returns
    -------
    PairwiseWeights
        ``lambda_max`` is the eigenvalue, or for the other two methods the mean of (A w) / w.

    Raises
    ------
    ValueError
        If the matrix is not square, positive and reciprocal (the pairs are named), or has more than 15 criteria.

    References
    ----------
    Saaty (1980), with his random index; Crawford and Williams (1985) for the geometric mean.

    Examples
    --------
    >>> found = ahp(pd.DataFrame([[1, 3, 5], [1 / 3, 1, 3], [1 / 5, 1 / 3, 1]], list("abc"), list("abc")))
    >>> found.weights.round(3).to_dict(), round(found.lambda_max, 3), round(found.cr, 3)
    ({'a': 0.637, 'b': 0.258, 'c': 0.105}, 3.039, 0.033)
    """
    names, values = _reciprocal(matrix)
    size = len(values)
    if method == "eigenvector":
        roots, vectors = np.linalg.eig(values)
        largest = int(np.argmax(roots.real))
        weights = np.abs(vectors[:, largest].real)
    elif method == "geometric":
        weights = np.exp(np.log(values).mean(axis=1))
    elif method == "column_mean":
        weights = (values / values.sum(axis=0)).mean(axis=1)
    else:
        raise ValueError(f'unknown method "{method}"; allowed: eigenvector, geometric, column_mean')
    weights = weights / weights.sum()
    lambda_max = float(((values @ weights) / weights).mean())
    ci = max(0.0, (lambda_max - size) / (size - 1)) if size > 2 else 0.0
    cr = ci / RANDOM_INDEX[size] if size > 2 else 0.0
    return PairwiseWeights(pd.Series(weights, names), lambda_max, ci, cr)


def _reciprocal(matrix: pd.DataFrame | np.ndarray) -> tuple[pd.Index, np.ndarray]:
    """Return names and values of a matrix of judgements, or say what is wrong with it."""
    frame = pd.DataFrame(matrix)
    size = len(frame)
    if frame.shape != (size, size) or size < 2:
        raise ValueError(f"judgements of n x n criteria are needed, at least 2, found {frame.shape}")
    if size not in RANDOM_INDEX:
        raise ValueError(f"at most {max(RANDOM_INDEX)} criteria can be compared in pairs, found {size}")
    if isinstance(matrix, pd.DataFrame):
        if set(frame.index) != set(frame.columns):
            raise ValueError("rows and columns of judgements must name the same criteria")
        frame = frame[frame.index]
    values = frame.to_numpy(float)
    if not (np.isfinite(values) & (values > 0)).all():
        raise ValueError("every judgement must be a number above 0")
    wrong = np.argwhere(np.abs(np.log(values * values.T)) > 0.05)  # 0.14 for 1/7 is meant well
    if len(wrong):
        pairs = [f"{frame.index[i]} – {frame.index[j]}" for i, j in wrong if i <= j]
        raise ValueError(f"judgements that are not each other's reverse: {'; '.join(pairs)}")
    return frame.index, np.sqrt(values / values.T)


def inconsistent_judgements(matrix: pd.DataFrame, method: str = "eigenvector") -> pd.DataFrame:
    """List the judgements by how far they are from what the weights say, the farthest first.

    Returns
    -------
    DataFrame
        ``row, column, judged, implied`` (ratio of the weights), ``off_times`` (at least 1), and ``cr_after``: the
        consistency ratio if this one judgement became the nearest to ``implied`` on Saaty's scale (``nearest``).

    Examples
    --------
    >>> names = list("abc")
    >>> frame = pd.DataFrame([[1, 2, 1 / 6], [1 / 2, 1, 3], [6, 1 / 3, 1]], names, names)
    >>> found = inconsistent_judgements(frame).iloc[0]
    >>> found["row"], found["column"], bool(found["cr_after"] < ahp(frame).cr)
    ('a', 'c', True)
    """
    weights, rows = ahp(matrix, method).weights, []
    for i, one in enumerate(weights.index):
        for other in weights.index[i + 1 :]:
            judged, implied = float(matrix.loc[one, other]), float(weights[one] / weights[other])
            nearest = float(SAATY_SCALE[np.argmin(np.abs(np.log(SAATY_SCALE / implied)))])
            changed = matrix.astype(float)
            changed.loc[one, other], changed.loc[other, one] = nearest, 1 / nearest
            off = float(np.exp(abs(np.log(judged / implied))))
            rows.append((one, other, judged, implied, nearest, off, ahp(changed, method).cr))
    columns = ["row", "column", "judged", "implied", "nearest", "off_times", "cr_after"]
    return pd.DataFrame(rows, columns=columns).sort_values("off_times", ascending=False, ignore_index=True)


def join_judgements(matrices: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Join the judgements of several people by the geometric mean, which keeps them reciprocal.

    Aczél, J. and Saaty, T. L. (1983). Procedures for synthesizing ratio judgements.

    >>> one, other = pd.DataFrame([[1, 2.0], [0.5, 1]]), pd.DataFrame([[1, 8.0], [0.125, 1]])
    >>> float(join_judgements([one, other]).loc[0, 1])
    4.0
    """
    if not matrices:
        raise ValueError("no judgements to join")
    first = matrices[0]
    logs = [np.log(one.loc[first.index, first.columns].astype(float)) for one in matrices]
    return np.exp(sum(logs) / len(logs))


def from_points(points: Mapping[str, float] | pd.Series) -> pd.Series:
    """Turn points (given directly, or to a swing from worst to best) into weights that sum to 1.

    >>> from_points({"harga": 100, "jumlah": 60, "mutu": 40}).to_dict()
    {'harga': 0.5, 'jumlah': 0.3, 'mutu': 0.2}
    """
    given = pd.Series(points, dtype=float)
    if given.isna().any() or (given < 0).any() or given.sum() <= 0:
        raise ValueError("points must be numbers of at least 0, and not all 0")
    return given / given.sum()


def rank_order_centroid(ranks: Mapping[str, float] | pd.Series) -> pd.Series:
    """Turn an order of importance (1 is most important) into weights: the centre of all that keep it.

    Criteria of the same rank share the mean of their places' weights. Barron, F. H. and Barrett, B. E. (1996).

    >>> rank_order_centroid({"a": 1, "b": 2, "c": 3}).round(4).to_dict()
    {'a': 0.6111, 'b': 0.2778, 'c': 0.1111}
    """
    given = pd.Series(ranks, dtype=float)
    if given.isna().any() or given.empty:
        raise ValueError("every criterion needs a rank")
    size = len(given)
    by_place = [sum(1 / k for k in range(place, size + 1)) / size for place in range(1, size + 1)]
    centred = pd.Series(by_place, given.sort_values(kind="stable").index)
    return centred.groupby(given).transform("mean")[given.index]


def entropy_weights(matrix: pd.DataFrame | np.ndarray) -> pd.Series:
    """Weigh criteria by how much the alternatives differ on them (Shannon's entropy).

    It says what the scores can tell apart, not what matters to people: to be shown beside stated weights.

    Parameters
    ----------
    matrix : DataFrame or array, shape (alternatives, criteria)
        Values of at least 0, at least two alternatives; a criterion on which all are alike gets 0.

    Raises
    ------
    ValueError
        If a value is missing or negative, a criterion is 0 for all, or no criterion tells any two apart.

    References
    ----------
    Hwang, C. L. and Yoon, K. (1981). Multiple Attribute Decision Making. Springer, ch. 3.

    Examples
    --------
    >>> entropy_weights(pd.DataFrame({"a": [1, 1, 1], "b": [1, 2, 3]})).round(6).to_dict()
    {'a': 0.0, 'b': 1.0}
    """
    frame = pd.DataFrame(matrix).astype(float)
    if len(frame) < 2 or frame.isna().any(axis=None) or (frame < 0).any(axis=None):
        raise ValueError("values of at least 0 for two or more alternatives are needed, none missing")
    totals = frame.sum()
    if (totals == 0).any():
        raise ValueError(f"criteria that are 0 for all: {', '.join(map(str, totals.index[totals == 0]))}")
    shares = frame / totals
    logs = np.log(shares.where(shares > 0, 1.0))
    spread = (1 + (shares * logs).sum() / np.log(len(frame))).clip(lower=0)
    spread = spread.where(spread > 1e-12, 0.0)
    if spread.sum() == 0:
        raise ValueError("no criterion tells any two alternatives apart")
    return spread / spread.sum()
