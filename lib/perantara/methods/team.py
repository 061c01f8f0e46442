"""A Tim Kerja: skills it lacks, who does what (RACI), load, who works with whom, and candidates to help it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from perantara.methods.agreement import krippendorff_alpha
from perantara.methods.notes import N_, join_notes

DIMENSIONS = (
    "latar belakang akademik", "pengalaman kerja", "domisili", "kompetensi teknis", "akses jejaring", "kecakapan",
)  # fmt: skip
TOP_SCORE = 4
_DUTIES = {"A": "accountable", "R": "responsible", "C": "consulted", "I": "informed"}
_NOTES = {
    "nobody": N_("Tidak dipegang siapa pun."),
    "no_accountable": N_("Belum ada penanggung jawab."),
    "many_accountable": N_("Lebih dari satu penanggung jawab."),
    "no_responsible": N_("Belum ada pelaksana."),
    "overburdened": N_("Penanggung jawabnya memegang terlalu banyak tugas."),
    "unlisted": N_("Memuat nomor yang bukan anggota."),
}


@dataclass(frozen=True)
class SkillCover:
    """Skills that tasks ask for: ``missing`` in the team, ``single`` where just one member has it.

    ``recruits`` are the fewest of those offered who bring what is missing; ``uncovered`` nobody brings.
    """

    needed: tuple[str, ...]
    missing: tuple[str, ...]
    single: tuple[str, ...]
    recruits: tuple[str, ...]
    uncovered: tuple[str, ...]


def _skills(texts: pd.Series) -> list[dict[str, str]]:
    """Return the skills of each row, as they are compared and as they are written."""
    parted = [[skill.strip() for skill in text.split(";")] for text in texts.fillna("")]
    return [{skill.lower(): skill for skill in skills if skill} for skills in parted]


def cover_skills(tasks: pd.DataFrame, members: pd.DataFrame, offered: pd.DataFrame) -> SkillCover:
    """Find what skills a team lacks and the smallest set of candidates that would bring them.

    Parameters
    ----------
    tasks, members, offered : DataFrame
        Each with ``skills`` (parted by semicolons; case does not count); ``offered`` also with
        ``candidate_id``: those who may be taken on. Of equally small sets the one earliest in ``offered``.

    References
    ----------
    The smallest set is a set cover, solved exactly by ``scipy.optimize.milp``.

    Examples
    --------
    >>> offered = pd.DataFrame({"candidate_id": ["a", "b", "c"], "skills": ["riset", "riset; hukum", "hukum"]})
    >>> found = cover_skills(pd.DataFrame({"skills": ["riset; hukum", "mutu; ekspor"]}),
    ...                      pd.DataFrame({"skills": ["Mutu"]}), offered)
    >>> found.missing, found.recruits, found.uncovered
    (('ekspor', 'hukum', 'riset'), ('b',), ('ekspor',))
    """
    from scipy.optimize import Bounds, LinearConstraint, milp

    written = {key: skill for own in _skills(tasks["skills"])[::-1] for key, skill in own.items()}
    needed = set(written)
    held = pd.Series(
        [skill for own in _skills(members["skills"]) for skill in own], dtype="str"
    ).value_counts()
    brought, missing = _skills(offered["skills"]), needed - set(held.index)
    wanted = sorted(missing & set().union(*brought))
    recruits: tuple[str, ...] = ()
    if wanted:
        brings = np.array([[skill in own for own in brought] for skill in wanted], dtype=float)
        cost = 1 + np.arange(len(brought)) / (10 * len(brought) ** 2)  # never as much as one more person
        found = milp(cost, integrality=1, bounds=Bounds(0, 1), constraints=LinearConstraint(brings, lb=1))
        recruits = tuple(offered["candidate_id"].to_numpy()[found.x > 0.5])
    single = needed & set(held.index[held == 1])
    groups = (needed, missing, single, missing - set(wanted))
    all_, lacking, alone, uncovered = (tuple(written[key] for key in sorted(group)) for group in groups)
    return SkillCover(all_, lacking, alone, recruits, uncovered)


def check_raci(tasks: pd.DataFrame, raci: pd.DataFrame, members: Collection[str], most: int) -> pd.DataFrame:
    """Tell of each task whether it has exactly one who is accountable (A) and at least one who does it (R).

    Rows of ``team_tasks`` and ``team_raci``; ``members`` are the known ids, ``most`` how many tasks one
    may be accountable for. Returned are ``task_id``, ``task``, ``team_role``, how many of each duty,
    ``is_valid`` and ``note`` (missing where all is well).

    Examples
    --------
    >>> tasks = pd.DataFrame({"task_id": ["t"], "task": ["Rapat"], "team_role": ["4"]})
    >>> raci = pd.DataFrame({"task_id": ["t", "t"], "member_id": ["x", "y"], "duty": ["A", "A"]})
    >>> check_raci(tasks, raci, ["x", "y"], 5)["note"].item()
    'Lebih dari satu penanggung jawab. Belum ada pelaksana.'
    """
    counts = pd.crosstab(raci["task_id"], raci["duty"]).reindex(columns=list(_DUTIES), fill_value=0)
    counts = counts.reindex(tasks["task_id"], fill_value=0).set_axis(tasks.index).astype("Int64")
    held = raci.loc[raci["duty"] == "A"]
    busy = held["member_id"].map(held["member_id"].value_counts()) > most
    nobody = counts.sum(axis="columns") == 0
    cases = {
        "nobody": nobody, "no_accountable": (counts["A"] == 0) & ~nobody, "many_accountable": counts["A"] > 1,
        "no_responsible": (counts["R"] == 0) & ~nobody,
        "overburdened": tasks["task_id"].isin(held.loc[busy, "task_id"]),
        "unlisted": tasks["task_id"].isin(raci.loc[~raci["member_id"].isin(list(members)), "task_id"]),
    }  # fmt: skip
    found = tasks[["task_id", "task", "team_role"]].join(counts.rename(columns=_DUTIES))
    is_valid = ~pd.DataFrame(cases).any(axis="columns")
    return found.assign(is_valid=is_valid, note=join_notes(cases, _NOTES))


def weigh_load(members: pd.DataFrame, tasks: pd.DataFrame, raci: pd.DataFrame) -> pd.DataFrame:
    """Hold the hours that tasks ask of each member against those that the member has.

    The hours of a task are shared alike by those who do it (R); the other duties weigh nothing here.
    By ``member_id``: ``tasks`` (as R), ``hours_assigned`` (missing where the hours of one of them are),
    ``hours_per_month`` and ``load_pct`` (missing where either is, or none are available).

    Examples
    --------
    >>> load = weigh_load(pd.DataFrame({"member_id": ["x", "y"], "hours_per_month": [10.0, 20.0]}),
    ...     pd.DataFrame({"task_id": ["t"], "hours_per_month": [12.0]}),
    ...     pd.DataFrame({"task_id": ["t", "t"], "member_id": ["x", "y"], "duty": ["R", "R"]}))
    >>> load["load_pct"].to_dict()
    {'x': 60.0, 'y': 30.0}
    """
    does = raci.loc[raci["duty"] == "R", ["task_id", "member_id"]].drop_duplicates()
    asked = does["task_id"].map(tasks.set_index("task_id")["hours_per_month"].astype("float64"))
    shares = (asked / does["task_id"].map(does["task_id"].value_counts())).groupby(does["member_id"])
    hours = members.set_index("member_id")["hours_per_month"].astype("float64")
    count = shares.size().reindex(hours.index, fill_value=0)
    assigned = shares.sum().where(shares.count() == shares.size()).reindex(hours.index).mask(count == 0, 0.0)
    load = assigned / hours.where(hours > 0) * 100
    return pd.DataFrame(
        {"tasks": count, "hours_assigned": assigned, "hours_per_month": hours, "load_pct": load}
    )


def map_contacts(members: Collection[str], contacts: pd.DataFrame) -> pd.DataFrame:
    """Tell of each member with how many it works, who is cut off, and who alone joins the others.

    Rows of ``team_contacts``, read without direction; pairs without contact, and those of whom one is no
    member, are no tie. By member: ``contacts`` (ties), ``betweenness`` (0-1, share of shortest paths
    between others through it: Freeman 1977, Sociometry 40), ``part`` (0 the largest of those that hang
    together), ``is_cut_off`` (not in it) and ``is_bridge`` (without it a part falls asunder).

    Examples
    --------
    >>> pairs = pd.DataFrame({"from_member_id": ["x", "y"], "to_member_id": ["y", "z"], "contacts_per_month": [4, 1]})
    >>> map_contacts(["x", "y", "z", "v"], pairs)[["contacts", "part"]].loc["y"].to_dict()
    {'contacts': 2, 'part': 0}
    """
    import networkx as nx

    ends = contacts.loc[contacts["contacts_per_month"] > 0, ["from_member_id", "to_member_id"]]
    graph = nx.Graph()
    graph.add_nodes_from(members)
    graph.add_edges_from(
        (a, b) for a, b in ends.itertuples(index=False) if a != b and a in graph and b in graph
    )
    parts = sorted(nx.connected_components(graph), key=len, reverse=True)
    number = {member: place for place, part in enumerate(parts) for member in part}
    columns = {
        "contacts": dict(graph.degree()), "betweenness": nx.betweenness_centrality(graph), "part": number,
        "is_bridge": dict.fromkeys(graph, False) | dict.fromkeys(nx.articulation_points(graph), True),
    }  # fmt: skip
    found = pd.DataFrame(columns, index=pd.Index(list(members), name="member_id"))
    return found.assign(is_cut_off=found["part"] > 0)


def judge_candidates(
    candidates: pd.DataFrame, scores: pd.DataFrame, weights: Mapping[str, float],
    minimum_years: Mapping[str, float], score_minimum: float,
) -> pd.DataFrame:  # fmt: skip
    """Hold candidates against the profile of Lampiran 2: first what nobody may lack, then the scores.

    Parameters
    ----------
    candidates, scores : DataFrame
        Rows of ``facilitator_candidates`` and ``facilitator_scores`` (0 to 4 a dimension).
    weights : mapping of each of ``DIMENSIONS``
        Only the ratio counts.
    minimum_years : mapping of position
        More years than the guide's band pass. A facilitator lives in the district or its province; where a
        mentor lives is open.
    score_minimum : float
        Smallest weighted mean, 0 to 4.

    Returns
    -------
    DataFrame
        Seven columns of ``candidate_results`` after the first three, in the order of ``candidates``. A
        dimension nobody scored is not zero: ``score`` is the mean of the others, ``lowest`` and
        ``highest`` what it could become. ``result`` is "gugur" where a requirement is not met, whatever
        the scores; "nilai kurang" or "lolos" only where the missing scores can no longer change it.

    Raises
    ------
    ValueError
        If a weight is missing or negative, all are zero, or a score is not within 0 to 4.

    Examples
    --------
    >>> candidates = pd.DataFrame({"candidate_id": ["k"], "position": ["mentor"], "work_stage": ["semua tahap"],
    ...                            "experience_years": [12.0], "domicile": ["luar provinsi"]})
    >>> scores = pd.DataFrame({"candidate_id": "k", "dimension": list(DIMENSIONS), "score": 3})
    >>> judge_candidates(candidates, scores, dict.fromkeys(DIMENSIONS, 1), {"mentor": 8}, 2.5)["result"].item()
    'lolos'
    """
    given = pd.Series(weights).reindex(DIMENSIONS).astype("float64")
    if given.isna().any() or (given < 0).any() or given.sum() <= 0:
        raise ValueError("weights of all dimensions are needed, none negative and one above zero")
    known = scores.dropna(subset=["score"]).astype({"score": "float64"})
    if not known["score"].between(0, TOP_SCORE).all():
        raise ValueError("scores must be within 0 and 4")
    table = known.pivot_table(index="candidate_id", columns="dimension", values="score")
    table = table.reindex(index=candidates["candidate_id"], columns=DIMENSIONS).set_axis(candidates.index)
    shares, is_scored = given / given.sum(), table.notna()
    years, lives = candidates["experience_years"].astype("Float64"), candidates["domicile"]
    is_open = candidates["position"] == "mentor"
    has_years = (years >= candidates["position"].map(minimum_years).astype("Float64")).astype("boolean")
    is_near = (lives != "luar provinsi").astype("boolean").mask(lives.isna()).mask(is_open, True)
    lowest, highest = table.fillna(0.0) @ shares, table.fillna(float(TOP_SCORE)) @ shares
    result = pd.Series("belum dapat dinilai", index=candidates.index)
    result = result.mask((has_years & is_near).fillna(False) & (lowest >= score_minimum - 1e-9), "lolos")
    result = result.mask(highest < score_minimum - 1e-9, "nilai kurang")
    result = result.mask((~has_years | ~is_near).fillna(False), "gugur")
    weighed = is_scored @ shares
    return candidates[["candidate_id", "position", "work_stage"]].assign(
        has_experience=has_years, has_domicile=is_near, dimensions=is_scored.sum(axis="columns"),
        score=(table.fillna(0.0) @ shares) / weighed.where(weighed > 0), lowest=lowest, highest=highest, result=result,
    )  # fmt: skip


@dataclass(frozen=True)
class AssessorAgreement:
    """How alike assessors score the same things: ``alpha`` (ordinal), and ``kappa`` (quadratic) of two."""

    assessors: int
    scored_twice: int
    alpha: float | None
    kappa: float | None


def compare_assessors(scores: pd.DataFrame) -> AssessorAgreement:
    """Measure how far the assessors of ``facilitator_scores`` agree; missing scores are left out.

    A measure is ``None`` where nothing was scored twice or all scores are the same.

    Examples
    --------
    >>> scores = pd.DataFrame({"candidate_id": list("kkll"), "dimension": "kecakapan",
    ...                        "assessor_id": ["p", "q"] * 2, "score": [1, 1, 3, 3]})
    >>> compare_assessors(scores)
    AssessorAgreement(assessors=2, scored_twice=2, alpha=1.0, kappa=1.0)
    """
    from statsmodels.stats.inter_rater import cohens_kappa

    known = scores.dropna(subset=["score"]).astype({"score": int})
    table = known.pivot(index="assessor_id", columns=["candidate_id", "dimension"], values="score")
    pairs = table.loc[:, table.notna().sum() > 1]
    if pairs.empty or len(set(pairs.stack([0, 1]).dropna())) < 2:
        return AssessorAgreement(len(table), pairs.shape[1], None, None)
    alpha, kappa = krippendorff_alpha(pairs), None
    if len(table) == 2:
        counts = np.zeros((TOP_SCORE + 1, TOP_SCORE + 1))
        np.add.at(counts, tuple(pairs.to_numpy(dtype=int)), 1)
        kappa = float(cohens_kappa(counts, wt="quadratic", return_results=False))
    return AssessorAgreement(len(table), pairs.shape[1], alpha, kappa)


def find_conflicts(
    tasks: pd.DataFrame, raci: pd.DataFrame, buyers: Collection[str], candidates: pd.DataFrame, scores: pd.DataFrame
) -> pd.DataFrame:  # fmt: skip
    """Find who stands in two roles that do not go together: ``member_id``, ``kind``, and ``task_id`` or none.

    "pembeli ikut menilai": one of ``buyers`` decides (A or R) where something is judged; being asked (C) is no
    conflict. "mengerjakan dan mengawasi": who does the work (R) also has A or R over its supervision.
    "calon menilai calon": a candidate who is a member scores a candidate for the same position.

    Examples
    --------
    >>> tasks = pd.DataFrame({"task_id": ["t"], "nature": ["menilai"]})
    >>> raci = pd.DataFrame({"task_id": ["t"], "member_id": ["x"], "duty": ["R"]})
    >>> none = pd.DataFrame(columns=["candidate_id", "member_id", "position", "assessor_id"])
    >>> find_conflicts(tasks, raci, ["x"], none, none)["kind"].to_list()
    ['pembeli ikut menilai']
    """
    acts = raci[raci["duty"].isin(["A", "R"])].merge(tasks[["task_id", "nature"]], on="task_id")
    does = acts.loc[(acts["nature"] == "melaksanakan") & (acts["duty"] == "R"), "member_id"]
    buys, watches = acts["member_id"].isin(list(buyers)), acts["member_id"].isin(does)
    own = candidates.dropna(subset=["member_id"])[["member_id", "position"]]
    seat = candidates[["candidate_id", "position"]].drop_duplicates()
    rivals = scores[["candidate_id", "assessor_id"]].merge(seat, on="candidate_id")
    rivals = rivals.merge(own, left_on=["assessor_id", "position"], right_on=["member_id", "position"])
    found = {
        "pembeli ikut menilai": acts[buys & (acts["nature"] == "menilai")],
        "mengerjakan dan mengawasi": acts[watches & (acts["nature"] == "mengawasi")],
        "calon menilai calon": rivals.assign(task_id=pd.NA),
    }
    columns = ["member_id", "kind", "task_id"]
    rows = pd.concat([part.assign(kind=kind)[columns].astype("str") for kind, part in found.items()])
    return rows.drop_duplicates().reset_index(drop=True)
