"""Agreement among people: rankings (Kendall's W, Borda), scores (van der Eijk's A, Krippendorff's alpha), power."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise, permutations, product
from math import factorial

import numpy as np
import pandas as pd
from scipy import stats


@dataclass(frozen=True)
class Concordance:
    """How alike several raters rank the same items.

    ``w`` is 0 (no common order) to 1 (the same order); ``p_value`` is that of chi-square, rough for
    few raters or items; ``mean_rho`` is the mean of Spearman's correlation over the pairs of raters.
    """

    w: float
    chi2: float
    df: int
    p_value: float
    mean_rho: float


def kendall_w(ranks: pd.DataFrame) -> Concordance:
    """Measure how alike raters rank items, by Kendall's W corrected for ties.

    Parameters
    ----------
    ranks : DataFrame, shape (raters, items)
        Ranks or scores, lower is better. Each rater's row is ranked anew and ties share the mean of
        their places. A rater who ties all items has no order and counts as one who agrees with nobody.

    Returns
    -------
    Concordance
        ``w``, ``chi2`` = m(n - 1)W with ``df`` = n - 1, ``p_value``, and ``mean_rho`` over the pairs, in which a
        rater without an order counts 0. With two raters W means little.

    Raises
    ------
    ValueError
        If there are fewer than two raters or items, a rank is missing, or every rater ties all items.

    References
    ----------
    Kendall, M. G. (1948). Rank Correlation Methods. Griffin. The R package irr computes the same.

    Examples
    --------
    >>> found = kendall_w(pd.DataFrame([[1, 2, 3], [1, 2, 3], [1, 3, 2]]))
    >>> round(found.w, 3), round(found.chi2, 3), found.df, round(found.mean_rho, 3)
    (0.778, 4.667, 2, 0.667)
    """
    ranked = _rank_rows(ranks, minimum=2)
    raters, items = ranked.shape
    totals = ranked.sum()
    spread = ((totals - totals.mean()) ** 2).sum()
    ties = sum(float((t**3 - t).sum()) for t in (row.value_counts() for _, row in ranked.iterrows()))
    most = raters**2 * (items**3 - items) - raters * ties
    if most == 0:
        raise ValueError("every rater ties all items: there is no order to agree on")
    w = float(12 * spread / most)
    chi2 = raters * (items - 1) * w
    p_value = float(stats.chi2.sf(chi2, items - 1))
    apart = ranked.sub(ranked.mean(axis="columns"), axis="index")
    length = np.sqrt((apart**2).sum(axis="columns"))
    total = (apart.div(length.where(length > 0), axis="index").fillna(0).sum() ** 2).sum()
    mean_rho = float(total - (length > 0).sum()) / (
        raters * (raters - 1)
    )  # every pair stands twice in the square
    return Concordance(w, chi2, items - 1, p_value, mean_rho)


def _rank_rows(ranks: pd.DataFrame, minimum: int) -> pd.DataFrame:
    """Rank each rater's row anew, ties sharing the mean of their places."""
    raters, items = ranks.shape
    if raters < minimum or items < 2:
        raise ValueError(
            f"ranks of at least {minimum} raters and 2 items are needed, found {raters} and {items}"
        )
    lacking = ranks.index[ranks.isna().any(axis="columns")]
    if len(lacking):
        raise ValueError(f"ranks missing of raters: {', '.join(map(str, lacking))}")
    return ranks.astype(float).rank(axis="columns")


def permutation_p(ranks: pd.DataFrame, seed: int = 2026, draws: int = 10_000) -> float:
    """Return how often raters who rank at random agree at least as much as these: above 0, at most 1.

    Use it rather than chi-square for few raters or items. ``ValueError`` as `kendall_w`.

    Parameters
    ----------
    ranks : DataFrame, shape (raters, items)
        As for `kendall_w`; each rater's places are shuffled among the items, ties kept.
    seed, draws : int
        Every arrangement is looked at, and the answer exact, where there are no more than ``draws``
        of them; otherwise as many are drawn, and the observed one counted among them.

    Examples
    --------
    >>> round(permutation_p(pd.DataFrame([[1, 2, 3], [1, 2, 3], [1, 2, 3]])), 4)  # 1 of 3! x 3!
    0.0278
    """
    kendall_w(ranks)  # refuses what has no order
    first, *others = _rank_rows(ranks, minimum=2).to_numpy()
    arrangements = factorial(len(first)) ** len(others)
    if is_exact := arrangements <= draws:
        shuffled = np.array(list(product(*map(permutations, others))))
    else:
        copies = np.repeat(np.array([others]), draws, axis=0)
        shuffled = np.random.default_rng(seed).permuted(copies, axis=2)
    spread = (first + shuffled.sum(axis=1)).var(axis=1)
    as_much = int((spread >= (first + sum(others)).var() - 1e-9).sum())
    return as_much / arrangements if is_exact else (as_much + 1) / (draws + 1)


