"""How ready a district is: the evidence for each item of the guide's four components, and its risks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

# From the best to the least known; the best of several pieces of evidence counts.
STATES = ("ada", "sebagian", "berakhir", "disebut", "belum", "tidak perlu", "belum tercatat")
UNKNOWN = ("disebut", "belum tercatat")  # told without its state today, and not told at all
_STATE_OF = {
    **dict.fromkeys(["tertulis", "lisan", "ditetapkan", "rencana", "berjalan", "selesai"], "ada"),
    **dict.fromkeys(["niat", "diusulkan"], "sebagian"),
    **dict.fromkeys(["belum", "belum ada"], "belum"),
    "tidak diketahui": "disebut",
    "tidak perlu": "tidak perlu",
}
ROUTES = ("", "mandiri", "terintegrasi")
LARGE_SCALES = ("menengah", "besar")
OWN_FORMS = ("peraturan kepala daerah", "keputusan kepala daerah")
DERIVED_FORM = "kebijakan turunan perangkat daerah"
CERTAIN = "keputusan dan kepastian"
LATER_PHASES = ("riset", "perencanaan", "implementasi")
LATE = "diajukan pada tahun anggarannya sendiri"
UNDATED = "tanggal pengajuan belum tercatat"
_PROOF = ["document", "evidence_date", "valid_until", "basis", "source"]
_EVIDENCE = ["part", "item", "status", "evidence", *_PROOF]


def gather_evidence(
    items: pd.DataFrame, commitment: pd.DataFrame, team: pd.DataFrame, budget: pd.DataFrame,
    support: pd.DataFrame, interventions: pd.DataFrame, *, route: str = "", initiator: str = "",
) -> pd.DataFrame:  # fmt: skip
    """Bring the tables of a place into one form: evidence for the items of the guide (2.1 to 2.4).

    A declaration counts in full only where it tells the decision and its certainty; a firm only
    where it is medium or large. The team is set where every element has a role and a legal form:
    the head's own, or under the route ``terintegrasi`` also the parent programme's (chapter 3).
    A form of support has the status of its activity; needed without one, it is not there.

    Parameters
    ----------
    items, commitment, team, budget, support, interventions : DataFrame
        Rows of ``readiness_items``, ``head_commitment``, ``core_team``, ``budget_certainty``,
        ``capacity_support`` and ``interventions``; without rows where a table is missing.
    route : {"", "mandiri", "terintegrasi"}
        Another one raises ``ValueError``.
    initiator : str
        Who began the initiative: a village may, a district reaches a larger scale (2.3).

    Returns
    -------
    DataFrame
        ``part``, ``item``, ``status``, ``evidence``, and the document with dates, basis and source.
    """
    _require_route(route)
    given = (commitment, team, budget, support, interventions)
    commitment, team, budget, support, interventions = (frame.astype(object) for frame in given)
    found = [
        _commitment(items, commitment),
        _team(team, route),
        _budget(budget, initiator),
        _support(support, interventions),
    ]
    return pd.concat([frame.reindex(columns=_EVIDENCE).astype(object) for frame in found], ignore_index=True)


def _commitment(items: pd.DataFrame, commitment: pd.DataFrame) -> pd.DataFrame:
    parts = items[items["part"].isin(["pernyataan", "arahan"])].set_index("item")["part"]
    found = commitment.assign(part=commitment["item"].map(parts), evidence=commitment["status"])
    is_declared = (found["part"] == "pernyataan") & (found["status"] != "belum")
    told = found["content"].fillna("isi belum dicatat")
    found["evidence"] = found["evidence"].where(~is_declared, found["status"] + ", " + told)
    # the form (spoken or written) is asked for apart from whether the declaration is whole
    return found.assign(status=found["status"].mask(is_declared & (told != CERTAIN), "niat"))


def _team(team: pd.DataFrame, route: str) -> pd.DataFrame:
    status, form, scale = team["status"], team["legal_form"], team["business_scale"]
    is_set, is_firm = status == "ditetapkan", team["element"] == "pelaku usaha"
    found = team.assign(
        part="tim", item=team["element"],
        evidence=status.mask(is_firm, status + ", " + scale.fillna("skala belum dicatat")),
        status=status.mask(is_set & is_firm & ~scale.isin(LARGE_SCALES), "diusulkan"),
    )  # fmt: skip
    is_formed = form.notna() if route == "terintegrasi" else form.isin(OWN_FORMS)
    if len(team) and (status == "tidak diketahui").all():
        return found  # told without their state today: nothing is known of roles and legal form
    policies = found[is_set & (form == DERIVED_FORM)]
    local = found[team["element"].isin(["kecamatan", "pemerintah desa/kelurahan"]) & (status != "belum")]
    tasks = local.filter(like="_role").eq(True).any()
    derived = [
        _sum_up(found, "penetapan Tim Kerja", is_set & is_formed & team["role"].notna()),
        _sum_up(policies if len(policies) else found, DERIVED_FORM, pd.Series([len(policies) > 0])),
        _sum_up(local, "tugas kecamatan dan desa/kelurahan", tasks),
    ]
    return pd.concat([found, *derived], ignore_index=True)


def _budget(budget: pd.DataFrame, initiator: str) -> pd.DataFrame:
    year = budget["fiscal_year"].astype("string").fillna("tahun tidak disebut")
    funded = budget["source_kind"] + " " + year + ", " + budget["status"]
    found = budget.assign(part="anggaran", item=budget["phase"], evidence=funded)
    other = found[found["source_kind"] != "APBD"].assign(item="sumber di luar APBD")
    stated = {"part": "anggaran", "item": "pemrakarsa", "evidence": initiator, "source": "initiative.yml"}
    stated["status"] = "diusulkan" if initiator == "desa" else "ditetapkan"
    own = pd.DataFrame([stated] if initiator else [])
    return pd.concat([f.astype(object) for f in (found, other, own)], ignore_index=True)


def _support(support: pd.DataFrame, interventions: pd.DataFrame) -> pd.DataFrame:
    activities = interventions.set_index("intervention_id")[["status", "description"]]
    found = support.join(activities, on="intervention_id").assign(part="kapasitas", item=support["form"])
    found = found.rename(columns={"description": "evidence"}).reindex(columns=[*_EVIDENCE, "buyer_standard"])
    planned = found[found["status"].notna()]
    unplanned = support["is_needed"].map({True: "belum", False: "tidak perlu"})
    found["status"] = found["status"].fillna(unplanned.where(support["intervention_id"].isna()))
    has_standard = planned["buyer_standard"].notna()
    named = _sum_up(planned if has_standard.any() else planned[:0], "standar pembeli", has_standard)
    return pd.concat([found, named], ignore_index=True)


def _sum_up(rows: pd.DataFrame, item: str, parts: pd.Series) -> pd.DataFrame:
    """Return the row of an item that several rows make up: all of them, some or none; no row of no rows."""
    status = "ditetapkan" if parts.all() else "diusulkan" if parts.any() else "belum"
    told = {"item": item, "status": status, "evidence": f"{int(parts.sum())} dari {len(parts)}"}
    return rows.tail(1).assign(valid_until=rows["valid_until"].min(), **told)


def assess_items(items: pd.DataFrame, evidence: pd.DataFrame, as_of: date | str, route: str) -> pd.DataFrame:
    """Hold each item of the guide that applies to the route against the evidence for it.

    Parameters
    ----------
    items : DataFrame
        Rows of ``readiness_items``; those of another route are left out.
    evidence : DataFrame
        Rows as ``gather_evidence`` returns them.
    as_of : date or ISO text
        Evidence of a later day does not count yet, evidence past ``valid_until`` has ended.
    route : {"", "mandiri", "terintegrasi"}
        Another one, like an unknown status in ``evidence``, raises ``ValueError``.

    Returns
    -------
    DataFrame, shape (items, ...)
        ``component``, ``part``, ``item``, ``requirement``, ``route`` (of the item, missing where it is
        of every route), ``state`` (one of ``STATES``) and the best evidence. ``belum tercatat`` is
        unknown, ``belum`` is recorded as not there.

    Examples
    --------
    >>> items = pd.DataFrame([["K", "arahan", "dana", "b)", None]],
    ...     columns=["component", "part", "item", "requirement", "route"])
    >>> row = dict.fromkeys(["part", "item", "status", "evidence", "document", "evidence_date",
    ...     "valid_until", "basis", "source"])
    >>> told = pd.DataFrame([row | {"part": "arahan", "item": "dana", "status": "lisan"}])
    >>> assess_items(items, told, date(2026, 7, 1), "mandiri")["state"].tolist()
    ['ada']
    """
    _require_route(route)
    if unknown := set(evidence["status"].dropna()) - set(_STATE_OF):
        raise ValueError(f"statuses not known: {', '.join(sorted(unknown))}")
    state = evidence["status"].map(_STATE_OF).fillna("belum tercatat").astype(object)
    begun, ends = (pd.to_datetime(evidence[column]) for column in ("evidence_date", "valid_until"))
    is_good = state.isin(["ada", "sebagian"])
    state = state.mask(is_good & (ends < pd.Timestamp(as_of)), "berakhir")
    state = state.mask(is_good & (begun > pd.Timestamp(as_of)), "belum")
    ranked = evidence.assign(state=state, rank=state.map(STATES.index)).sort_values("rank", kind="stable")
    best = ranked.drop_duplicates(["part", "item"])[["part", "item", "state", "status", "evidence", *_PROOF]]
    applies = items["route"].fillna("").isin(["", route])
    head = items.loc[applies, ["component", "part", "item", "requirement", "route"]]
    return head.merge(best, on=["part", "item"], how="left").fillna({"state": "belum tercatat"})


def count_ready(assessed: pd.DataFrame, threshold: float, states: Sequence[str] = ("ada",)) -> int | None:
    """Count the items in one of ``states``; ``None`` where those unknown could still decide.

    Examples
    --------
    >>> count_ready(pd.DataFrame({"state": ["ada", "belum", "belum tercatat"]}), 2) is None
    True
    >>> count_ready(pd.DataFrame({"state": ["ada", "belum", "belum"]}), 2)
    1
    """
    there = int(assessed["state"].isin(states).sum())
    unknown = int(assessed["state"].isin(UNKNOWN).sum())
    return None if there < threshold <= there + unknown else there


def check_funding_rules(budget: pd.DataFrame, has_village_head: bool, reading: str) -> pd.DataFrame:
    """Find the money that does not follow the guide's rules of time and partnership (2.3).

    Parameters
    ----------
    budget : DataFrame
        Rows of ``budget_certainty``.
    has_village_head : bool
        Whether a village government is set in the core team: it opens the village budget.
    reading : {"bagian 2.3", "bagian 3.4"}
        Under 2.3, research to implementation is proposed in a year before it is paid; under 3.4
        running programmes pay it. Another reading raises ``ValueError``.

    Returns
    -------
    DataFrame
        ``phase``, ``source_kind``, ``fiscal_year``, ``finding``, and ``is_breach``: false where the
        guide's readings differ or a date is unknown, so that it is a remark.

    Examples
    --------
    >>> budget = pd.DataFrame({"phase": ["riset"], "source_kind": ["APBD"], "fiscal_year": [2026],
    ...     "status": ["diusulkan"], "proposal_date": ["2026-03-01"]})
    >>> check_funding_rules(budget, True, "bagian 2.3")[["finding", "is_breach"]].values.tolist()
    [['diajukan pada tahun anggarannya sendiri', True]]
    """
    if reading not in ("bagian 2.3", "bagian 3.4"):
        raise ValueError(f"reading of the rule of years not known: {reading}")
    proposed, kind = pd.to_datetime(budget["proposal_date"]).dt.year, budget["source_kind"]
    is_public = budget["phase"].isin(LATER_PHASES) & (kind == "APBD")
    is_public &= ~budget["status"].isin(["belum ada", "tidak diketahui"])
    is_village = (kind == "APBDes") & (budget["status"] != "tidak diketahui")
    is_early = kind.isin(["mitra swasta", "lembaga pembiayaan"]) & (budget["phase"] != "implementasi")
    found = [
        (LATE, is_public & (proposed >= budget["fiscal_year"]), reading == "bagian 2.3"),
        (UNDATED, is_public & proposed.isna(), False),
        ("APBDes tanpa kepala desa/lurah dalam Tim Kerja", is_village & (not has_village_head), True),
        ("mitra ikut membiayai sebelum implementasi", is_early, False),
    ]
    shown = budget[["phase", "source_kind", "fiscal_year"]]
    rows = [
        shown[mask.fillna(False).astype(bool)].assign(finding=finding, is_breach=is_breach)
        for finding, mask, is_breach in found
    ]
    return pd.concat(rows, ignore_index=True).astype({"is_breach": bool})


def assess_risks(guide: pd.DataFrame, register: pd.DataFrame, as_of: date | str) -> pd.DataFrame:
    """Hold the guide's risks and the initiative's own against the register (guide, 1.5).

    Parameters
    ----------
    guide, register : DataFrame
        Rows of ``guide_risks`` and ``risk_register``; a risk without words raises ``ValueError``.
    as_of : date or ISO text
        A review before this day is overdue.

    Returns
    -------
    DataFrame
        One row a risk; ``management`` is ``belum dikelola`` without owner or trigger, ``perlu
        ditinjau`` past its review, ``selesai`` where closed, else ``dikelola``.

    Examples
    --------
    >>> guide = pd.DataFrame({"risk_id": ["R1"], "risk": ["biaya"], "basis": ["keterangan"], "source": ["p"]})
    >>> columns = ["risk_id", "risk", "owner", "trigger", "response", "status", "review_date", "basis", "source"]
    >>> assess_risks(guide, pd.DataFrame(columns=columns), date(2026, 7, 1))["management"].tolist()
    ['belum dikelola']
    """
    stated = guide.set_index("risk_id")[["risk", "basis", "source"]]
    found = register.astype(object).set_index("risk_id").combine_first(stated).astype(object)
    if found["risk"].isna().any():
        raise ValueError(f"risks without words: {', '.join(found.index[found['risk'].isna()])}")
    management = pd.Series("dikelola", found.index, dtype=object)
    management[pd.to_datetime(found["review_date"]) < pd.Timestamp(as_of)] = "perlu ditinjau"
    management[found["owner"].isna() | found["trigger"].isna()] = "belum dikelola"
    management[found["status"] == "selesai"] = "selesai"
    columns = ["risk", "origin", "owner", "trigger", "response", "status", "review_date"]
    origin = found.index.map(lambda risk: "panduan" if risk in stated.index else "daerah")
    found = found.assign(origin=origin, management=management)[[*columns, "management", "basis", "source"]]
    return found.sort_index(key=lambda ids: ids.str[1:].astype(int)).rename_axis("risk_id").reset_index()


def _require_route(route: str) -> None:
    if route not in ROUTES:
        raise ValueError(f"route not known: {route}")
