"""Whether an approach lasts: the guide's five actions, its ten contrasts, budget lines by year, evaluation, learning."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from perantara.methods.agreement import agreement_a
from perantara.methods.context import valid_priorities

ACTION_MAXIMUM, CONTRAST_MAXIMUM = 3, 2
PRESENT, PLANNED, NONE, UNRECORDED = "ada", "direncanakan", "tidak dianggarkan", "tidak tercatat"


def score_actions(actions: pd.DataFrame, evidence: pd.DataFrame, as_of: str) -> pd.DataFrame:
    """Score each action by the best evidence that names a document which still holds.

    Parameters
    ----------
    actions : DataFrame
        ``action_id`` and ``action``, one row an action.
    evidence : DataFrame
        ``action_id``, ``document_kind``, ``document``, ``evidence``, ``score`` (0 to 3) and
        ``valid_until_year``. A row without document or without evidence backs nothing;
        one with neither, nor a score, says that the kind of document was looked through in vain.
    as_of : str
        ISO date; a document holds through the whole of its last year, without one it stays.

    Returns
    -------
    DataFrame, shape (actions,)
        ``action_id``, ``action``, ``score`` (missing where nothing valid is scored; not zero), ``kinds``
        of the documents that count, and how many rows are ``backed``, ``unbacked`` and ``ended``.

    Raises
    ------
    ValueError
        If a score is not between 0 and 3.

    Examples
    --------
    >>> evidence = pd.DataFrame({"action_id": ["A4.1", "A4.1"], "document_kind": ["RKPD", "lainnya"],
    ...     "document": ["RKPD 2026", None], "evidence": ["hlm. 4", None], "score": [1, 3],
    ...     "valid_until_year": [2026, None]})
    >>> actions = pd.DataFrame({"action_id": ["A4.1", "A4.2"], "action": ["Evaluasi", "Kerja sama"]})
    >>> score_actions(actions, evidence, "2026-07-01")[["score", "backed", "unbacked"]].values.tolist()
    [[1, 1, 1], [<NA>, 0, 0]]
    """
    scores = pd.to_numeric(evidence["score"])
    if not scores.dropna().between(0, ACTION_MAXIMUM).all():
        raise ValueError(f"scores of actions must lie between 0 and {ACTION_MAXIMUM}")
    told = evidence[["document", "evidence", "score"]].notna()
    is_backed = told["document"] & told["evidence"]
    holds = evidence.index.isin(valid_priorities(evidence, as_of).index)
    counted, action = evidence[is_backed & holds].assign(score=scores), evidence["action_id"]
    table = actions[["action_id", "action"]].set_index("action_id")
    table["score"] = counted.groupby("action_id")["score"].max().astype("Int64")
    kinds = counted.groupby("action_id")["document_kind"].agg(lambda k: ", ".join(dict.fromkeys(k)))
    table["kinds"] = kinds.astype("str")
    is_unbacked = told.any(axis=1) & ~is_backed
    counts = {"backed": is_backed & holds, "unbacked": is_unbacked, "ended": is_backed & ~holds}
    for name, rows in counts.items():
        table[name] = rows.groupby(action).sum().reindex(table.index, fill_value=0).astype(int)
    return table.reset_index()


@dataclass(frozen=True)
class ActionIndex:
    """Mean score in percent of the most that the scored actions can have, and how many are scored."""

    index_pct: float | None
    scored: int
    actions: int


def action_index(scored: pd.DataFrame) -> ActionIndex:
    """Return the index of the result of ``score_actions``: 100 · mean(score) / 3 over scored actions, all alike.

    An unscored action neither raises nor lowers it; never show it without ``scored`` of ``actions``.

    Examples
    --------
    >>> action_index(pd.DataFrame({"score": [3, 0, None]}))
    ActionIndex(index_pct=50.0, scored=2, actions=3)
    """
    known = pd.to_numeric(scored["score"]).dropna()
    index = float(known.mean() / ACTION_MAXIMUM * 100) if len(known) else None
    return ActionIndex(index, len(known), len(scored))


def audit_profile(audit: pd.DataFrame, by: list[str] | None = None) -> pd.DataFrame:
    """Sum up a self-audit by contrast, and by the columns ``by`` where given.

    Parameters
    ----------
    audit : DataFrame
        ``contrast_no``, ``score`` (0 conventional, 1 between, 2 market system; missing is left out) and
        ``evidence`` (missing counts as without).
    by : list of str, optional
        Such as ``["assessor_group"]``.

    Returns
    -------
    DataFrame
        ``contrast_no``, ``by``, ``assessors`` who scored, counts ``score_0`` to ``score_2``, ``median``,
        quartiles ``lower`` and ``upper`` (linear), ``balance`` (share of 2 less share of 0, -1 to 1),
        ``agreement_a`` (van der Eijk) and ``unbacked``.

    Raises
    ------
    ValueError
        If a score is not 0, 1 or 2.

    Examples
    --------
    >>> audit = pd.DataFrame({"contrast_no": [1, 1, 1], "score": [0, 2, 2], "evidence": ["a", None, "b"]})
    >>> audit_profile(audit)[["assessors", "median", "lower", "unbacked"]].iloc[0].to_list()
    [3.0, 2.0, 1.0, 1.0]
    """
    scores = range(CONTRAST_MAXIMUM + 1)
    known = audit.dropna(subset="score")
    if not known["score"].isin(scores).all():
        raise ValueError("a score of a contrast must be 0, 1 or 2")
    columns = [known[name] for name in ["contrast_no", *(by or [])]]
    counts = pd.crosstab(columns, known["score"].astype(int)).reindex(columns=scores, fill_value=0)
    table = counts.set_axis([f"score_{score}" for score in scores], axis=1)
    grouped = known.assign(score=known["score"].astype(float)).groupby(columns)["score"]
    table.insert(0, "assessors", counts.sum(axis=1))
    table["median"], table["lower"], table["upper"] = (grouped.quantile(q) for q in (0.5, 0.25, 0.75))
    table["balance"] = (table["score_2"] - table["score_0"]) / table["assessors"]
    table["agreement_a"] = pd.Series([agreement_a(row) for row in counts.to_numpy()], counts.index, "float64")
    table["unbacked"] = known["evidence"].isna().groupby(columns).sum()
    return table.reset_index()


def join_codes(codes: pd.Series, changes: pd.DataFrame) -> pd.Series:
    """Return the newest code of each: known successors are followed, a withdrawn code stays as it is.

    ``changes`` are rows of ``budget_code_changes`` (``code``, ``successor``). ValueError: successors go
    in a circle.

    Examples
    --------
    >>> changes = pd.DataFrame({"code": ["a", "b"], "successor": ["b", "c"]})
    >>> join_codes(pd.Series(["a", "c", "d"]), changes).to_list()
    ['c', 'c', 'd']
    """
    after, found = changes.dropna(subset="successor").set_index("code")["successor"].to_dict(), codes
    for _step in range(len(after) + 1):
        followed = found.map(lambda code: after.get(code, code))
        if followed.equals(found):
            return found
        found = followed
    raise ValueError("successors of budget codes go in a circle")


def line_years(budgets: pd.DataFrame, changes: pd.DataFrame, year: int) -> pd.DataFrame:
    """Return each budget line by year, codes that were renumbered joined into one line.

    Parameters
    ----------
    budgets : DataFrame
        ``fiscal_year``, ``code``, ``name``, ``planned_idr``, ``realised_idr``, ``source_fund``. Amounts
        are nominal; a sum of which a part is missing is missing.
    changes : DataFrame
        Rows of ``budget_code_changes``.
    year : int
        The fiscal year that stands for now; what lies after it is planned.

    Returns
    -------
    DataFrame
        By ``line`` (the newest code) and ``fiscal_year``, from its first year to its last: ``state``
        (``ada``, ``direncanakan``, ``tidak dianggarkan`` where zero was budgeted, ``tidak tercatat``
        where no row tells), ``codes``, ``name``, ``source_funds``, ``planned_idr``, ``realised_idr``,
        ``realised_pct`` (of the same year's plan).

    Examples
    --------
    >>> budgets = pd.DataFrame({"fiscal_year": [2023, 2025], "code": ["a", "b"], "name": "n", "source_fund": "APBD",
    ...     "planned_idr": [10.0, 20.0], "realised_idr": [9.0, None]})
    >>> changes = pd.DataFrame({"code": ["a"], "successor": ["b"]})
    >>> line_years(budgets, changes, 2025)[["line", "fiscal_year", "state", "realised_pct"]].astype(object).fillna("–")
      line fiscal_year           state realised_pct
    0    b        2023             ada         90.0
    1    b        2024  tidak tercatat            –
    2    b        2025             ada            –
    """
    text, money = ["code", "name", "source_fund"], ["planned_idr", "realised_idr"]
    rows = budgets.assign(
        line=join_codes(budgets["code"], changes), fiscal_year=budgets["fiscal_year"].astype(int)
    )
    listed = {name: lambda values: "; ".join(dict.fromkeys(values)) for name in text}
    whole = {name: lambda values: values.astype(float).sum(skipna=False) for name in money}
    years = rows.groupby(["line", "fiscal_year"]).agg(listed | whole)
    span = rows.groupby("line")["fiscal_year"].agg(["min", "max"])
    every = [(line, y) for line, first, last in span.itertuples() for y in range(first, last + 1)]
    years = years.reindex(pd.MultiIndex.from_tuples(every, names=years.index.names)).reset_index()
    state = pd.Series(PRESENT, years.index).mask(years["fiscal_year"] > year, PLANNED)
    is_none = years["planned_idr"].eq(0) & years["realised_idr"].fillna(0).eq(0)
    years["state"] = state.mask(is_none, NONE).mask(years["code"].isna(), UNRECORDED)
    years["realised_pct"] = (
        years["realised_idr"] / years["planned_idr"].where(years["planned_idr"] > 0)
    ) * 100
    years = years.rename(columns={"code": "codes", "source_fund": "source_funds"})
    order = ["line", "fiscal_year", "state", "codes", "name", "source_funds", *money, "realised_pct"]
    return years[order]


def line_runs(years: pd.DataFrame, year: int) -> pd.DataFrame:
    """Sum up each line of ``line_years``: how long it has lasted, in years that are recorded.

    Returns ``name`` (the last), ``present_years``, ``gap_years`` (budgeted with zero) and ``unrecorded_years``
    up to ``year``, ``longest_run`` and ``current_run`` (ends in ``year``) of years one after another,
    ``is_planned`` (for the year after) and ``realised_pct`` (mean of the yearly percentages, so that
    rupiah of different years are not added), by ``line``.

    Examples
    --------
    >>> years = pd.DataFrame({"line": "a", "name": "n", "fiscal_year": [2023, 2024, 2025, 2026, 2027],
    ...     "state": ["ada", "tidak dianggarkan", "ada", "ada", "direncanakan"], "realised_pct": [90, None, 80, None, None]})
    >>> line_runs(years, 2026).iloc[0].to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'name': 'n', 'present_years': 3, 'gap_years': 1, 'unrecorded_years': 0, 'longest_run': 2, 'current_run': 2,
     'is_planned': True, 'realised_pct': 85.0}
    """
    past = years[years["fiscal_year"] <= year]
    is_there, line = past["state"] == PRESENT, past["line"]
    block = (~is_there).groupby(line).cumsum()
    runs = is_there.groupby([line, block]).sum().groupby(level=0)
    table = pd.DataFrame({"name": years.groupby("line")["name"].last()})
    counted = {
        "present_years": is_there, "gap_years": past["state"] == NONE, "unrecorded_years": past["state"] == UNRECORDED,
    }  # fmt: skip
    found = {name: rows.groupby(line).sum() for name, rows in counted.items()}
    is_current = past.groupby("line")["fiscal_year"].max() == year
    found |= {"longest_run": runs.max(), "current_run": runs.last().where(is_current, 0)}
    for name, values in found.items():
        table[name] = values.reindex(table.index, fill_value=0).astype(int)
    planned = years.loc[(years["fiscal_year"] == year + 1) & (years["state"] == PLANNED), "line"]
    table["is_planned"] = table.index.isin(planned)
    table["realised_pct"] = years.groupby("line")["realised_pct"].mean()
    return table


@dataclass(frozen=True)
class NextEvaluation:
    """When the next evaluation is planned, when the guide's cadence wants it, and how that stands.

    ``status``: ``terjadwal``, ``melewati batas`` (planned, but after ``due``), ``belum dijadwalkan``,
    ``terlambat`` (a day that binds has passed) or ``belum diketahui``. ``days_left`` is to the first of
    both days, negative where it has passed.
    """

    last: date | None
    planned: date | None
    due: date | None
    days_left: int | None
    status: str


def next_evaluation(
    cycles: pd.DataFrame, as_of: date, every: int = 2, grace_days: int = 60
) -> NextEvaluation:
    """Find the next evaluation: after ``every`` production cycles since the last one, and days to hold it in.

    Parameters
    ----------
    cycles : DataFrame
        ``end_date``, ``evaluation_date`` (planned) and ``evaluated_on`` (held), as dates.
    as_of : date
        What was held after it has not been held yet.
    every : int
        1 or 2 production cycles (guide, Lampiran 3).
    grace_days : int
        Days after the end of the production cycle.

    Raises
    ------
    ValueError
        If ``every`` is neither 1 nor 2, or ``grace_days`` is negative.

    Examples
    --------
    >>> cycles = pd.DataFrame({"end_date": ["2025-09-30", "2026-09-30"], "evaluation_date": [None, "2026-12-14"],
    ...     "evaluated_on": ["2025-11-18", None]})
    >>> found = next_evaluation(cycles, date(2026, 12, 1), every=1, grace_days=90)
    >>> found.status, found.days_left, str(found.due)
    ('terjadwal', 13, '2026-12-29')
    """
    if every not in (1, 2) or grace_days < 0:
        raise ValueError("every must be 1 or 2 production cycles, and grace_days not negative")
    ends, plans, held = (
        pd.to_datetime(cycles[c]).dt.date for c in ("end_date", "evaluation_date", "evaluated_on")
    )
    is_held = held.map(lambda day: day <= as_of, na_action="ignore").eq(True)
    last = max(held[is_held], default=None)
    after = sorted(day for day in ends.dropna() if last is None or day > last)
    due = after[every - 1] + timedelta(grace_days) if len(after) >= every else None
    planned = min((day for day in plans[~is_held].dropna() if last is None or day > last), default=None)
    first = min((day for day in (planned, due) if day), default=None)
    if first is None:
        return NextEvaluation(last, None, None, None, "belum diketahui")
    status = "terlambat" if first < as_of else "terjadwal"
    if first >= as_of and planned is None:
        status = "belum dijadwalkan"
    elif first >= as_of and due and planned > due:
        status = "melewati batas"
    return NextEvaluation(last, planned, due, (first - as_of).days, status)


def count_learning(log: pd.DataFrame, key: str, items: pd.Series) -> pd.DataFrame:
    """Count changes by ``key`` for each of ``items`` (titles by the value of the key), also those without any.

    ``log`` has ``key``, ``evidence`` (missing is without) and ``entry_date``; returns ``item``, ``entries``,
    ``backed`` and ``last_date``, in the order of ``items``.

    Examples
    --------
    >>> log = pd.DataFrame({"risk_id": ["R1", "R1"], "evidence": ["notula", None], "entry_date": ["2026-01-02"] * 2})
    >>> titles = pd.Series({"R1": "Biaya", "R2": "Waktu"})
    >>> count_learning(log, "risk_id", titles).astype(object).fillna("–").values.tolist()
    [['Biaya', 2, 1, '2026-01-02'], ['Waktu', 0, 0, '–']]
    """
    rows = log.assign(backed=log["evidence"].notna()).groupby(key)
    table = pd.DataFrame({"entries": rows.size(), "backed": rows["backed"].sum()})
    table = table.reindex(items.index, fill_value=0).astype(int)
    table["last_date"] = rows["entry_date"].max()
    table.insert(0, "item", items)
    return table.reset_index(drop=True)