def agreement_a(counts: Sequence[float] | pd.Series) -> float:
    """Measure agreement on one ordered scale, by van der Eijk's A.

    Parameters
    ----------
    counts : sequence of float, shape (categories,)
        How many (or which share) chose each category, in the order of the scale; zero where nobody did.

    Returns
    -------
    float
        1 where all chose the same category, 0 where all categories were chosen alike, -1 where half
        chose one end and half the other. Which category was chosen it does not say.

    Raises
    ------
    ValueError
        If there are fewer than three categories, a count is missing or negative, or all are zero.

    References
    ----------
    van der Eijk, C. (2001). Measuring agreement in ordered rating scales. Quality and Quantity 35(3),
    325-341. The R package agrmt computes the same.

    Examples
    --------
    >>> round(agreement_a([30, 40, 210, 130, 530, 50, 10]), 7)
    0.6113333
    """
    heights = np.asarray(counts, dtype=float)
    if heights.ndim != 1 or len(heights) < 3:
        raise ValueError("an ordered scale of at least three categories is needed")
    if not np.isfinite(heights).all() or (heights < 0).any() or heights.sum() == 0:
        raise ValueError("counts must be known, not negative, and not all zero")
    levels = np.unique(np.append(heights, 0.0))
    layers = [(upper - lower, heights >= upper) for lower, upper in pairwise(levels)]
    return float(sum(step * is_in.sum() * _layer_agreement(is_in) for step, is_in in layers) / heights.sum())


def _layer_agreement(is_in: np.ndarray) -> float:
    """Return A of a layer, a pattern of ones and zeros: unimodality times narrowness."""
    size, chosen = len(is_in), int(is_in.sum())
    pairs = combinations(np.flatnonzero(is_in), 2)
    split = sum(int((~is_in[a:b]).sum()) for a, b in pairs)  # triples 1 0 1
    whole = chosen * (chosen - 1) // 2 * (size - chosen) - split  # triples 0 1 1 and 1 1 0
    narrowness = 1 - (chosen - 1) / (size - 1)
    if split + whole == 0:  # one category, or all of them
        return narrowness
    return narrowness * ((size - 2) * whole - (size - 1) * split) / ((size - 2) * (whole + split))


def krippendorff_alpha(scores: pd.DataFrame, metric: str = "ordinal") -> float:
    """Measure how far raters agree on the same units, missing ratings left out, by Krippendorff's alpha.

    Parameters
    ----------
    scores : DataFrame, shape (raters, units)
        Numbers; missing where a rater did not rate. Units that fewer than two rated say nothing.
    metric : str
        How far apart two values are: "nominal", "ordinal" or "interval".

    Returns
    -------
    float
        1 where all agree, 0 where they agree as if at random, below 0 where they disagree more than that.

    Raises
    ------
    ValueError
        If no unit was rated twice, or all values are the same: then there is nothing to agree on.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.

    Examples
    --------
    >>> round(krippendorff_alpha(pd.DataFrame([[1, 2, 3, 3], [1, 2, 3, 4]])), 3)
    0.91
    """
    long = scores.T.reset_index(drop=True).T.stack().dropna()
    counts = pd.crosstab(long.index.get_level_values(1), long.to_numpy(dtype=float))
    counts = counts[counts.sum(axis="columns") > 1]
    counts = counts.loc[:, counts.sum() > 0]
    if counts.shape[1] < 2:
        raise ValueError("units rated twice, and two different values, are needed")
    values, each = counts.columns.to_numpy(), counts.to_numpy(dtype=float)
    shares = each / (each.sum(axis=1, keepdims=True) - 1)
    observed = each.T @ shares - np.diag(shares.sum(axis=0))  # pairs of values within units
    totals = observed.sum(axis=1)
    expected = np.outer(totals, totals) - np.diag(totals)
    places = {"nominal": None, "ordinal": np.cumsum(totals) - totals / 2, "interval": values}[metric]
    apart = 1 - np.eye(len(values)) if places is None else np.subtract.outer(places, places) ** 2
    return float(1 - (totals.sum() - 1) * (observed * apart).sum() / (expected * apart).sum())


def borda(ranks: pd.DataFrame) -> pd.Series:
    """Sum each item's points over the raters: n - rank, so that last of n gets none.

    Series, shape (items,), in the order of the columns. ``ranks`` as for `kendall_w`, tied items sharing
    the mean of their places; one rater is enough. ``ValueError`` where a rank is missing.

    Examples
    --------
    >>> borda(pd.DataFrame({"A": [1, 1], "B": [2, 2], "C": [3, 2]})).to_dict()
    {'A': 4.0, 'B': 1.5, 'C': 0.5}
    """
    return (len(ranks.columns) - _rank_rows(ranks, minimum=1)).sum()


