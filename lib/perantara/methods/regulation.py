"""Legal instruments of an initiative: which aspects they cover, by which network, in force when."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from perantara.methods.schedule import THREE_POINTS, SimulatedSchedule

ASPECTS = ["covers_program_status", "covers_budget", "covers_working_team"]  # guide 3.3, a to c
IN_FORCE, AHEAD, ENDED, REVOKED, UNKNOWN = (
    "berlaku", "dalam proses", "berakhir", "dicabut", "tidak diketahui",
)  # fmt: skip
_TASKS = ["task", "instrument_id", "title", "guide_step", "actor", "predecessors", *THREE_POINTS]
_DATES = ["planned_start_date", "actual_start_date", "actual_finish_date"]


def judge_states(instruments: pd.DataFrame, as_of: date) -> pd.Series:
    """Return what each instrument (rows of ``regulation_instruments``) is on ``as_of``.

    "berlaku", "berakhir" (its ``valid_until`` is past), "dicabut", "tidak diketahui", or "dalam proses":
    not set yet, or set to be in force later. One that is set without a date counts as in force.

    Examples
    --------
    >>> rows = pd.DataFrame({"status": ["ditetapkan", "dirancang"], "valid_until": ["2024-12-31", None],
    ...                      "in_force_date": [None, None]})
    >>> judge_states(rows, date(2026, 7, 1)).to_list()
    ['berakhir', 'dalam proses']
    """
    day, status = pd.Timestamp(as_of), instruments["status"]
    is_set = status == "ditetapkan"
    ended = pd.to_datetime(instruments["valid_until"]) < day
    ahead = pd.to_datetime(instruments["in_force_date"]) > day
    cases = [status == REVOKED, status == UNKNOWN, is_set & ended, is_set & ~ahead]
    return pd.Series(
        np.select(cases, [REVOKED, UNKNOWN, ENDED, IN_FORCE], AHEAD), instruments.index, dtype="str"
    )


def plan_tasks(instruments: pd.DataFrame, own: pd.DataFrame, steps: pd.DataFrame) -> pd.DataFrame:
    """Return the tasks of the legal process: the initiative's own, else the reference steps of its kind.

    ``instruments`` has ``state`` beside its columns, ``own`` are rows of ``legal_tasks``, ``steps`` those of
    ``legal_process_steps``. Own tasks of an instrument in force that have no end ended on its day.
    A reference network begins on the ``planned_start_date`` of the instrument, and only for one in
    process without a known day. Three points are calendar days: working days times 7/5. A ValueError
    names own tasks of an instrument that is not listed.
    """
    if unknown := set(own["instrument_id"]) - set(instruments["instrument_id"]):
        raise ValueError(f"tasks of instruments that are not listed: {', '.join(sorted(unknown))}")
    about = instruments.set_index("instrument_id")
    mine = own.rename(columns={"task_id": "task"}).assign(is_reference=False)
    in_force = pd.to_datetime(about["in_force_date"]).where(about["state"] == IN_FORCE)
    ended = in_force.reindex(mine["instrument_id"]).set_axis(mine.index)
    mine["actual_finish_date"] = pd.to_datetime(mine["actual_finish_date"]).fillna(ended)
    waits = about["in_force_date"].isna() & ~about.index.isin(own["instrument_id"])
    parts = [mine]
    for key, row in about[waits & (about["state"] == AHEAD)].iterrows():
        taken = steps[steps["kind"] == row["kind"]].assign(instrument_id=key, is_reference=True)
        before = taken["predecessors"].fillna("").str.split()
        parts.append(taken.assign(
            task=f"{key}-" + taken["step_id"], title=taken["step"],
            predecessors=before.map(lambda names, key=key: " ".join(f"{key}-{name}" for name in names)),
            planned_start_date=pd.Series(row["planned_start_date"], taken.index).where(before.str.len() == 0),
        ))  # fmt: skip
    tasks = pd.concat(parts, ignore_index=True)
    factor = tasks["day_kind"].eq("hari kerja").map({True: 7 / 5, False: 1.0}).astype(float)
    days = tasks[THREE_POINTS].astype(float).mul(factor, axis="index")
    dates = tasks.reindex(columns=_DATES).apply(pd.to_datetime)
    return pd.concat([tasks[["is_reference", *_TASKS]].assign(**days), dates], axis="columns")


def days_in_force(
    instruments: pd.DataFrame, tasks: pd.DataFrame, simulated: SimulatedSchedule, deadline: date
) -> pd.DataFrame:
    """Return by draw (rows) the days from ``simulated.as_of`` until each instrument (columns) is in force.

    ``inf`` is never: ended, revoked, unknown, without a network, or ended by ``deadline``; one that is in
    force since an unknown day has ``-inf``.
    """
    found = {}
    for row in instruments.itertuples():
        own, is_live = (
            tasks.loc[tasks["instrument_id"] == row.instrument_id, "task"],
            row.state in (IN_FORCE, AHEAD),
        )
        never = not is_live or (pd.notna(row.valid_until) and row.valid_until < pd.Timestamp(deadline))
        days = np.inf if never else -np.inf
        if not never and pd.notna(row.in_force_date):
            days = (row.in_force_date - pd.Timestamp(simulated.as_of)).days
        elif not never and row.state == AHEAD:
            days = simulated.days_until(own) if len(own) else np.inf
        found[row.instrument_id] = days
    return pd.DataFrame(found, index=simulated.finish_days.index)


def days_covered(instruments: pd.DataFrame, in_force: pd.DataFrame) -> pd.DataFrame:
    """Return by draw the days until each aspect of the guide is covered by an instrument in force.

    The first instrument that covers it counts; ``inf`` where none does. ``in_force`` as ``days_in_force`` gives.

    Examples
    --------
    >>> instruments = pd.DataFrame({"instrument_id": ["R1", "R2"], "covers_program_status": [True, None],
    ...     "covers_budget": [False, None], "covers_working_team": [True, True]})
    >>> days_covered(instruments, pd.DataFrame({"R1": [9.0], "R2": [4.0]})).iloc[0].to_list()
    [9.0, inf, 4.0]
    """
    covers = instruments.set_index("instrument_id")[ASPECTS].fillna(False).astype(bool)
    return pd.DataFrame(
        {aspect: in_force[covers.index[covers[aspect]]].min(axis="columns").fillna(np.inf) for aspect in ASPECTS},
        index=in_force.index,
    )  # fmt: skip
