"""What may be wrong with the scores that were entered, and with the output of a region."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from perantara.methods.notes import N_
from perantara.methods.selection import DATA

TOTAL, OWN = "jumlah", "daerah"
LEAST_ALIKE = 4  # rows of so many values that are all alike were copied, or so few are chance
OFF = N_("Nilai yang mungkin salah 10, 100, atau 1.000 kali: %(item)s.")
SHARE = N_("Bagian yang bukan di antara 0 dan 100 persen: %(item)s.")
OUTSIDE = N_("Nilai di luar skala kriterianya; ujung skala yang dipakai: %(item)s.")
UNKNOWN = N_("Kriteria yang dinilai tetapi tidak disepakati; nilainya tidak dipakai: %(item)s.")
DIRECTION = N_("Arah kriteria berlawanan dengan arah dalam kumpulan asalnya: %(item)s.")
TURNED = N_(
    "Penilaian seorang wakil pihak ini berlawanan dengan yang lain, mungkin terbalik skalanya: %(item)s."
)
COPIED = N_("Dua calon bernilai sama pada semua kriteria, mungkin tersalin: %(item)s.")
SAME_JUDGES = N_("Dua penilai memberi nilai yang sama pada semua isian, mungkin tersalin: %(item)s.")
SUMS = N_("Jumlah sektor tidak sama dengan jumlah yang tertulis: %(item)s.")
LARGER = N_("Nilai produksi daerah melebihi nilai produksi provinsi: %(item)s.")


def check_scores(
    scores: pd.DataFrame, criteria: pd.DataFrame, presets: pd.DataFrame, parties: pd.Series
) -> list[tuple[str, str]]:
    """Return what looks wrongly entered, as a message and the item that it is about.

    Parameters
    ----------
    scores : DataFrame
        ``commodity, criterion, given_by, value`` (see the table ``commodity_scores``).
    criteria : DataFrame by criterion
        ``direction`` (+1, -1), ``low, high, unit, preset, preset_criterion``.
    presets : DataFrame
        ``preset, criterion, direction`` ("manfaat", "biaya").
    parties : Series by judge

    Returns
    -------
    list of (message, item)
        Values a power of ten off the others of their criterion; shares beyond 0 to 100; values beyond the scale;
        criteria not agreed; directions against those of the preset; a judge whose order is against the others';
        rows that are copies.

    Examples
    --------
    >>> criteria = pd.DataFrame({"direction": [1], "low": [0.0], "high": [100.0], "unit": ["%"], "preset": ["daerah"],
    ...     "preset_criterion": [None]}, ["miskin"])
    >>> scores = pd.DataFrame([["kopi", "miskin", "data", 130.0]],
    ...     columns=["commodity", "criterion", "given_by", "value"])
    >>> presets = pd.DataFrame(columns=["preset", "criterion", "direction"])
    >>> [item for _message, item in check_scores(scores, criteria, presets, pd.Series(dtype=str))]
    ['miskin (kopi)', 'miskin (kopi)']
    """
    known = scores[scores["criterion"].isin(criteria.index)]
    return [
        *((UNKNOWN, name) for name in sorted(set(scores["criterion"]) - set(criteria.index))),
        *_check_values(known, criteria), *_check_directions(criteria, presets), *_check_judges(known, parties),
    ]  # fmt: skip


def _check_values(scores: pd.DataFrame, criteria: pd.DataFrame) -> Iterator[tuple[str, str]]:
    data = scores[scores["given_by"] == DATA]
    for name, rows in data.groupby("criterion", sort=False):
        values, about = rows.set_index("commodity")["value"], criteria.loc[name]
        for commodity, value in values.items():
            others, item = values.drop(commodity), f"{name} ({commodity})"
            if len(others) > 2 and others.min() > 0 and _is_off(value, others):
                yield OFF, item
            if about["unit"] == "%" and not 0 <= value <= 100:
                yield SHARE, item
            if not about["low"] <= value <= about["high"]:
                yield OUTSIDE, item
    table = data.pivot_table(index="commodity", columns="criterion", values="value").dropna(axis=1)
    if table.shape[1] >= LEAST_ALIKE:
        for _values, rows in table.groupby([*table.columns]):
            if len(rows) > 1:
                yield COPIED, " – ".join(rows.index)


def _is_off(value: float, others: pd.Series) -> bool:
    """Whether a value lies five times beyond the others, and near them if its point is moved."""
    low, high = others.min(), others.max()
    far = not low / 5 <= value <= high * 5
    return far and any(low / 2 <= value * 10.0**step <= high * 2 for step in (-3, -2, -1, 1, 2, 3))


def _check_directions(criteria: pd.DataFrame, presets: pd.DataFrame) -> Iterator[tuple[str, str]]:
    origin = presets.set_index(["preset", "criterion"])["direction"].map({"manfaat": 1, "biaya": -1})
    for name, row in criteria.iterrows():
        if origin.get((row["preset"], row["preset_criterion"]), row["direction"]) != row["direction"]:
            yield DIRECTION, str(name)


def _check_judges(scores: pd.DataFrame, parties: pd.Series) -> Iterator[tuple[str, str]]:
    said = scores[scores["given_by"] != DATA].pivot_table(
        index=["criterion", "commodity"], columns="given_by", values="value"
    )
    for judge in said:
        others = said.drop(columns=judge).mean(axis=1)
        for name, own in said[judge].dropna().groupby("criterion"):
            both = pd.concat([own, others.reindex(own.index)], axis=1).dropna()
            if len(both) > LEAST_ALIKE and both.corr("spearman").iloc[0, 1] <= -0.5:
                yield TURNED, f"{parties.get(judge, judge)}, {name}"
    for i, judge in enumerate(said):
        for other in said.columns[i + 1 :]:
            both = said[[judge, other]].dropna()
            if len(both) > 2 * LEAST_ALIKE and both[judge].equals(both[other].rename(judge)):
                yield SAME_JUDGES, " – ".join(parties.get(one, one) for one in (judge, other))


def check_output(output: pd.DataFrame) -> list[tuple[str, str]]:
    """Return where the sectors do not add up to the stated total, or a district exceeds its province.

    ``output`` has ``area`` ("daerah", "provinsi"), ``sector`` ("jumlah" is the stated total), ``year`` and
    ``output_idr_mn``.

    >>> rows = [["daerah", "kopi", 2025, 6.0], ["daerah", "jumlah", 2025, 5.0], ["provinsi", "kopi", 2025, 4.0]]
    >>> found = check_output(pd.DataFrame(rows, columns=["area", "sector", "year", "output_idr_mn"]))
    >>> [item for _message, item in found]
    ['daerah 2025', 'kopi 2025']
    """
    values = output.set_index(["area", "year", "sector"])["output_idr_mn"]
    stated = values[values.index.get_level_values("sector") == TOTAL].droplevel("sector")
    summed = values.drop(TOTAL, level="sector", errors="ignore").groupby(level=["area", "year"]).sum()
    apart = (stated - summed).abs() / stated
    found = [(SUMS, f"{area} {year}") for area, year in apart.index[apart > 0.001]]
    wide = values.unstack("area").reindex(columns=[OWN, "provinsi"])
    over = wide.index[wide[OWN] > wide["provinsi"]]
    return found + [(LARGER, f"{sector} {year}") for year, sector in over]