def leave_one_out(ranks: pd.DataFrame) -> pd.Series:
    """Return how much W rises when each rater is left out; who dissents most has the largest.

    Series, shape (raters,), by rater; needs three raters. Who dissents is nobody else's business:
    what names a rater stays internal.

    Examples
    --------
    >>> leave_one_out(pd.DataFrame([[1, 2, 3], [1, 2, 3], [3, 2, 1]], index=["a", "b", "c"])).round(2).to_dict()
    {'a': -0.11, 'b': -0.11, 'c': 0.89}
    """
    everyone = kendall_w(ranks).w
    if len(ranks) < 3:
        raise ValueError("leaving one out needs at least three raters")
    without = [kendall_w(ranks.iloc[np.arange(len(ranks)) != place]).w for place in range(len(ranks))]
    return pd.Series(without, index=ranks.index) - everyone


def rank_items(
    ranks: pd.DataFrame,
    groups: pd.Series,
    seed: int = 2026,
    draws: int = 2_000,
    level: float = 0.95,
    smallest: int = 1,
) -> pd.DataFrame:
    """Rank items by their mean place, with an interval, and once more with every group weighing the same.

    Parameters
    ----------
    ranks : DataFrame, shape (raters, items)
        As for `kendall_w`.
    groups : Series, shape (raters,)
        The kind of each rater, by the index of ``ranks``: in ``mean_rank_by_group`` an office with
        many raters has no more weight than one with few.
    smallest : int
        Groups of fewer raters are left out of ``mean_rank_by_group``, which is missing where none is left.
    seed, draws, level
        Of the bootstrap over raters (percentiles), which takes the raters as a sample.

    Returns
    -------
    DataFrame, shape (items, 5)
        ``mean_rank``, ``lower``, ``upper``, ``mean_rank_by_group`` and ``borda_points``, by item, best mean first.

    Examples
    --------
    >>> ranks = pd.DataFrame({"A": [1, 1, 2], "B": [2, 2, 1]})
    >>> rank_items(ranks, pd.Series(["office", "office", "umk"]))["mean_rank_by_group"].to_dict()
    {'A': 1.5, 'B': 1.5}
    """
    ranked = _rank_rows(ranks, minimum=2)
    drawn = np.random.default_rng(seed).integers(len(ranked), size=(draws, len(ranked)))
    means = ranked.to_numpy()[drawn].mean(axis=1)
    lower, upper = np.quantile(means, [(1 - level) / 2, (1 + level) / 2], axis=0)
    found = {
        "mean_rank": ranked.mean(), "lower": pd.Series(lower, ranked.columns),
        "upper": pd.Series(upper, ranked.columns), "mean_rank_by_group": group_ranks(ranks, groups, smallest).mean(),
        "borda_points": borda(ranks),
    }  # fmt: skip
    return pd.DataFrame(found).sort_values("mean_rank", kind="stable")


def group_ranks(ranks: pd.DataFrame, groups: pd.Series, smallest: int = 1) -> pd.DataFrame:
    """Return the mean place of each item within each group, shape (groups, items).

    Raters of unknown groups and groups of fewer than ``smallest`` raters are left out.

    Examples
    --------
    >>> group_ranks(pd.DataFrame({"A": [1, 2], "B": [2, 1]}), pd.Series(["umk", "umk"])).loc["umk"].to_list()
    [1.5, 1.5]
    """
    own = groups.reindex(ranks.index)
    return _rank_rows(ranks, minimum=1).groupby(own.where(own.map(own.value_counts()) >= smallest)).mean()


def place_quadrant(power: pd.Series, interest: pd.Series, midpoint: float = 3.0) -> pd.Series:
    """Return what each party asks for by power and interest; at the midpoint counts as high.

    Series, by the index of ``power``: "kelola dekat" (both high), "puaskan" (power), "beri informasi"
    (interest), "pantau" (neither); missing where one of the two is. After Mendelow (1981), ICIS.

    Examples
    --------
    >>> place_quadrant(pd.Series([5, 5, 1, 1]), pd.Series([5, 1, 5, 1])).to_list()
    ['kelola dekat', 'puaskan', 'beri informasi', 'pantau']
    """
    names = pd.Series(["pantau", "beri informasi", "puaskan", "kelola dekat"])
    code = 2 * (power >= midpoint).astype("Int64") + (interest >= midpoint).astype("Int64")
    return code.map(names).where(power.notna() & interest.notna())
