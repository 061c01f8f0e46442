"""Money over time: present value, rates of return, and a loan that is repaid out of sales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, nan

import numpy as np
import pandas as pd

Flows = Sequence[float] | np.ndarray | pd.Series


def _flows(flows: Flows) -> np.ndarray:
    values = np.asarray(flows, dtype=float)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise ValueError("flows of one or more periods are needed, none missing")
    return values


def npv(rate: float, flows: Flows) -> float:
    """Return the net present value at the time of the first flow, which is not discounted.

    ``rate`` is per period (0.1 is 10 %), above -1.

    >>> round(npv(0.10, [-100, 60, 60]), 2)
    4.13
    """
    if not rate > -1:
        raise ValueError(f"the rate must be above -1, found {rate}")
    values = _flows(flows)
    return float((values / (1 + rate) ** np.arange(len(values))).sum())


@dataclass(frozen=True)
class Returns:
    """``roots``: every rate per period above -1 at which the flows are worth nothing, lowest first; often one,
    sometimes none, and several where the flows change sign more than once."""

    roots: tuple[float, ...]


def irr(flows: Flows) -> Returns:
    """Return the internal rates of return: all of them, and none where there is none.

    Several roots mean that the rate does not order projects: use `npv` over the rates, or `modified_irr`.

    References
    ----------
    Lorie, J. H. and Savage, L. J. (1955). Three problems in rationing capital. Journal of Business 28(4).

    Examples
    --------
    >>> [round(rate, 6) for rate in irr([-1600, 10_000, -10_000]).roots]
    [0.25, 4.0]
    >>> irr([100, 50]).roots
    ()
    """
    values = np.trim_zeros(_flows(flows))
    if len(values) < 2 or (values > 0).all() or (values < 0).all():
        return Returns(())
    factors = np.roots(values[::-1] / np.abs(values).max())  # of x = 1 / (1 + rate)
    polynomial = np.polynomial.Polynomial(values)
    near = [one.real for one in factors if one.real > 0 and abs(one.imag) < 1e-4 * abs(one)]
    found: list[float] = []
    for x in sorted((_polish(polynomial, one) for one in near), reverse=True):
        scale = np.abs(values * x ** np.arange(len(values))).sum()
        is_root = x > 0 and abs(polynomial(x)) <= 1e-9 * scale
        if is_root and not any(abs(1 / x - 1 - rate) < 1e-6 * (1 + abs(rate)) for rate in found):
            found.append(float(1 / x - 1))
    return Returns(tuple(found))


def _polish(polynomial: np.polynomial.Polynomial, x: float) -> float:
    """Return the root near ``x`` to full precision, by Newton's steps that do not leave its neighbourhood."""
    slope, start = polynomial.deriv(), x
    for _step in range(50):
        if (steep := slope(x)) == 0:
            break
        moved = x - polynomial(x) / steep
        if abs(moved - start) > 0.05 * start:
            break
        if abs(moved - x) <= 1e-15 * abs(x):
            return moved
        x = moved
    return x


def modified_irr(flows: Flows, finance_rate: float, reinvest_rate: float) -> float:
    """Return the one rate that turns the present value of outflows into the future value of inflows; else missing.

    >>> round(modified_irr([-120_000, 39_000, 30_000, 21_000, 37_000, 46_000], 0.10, 0.12), 4)
    0.1261
    """
    values = _flows(flows)
    paid = -npv(finance_rate, np.minimum(values, 0))
    periods = len(values) - 1
    earned = npv(reinvest_rate, np.maximum(values, 0)) * (1 + reinvest_rate) ** periods
    return (earned / paid) ** (1 / periods) - 1 if paid > 0 and periods and earned > 0 else nan


def payback(flows: Flows, rate: float = 0.0) -> float:
    """Return the periods until the (discounted) flows have paid themselves back for good; infinite if never.

    >>> payback([-100, 40, 40, 40]), payback([-100, 10])
    (2.5, inf)
    """
    values = _flows(flows) / (1 + rate) ** np.arange(len(_flows(flows)))
    total = values.cumsum()
    if total[-1] < 0:
        return inf
    below = np.flatnonzero(total < 0)
    if not len(below):
        return 0.0
    last = int(below[-1])
    return float(last - total[last] / values[last + 1])


def benefit_cost_ratio(benefits: Flows, costs: Flows, rate: float) -> float:
    """Return the present value of benefits over that of costs, both given as positive flows.

    >>> round(benefit_cost_ratio([0, 110], [100, 0], 0.10), 6)
    1.0
    """
    cost = npv(rate, costs)
    return npv(rate, benefits) / cost if cost > 0 else nan


def annuity(principal: float, rate: float, periods: int) -> float:
    """Return the equal payment per period, at its end, that repays a loan with its interest.

    ``rate`` is per period; without interest the principal is divided.

    >>> round(annuity(10_000, 0.08 / 12, 10), 2), annuity(1200, 0, 12)
    (1037.03, 100.0)
    """
    if not (principal >= 0 and rate > -1 and periods >= 1 and int(periods) == periods):
        raise ValueError(
            "a principal of at least 0, a rate above -1 and one or more whole periods are needed"
        )
    if rate == 0:
        return principal / periods
    return float(principal * rate / -np.expm1(-periods * np.log1p(rate)))


def repay_from_sales(
    principal: float, rate: float, sales: Flows, share: float, instalment: float | Flows
) -> pd.DataFrame:
    """Repay a loan by deduction from what the borrower sells, as the guide's model B does.

    Parameters
    ----------
    principal : float
        Rupiah lent before the first period.
    rate : float
        Interest per period (0.01 is 1 %), on all that is outstanding.
    sales : sequence, length n
        What the borrower sells in each period, rupiah, at least 0.
    share : float
        The largest part of the sales that may be deducted (0-1).
    instalment : float or sequence of n
        What the agreement asks for in each period.

    Returns
    -------
    DataFrame by period (that of ``sales`` where it is a Series, otherwise 1, 2, …)
        ``due`` (instalment and arrears, never more than is outstanding with its interest), ``deducted`` (never below 0
        nor above ``share`` of the sales), ``arrears`` (due but not deducted), ``outstanding`` (after it) and ``cash_left``.

    Raises
    ------
    ValueError
        If a value is missing or negative, the share is not within 0-1, or the instalments are not of n periods.

    Examples
    --------
    >>> repay_from_sales(100, 0, [100, 300, 300], share=0.3, instalment=50).astype(int).to_dict("list")["deducted"]
    [30, 70, 0]
    """
    sold, asked = _flows(sales), np.broadcast_to(np.asarray(instalment, dtype=float), np.shape(sales))
    if not (0 <= share <= 1 and principal >= 0 and rate >= 0):
        raise ValueError("a share within 0-1 and a principal and rate of at least 0 are needed")
    if (sold < 0).any() or not (asked >= 0).all():
        raise ValueError("sales and instalments must be at least 0, none missing")
    outstanding, arrears, rows = float(principal), 0.0, []
    for income, plan in zip(sold, asked, strict=True):
        outstanding *= 1 + rate
        due = min(plan + arrears, outstanding)
        deducted = min(due, share * income)
        arrears, outstanding = due - deducted, outstanding - deducted
        rows.append((due, deducted, arrears, outstanding, income - deducted))
    index = sales.index if isinstance(sales, pd.Series) else pd.RangeIndex(1, len(sold) + 1, name="period")
    return pd.DataFrame(rows, index, ["due", "deducted", "arrears", "outstanding", "cash_left"])
