"""Regional economics: which sectors a district has more of than its reference, and where growth came from."""

from __future__ import annotations

import numpy as np
import pandas as pd

KLASSEN = {
    (True, True): "maju dan tumbuh pesat", (True, False): "maju tapi tertekan",
    (False, True): "berkembang cepat", (False, False): "relatif tertinggal",
}  # fmt: skip


def _aligned(*given: pd.Series) -> list[pd.Series]:
    """Return values by sector in the order of the first; every one must name the same sectors."""
    found = [pd.Series(one, dtype=float) for one in given]
    first = found[0].index
    for one in found:
        if set(one.index) != set(first) or not one.index.is_unique:
            raise ValueError("all values must name the same sectors, each once")
        if one.isna().any() or (one < 0).any() or one.sum() <= 0:
            raise ValueError("values must be at least 0, none missing, and not all 0")
    return [one[first] for one in found]


def location_quotient(output: pd.Series, reference: pd.Series) -> pd.Series:
    """Return each sector's share in the district over its share in the reference area.

    Above 1 the district has more of it than the reference. It says nothing of demand, income or poor people, so it
    never decides alone. The mean weighted by the reference shares is 1.

    Parameters
    ----------
    output, reference : Series by sector
        Output (or workers) of all sectors in one year, same unit, none missing. A sector that the reference lacks
        has no quotient.

    References
    ----------
    Isserman, A. M. (1977). The location quotient approach to estimating regional economic impacts. JAIP 43(1).

    Examples
    --------
    >>> location_quotient(pd.Series({"tani": 60, "lain": 40}), pd.Series({"tani": 300, "lain": 700})).round(3).to_dict()
    {'tani': 2.0, 'lain': 0.571}
    """
    local, whole = _aligned(output, reference)
    return (local / local.sum()) / (whole / whole.sum()).where(whole > 0)


def dynamic_location_quotient(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series, years: float
) -> pd.Series:
    """Return by what factor a year each sector's location quotient changed; above 1 it rises.

    It equals the ratio of growth factors, (1 + g_i)/(1 + g) over (1 + G_i)/(1 + G), at mean growth a year.

    >>> one = pd.Series({"tani": 50, "lain": 50})
    >>> dynamic_location_quotient(one, pd.Series({"tani": 60, "lain": 40}), one, one, 1).to_dict()
    {'tani': 1.2, 'lain': 0.8}
    """
    if years <= 0:
        raise ValueError("the number of years must be above 0")
    before = location_quotient(start, reference_start)
    after = location_quotient(end, reference_end)[before.index]
    return (after / before.where(before > 0)) ** (1 / years)


def shift_share(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series
) -> pd.DataFrame:
    """Split each sector's change into what the reference's growth, its sector's growth and its own lead brought.

    Parameters
    ----------
    start, end, reference_start, reference_end : Series by sector
        Output of all sectors of the district and of the reference area in two years, at constant prices.

    Returns
    -------
    DataFrame by sector
        ``national`` (start x growth of the whole reference), ``mix`` (start x the sector's lead in the reference) and
        ``competitive`` (start x the district's lead in the sector); they sum to ``end - start``.

    Raises
    ------
    ValueError
        If sectors differ, a value is missing, or a sector is 0 in the reference at the start (its growth is unknown).

    References
    ----------
    Dunn, E. S. (1960). A statistical and analytical technique for regional analysis. Papers in Regional Science 6.

    Examples
    --------
    >>> rows = [pd.Series({"a": x, "b": y}) for x, y in ((100, 100), (130, 110), (1000, 1000), (1200, 1000))]
    >>> shift_share(*rows).round(6).loc["a"].to_dict()
    {'national': 10.0, 'mix': 10.0, 'competitive': 10.0}
    """
    first, last, whole_first, whole_last = _aligned(start, end, reference_start, reference_end)
    if (whole_first == 0).any():
        raise ValueError(
            f"0 in the reference at the start: {', '.join(map(str, first.index[whole_first == 0]))}"
        )
    overall = whole_last.sum() / whole_first.sum() - 1
    sector = whole_last / whole_first - 1
    national, mix = first * overall, first * (sector - overall)
    return pd.DataFrame({"national": national, "mix": mix, "competitive": last - first - national - mix})


def klassen(
    start: pd.Series, end: pd.Series, reference_start: pd.Series, reference_end: pd.Series, years: float
) -> pd.DataFrame:
    """Class each sector by its share and its growth against those of the reference (Klassen's typology).

    Returns
    -------
    DataFrame by sector
        ``share_pct, reference_share_pct`` (means of both years), ``growth_pct_per_year,
        reference_growth_pct_per_year`` and ``quadrant`` in the words of the Indonesian literature.

    Examples
    --------
    >>> rows = [pd.Series({"a": x, "b": y}) for x, y in ((60, 40), (90, 42), (300, 700), (330, 770))]
    >>> klassen(*rows, 1)["quadrant"].to_dict()
    {'a': 'maju dan tumbuh pesat', 'b': 'relatif tertinggal'}
    """
    if years <= 0:
        raise ValueError("the number of years must be above 0")
    first, last, whole_first, whole_last = _aligned(start, end, reference_start, reference_end)

    def share(one: pd.Series, other: pd.Series) -> pd.Series:
        return 50 * (one / one.sum() + other / other.sum())

    def growth(one: pd.Series, other: pd.Series) -> pd.Series:
        return 100 * ((other / one.where(one > 0)) ** (1 / years) - 1)

    found = pd.DataFrame(
        {
            "share_pct": share(first, last), "reference_share_pct": share(whole_first, whole_last),
            "growth_pct_per_year": growth(first, last),
            "reference_growth_pct_per_year": growth(whole_first, whole_last),
        }
    )  # fmt: skip
    large = found["share_pct"] >= found["reference_share_pct"]
    quick = found["growth_pct_per_year"] >= found["reference_growth_pct_per_year"]
    quadrant = pd.Series([KLASSEN[one, other] for one, other in zip(large, quick, strict=True)], found.index)
    found["quadrant"] = quadrant.where(found.notna().all(axis=1), None)
    return found


def growth_and_volatility(values: pd.Series) -> tuple[float, float]:
    """Return mean growth a year (%, geometric, first to last) and the coefficient of variation (%) of a yearly series.

    >>> growth, volatility = growth_and_volatility(pd.Series({2020: 100.0, 2021: 110.0, 2022: 121.0}))
    >>> round(growth, 6), round(volatility, 2)
    (10.0, 9.52)
    """
    known = pd.Series(values, dtype=float).dropna().sort_index()
    if len(known) < 2 or (known <= 0).any():
        raise ValueError("at least two values above 0 are needed")
    span = float(known.index[-1]) - float(known.index[0])
    growth = 100 * ((known.iloc[-1] / known.iloc[0]) ** (1 / span) - 1)
    return float(growth), float(100 * np.std(known, ddof=1) / known.mean())
