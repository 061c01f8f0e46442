"""The size class of an enterprise by law."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

SIZE_CLASSES = ("micro", "small", "medium", "large")
CAPITAL_BOUNDS_IDR = (1e9, 5e9, 10e9)  # upper bounds of micro, small and medium
SALES_BOUNDS_IDR = (2e9, 15e9, 50e9)


def size_class(capital_idr: float | None, sales_idr: float | None) -> str:
    """Return the size class of one enterprise: ``micro``, ``small``, ``medium`` or ``large``.

    Annual sales (IDR) decide, as for an enterprise that runs; capital without land and buildings of the
    place of business (IDR) decides where sales are not known. An upper bound belongs to its class: PP
    7/2021 art. 35, capital to Rp1, 5 and 10 billion, annual sales to Rp2, 15 and 50 billion.
    ValueError: both are missing, or one is negative.

    Examples
    --------
    >>> size_class(None, 2_000_000_000), size_class(4e9, None), size_class(9e9, 300e6)
    ('micro', 'small', 'micro')
    """
    given = [math.nan if pd.isna(value) else float(value) for value in (capital_idr, sales_idr)]
    if all(map(math.isnan, given)):
        raise ValueError("capital and sales are both missing: the size class is not known")
    return str(size_classes(*(pd.Series([value]) for value in given)).iloc[0])


def size_classes(capital_idr: pd.Series, sales_idr: pd.Series) -> pd.Series:
    """Return the size class of many enterprises, as :func:`size_class` does for one.

    Missing where both are missing. ValueError: an amount is negative, or the indexes differ.

    Examples
    --------
    >>> size_classes(pd.Series([None, 6e9]), pd.Series([3e9, None])).to_list()
    ['small', 'medium']
    """
    if not capital_idr.index.equals(sales_idr.index):
        raise ValueError("capital and sales are not of the same enterprises: their indexes differ")
    capital, sales = (pd.to_numeric(a).to_numpy(float, na_value=np.nan) for a in (capital_idr, sales_idr))
    for name, amounts in (("capital", capital), ("sales", sales)):
        if (amounts < 0).any():
            raise ValueError(f"{name} is negative: {amounts[amounts < 0][0]:,.0f}")
    # the number of bounds that an amount exceeds is the place of its class
    by_sales, by_capital = (
        np.searchsorted(SALES_BOUNDS_IDR, sales),
        np.searchsorted(CAPITAL_BOUNDS_IDR, capital),
    )
    place = np.where(np.isnan(sales), by_capital, by_sales)
    classes = pd.Series(np.array(SIZE_CLASSES, dtype=object)[place], index=sales_idr.index)
    return classes.mask(np.isnan(sales) & np.isnan(capital))
