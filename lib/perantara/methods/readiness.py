"""How ready a district is: the evidence for each item of the guide's four components, and its risks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pandas as pd

# From the best to the least known; the best of several pieces of evidence counts.
STATES = ("ada", "sebagian", "berakhir", "belum", "tidak perlu", "belum tercatat")
_STATE_OF = {
    **dict.fromkeys(["tertulis", "lisan", "ditetapkan", "rencana", "berjalan", "selesai"], "ada"),
    **dict.fromkeys(["niat", "diusulkan", "tidak diketahui"], "sebagian"),
    **dict.fromkeys(["belum", "belum ada"], "belum"),
    "tidak perlu": "tidak perlu",
}
ROUTES = ("", "mandiri", "terintegrasi")
OWN_FORMS = ("peraturan kepala daerah", "keputusan kepala daerah")
DERIVED_FORM = "kebijakan turunan perangkat daerah"
CERTAIN = "keputusan dan kepastian"
LATER_PHASES = ("riset", "perencanaan", "implementasi")
_PROOF = ["document", "evidence_date", "valid_until", "basis", "source"]
_EVIDENCE = ["part", "item", "status", "evidence", *_PROOF]


def commitment_evidence(commitment: pd.DataFrame, items: pd.DataFrame) -> pd.DataFrame:
    """Return what the head declared and directed, as evidence for the items of the guide (2.1).

    A declaration counts in full only where it tells the decision and its certainty.

    Parameters
    ----------
    commitment : DataFrame
        Rows of ``head_commitment``.
    items : DataFrame
        Rows of ``readiness_items``.

    Returns
    -------
    DataFrame
        ``part``, ``item``, ``status``, ``evidence``, and the document with its dates and source.
    """
    parts = items[items["part"].isin(["pernyataan", "arahan"])].set_index("item")["part"]
    found = commitment.assign(part=commitment["item"].map(parts), evidence=commitment["status"])
    is_declared = (found["part"] == "pernyataan") & (found["status"] != "belum")
    told = found["content"].fillna("isi belum dicatat")
    found["evidence"] = found["evidence"].where(~is_declared, found["status"] + ", " + told)
    found["status"] = found["status"].mask(is_declared & (told != CERTAIN), "niat")
    return found[_EVIDENCE]


def team_evidence(team: pd.DataFrame, route: str) -> pd.DataFrame:
    """Return who is in the core team and how it is set, as evidence for the guide's items (2.2).

    A firm that is not medium or large is partial evidence. The team is set where every element has a
    role and a legal form: an own regulation or decision of the head, or under the route
    ``terintegrasi`` also those of the parent programme (guide, chapter 3).

    Raises
    ------
    ValueError
        If the route is unknown.
    """
    _require_route(route)
    found = team.assign(part="tim", item=team["element"], evidence=team["status"])
    is_firm = found["element"] == "pelaku usaha"
    scale = found["business_scale"].fillna("skala belum dicatat")
    found["evidence"] = found["evidence"].mask(is_firm, found["status"] + ", " + scale)
    is_small = is_firm & ~scale.isin(["menengah", "besar"])
    found["status"] = found["status"].mask(is_small & (found["status"] == "ditetapkan"), "diusulkan")
    if team.empty:
        return found[_EVIDENCE]
    is_formed = team["legal_form"].isin(OWN_FORMS) if route != "terintegrasi" else team["legal_form"].notna()
    is_set = (team["status"] == "ditetapkan") & is_formed & team["role"].notna()
    has_derived = (team["legal_form"] == DERIVED_FORM) & (team["status"] == "ditetapkan")
    local = team[
        team["element"].isin(["kecamatan", "pemerintah desa/kelurahan"]) & (team["status"] != "belum")
    ]
    tasks = local[[c for c in team if c.endswith("_role")]].fillna(False).astype(bool).any()
    derived = [
        _sum_up(found, "penetapan Tim Kerja", is_set),
        _sum_up(found[has_derived] if has_derived.any() else found, DERIVED_FORM, has_derived[has_derived]),
        _sum_up(found, "tugas kecamatan dan desa/kelurahan", tasks),
    ]
    return pd.concat([found[_EVIDENCE], pd.DataFrame(derived)], ignore_index=True)[_EVIDENCE]


def budget_evidence(budget: pd.DataFrame, initiator: str) -> pd.DataFrame:
    """Return how certain the money of each phase is, as evidence for the guide's items (2.3).

    ``initiator`` is who began the initiative; a village may, a district reaches a larger scale.
    """
    funded = budget["source_kind"] + " " + budget["fiscal_year"].astype("string") + ", " + budget["status"]
    found = budget.assign(part="anggaran", item=budget["phase"], evidence=funded)
    other = found[found["source_kind"] != "APBD"].assign(item="sumber di luar APBD")
    stated = {"part": "anggaran", "item": "pemrakarsa", "evidence": initiator, "source": "initiative.yml"}
    stated["status"] = "diusulkan" if initiator == "desa" else "ditetapkan"
    own = pd.DataFrame([stated] if initiator else [], columns=_EVIDENCE)
    return pd.concat([f[_EVIDENCE].astype(object) for f in (found, other, own)], ignore_index=True)


def capacity_evidence(support: pd.DataFrame, interventions: pd.DataFrame) -> pd.DataFrame:
    """Return which forms of capacity support are planned or run, as evidence for the items (2.4).

    A form says whether it is needed; the activity and its status are those of ``interventions``.
    A form that is needed and has no activity is recorded as not there.
    """
    activities = interventions.set_index("intervention_id")[["status", "description"]]
    found = support.join(activities, on="intervention_id").assign(part="kapasitas", item=support["form"])
    is_planned = found["status"].notna()
    unplanned = found["is_needed"].map({True: "belum", False: "tidak perlu"})
    found["status"] = found["status"].where(is_planned, unplanned.where(support["intervention_id"].isna()))
    found = found.rename(columns={"description": "evidence"}).assign(
        document=None, evidence_date=None, valid_until=None
    )
    has_standard = found.loc[is_planned, "buyer_standard"].notna()
    named = [_sum_up(found[is_planned], "standar pembeli", has_standard)] if is_planned.any() else []
    return pd.concat([found[_EVIDENCE], pd.DataFrame(named, columns=_EVIDENCE)], ignore_index=True)


def assess_items(items: pd.DataFrame, evidence: pd.DataFrame, as_of: date, route: str) -> pd.DataFrame:
    """Hold each item of the guide that applies to the route against the evidence for it.

    Parameters
    ----------
    items : DataFrame
        Rows of ``readiness_items``; those of another route are left out.
    evidence : DataFrame
        Rows as the functions of this module return them.
    as_of : date
        Evidence of a later day does not count yet, evidence past ``valid_until`` has ended.
    route : {"", "mandiri", "terintegrasi"}

    Returns
    -------
    DataFrame, shape (items, ...)
        ``component``, ``part``, ``item``, ``requirement``, ``state`` (one of ``STATES``) and the best
        evidence. ``belum tercatat`` is unknown, ``belum`` is recorded as not there.

    Raises
    ------
    ValueError
        If the route or a status of the evidence is unknown.

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
    head = items.loc[applies, ["component", "part", "item", "requirement"]]
    return head.merge(best, on=["part", "item"], how="left").fillna({"state": "belum tercatat"})


def count_ready(assessed: pd.DataFrame, threshold: float, states: Sequence[str] = ("ada",)) -> int | None:
    """Count the items in one of ``states``; ``None`` where those not recorded could still decide.

    Examples
    --------
    >>> count_ready(pd.DataFrame({"state": ["ada", "belum", "belum tercatat"]}), 2) is None
    True
    >>> count_ready(pd.DataFrame({"state": ["ada", "belum", "belum"]}), 2)
    1
    """
    there = int(assessed["state"].isin(states).sum())
    unknown = int((assessed["state"] == "belum tercatat").sum())
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
        running programmes pay it.

    Returns
    -------
    DataFrame
        ``phase``, ``source_kind``, ``fiscal_year``, ``finding``, and ``is_breach``: false where the
        guide's two readings differ, so that it is a remark.

    Raises
    ------
    ValueError
        If the reading is unknown.
    """
    if reading not in ("bagian 2.3", "bagian 3.4"):
        raise ValueError(f"reading of the rule of years not known: {reading}")
    proposed, is_later = pd.to_datetime(budget["proposal_date"]).dt.year, budget["phase"].isin(LATER_PHASES)
    is_public = is_later & (budget["source_kind"] == "APBD") & (budget["status"] != "belum ada")
    is_partner = budget["source_kind"].isin(["mitra swasta", "lembaga pembiayaan"])
    rules = {
        "diajukan pada tahun anggarannya sendiri": (is_public & (proposed >= budget["fiscal_year"]), reading == "bagian 2.3"),
        "tanggal pengajuan belum tercatat": (is_public & proposed.isna(), reading == "bagian 2.3"),
        "APBDes tanpa kepala desa/lurah dalam Tim Kerja": ((budget["source_kind"] == "APBDes") & (not has_village_head), True),
        "mitra ikut membiayai sebelum implementasi": (is_partner & (budget["phase"] != "implementasi"), False),
    }  # fmt: skip
    columns = ["phase", "source_kind", "fiscal_year"]
    found = [budget.loc[m.fillna(False).astype(bool), columns].assign(finding=f, is_breach=b) for f, (m, b) in rules.items()]  # fmt: skip
    return pd.concat(found, ignore_index=True).astype({"is_breach": bool})


def assess_risks(guide: pd.DataFrame, register: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Hold the guide's risks and the initiative's own against the register (guide, 1.5).

    Parameters
    ----------
    guide, register : DataFrame
        Rows of ``guide_risks`` and ``risk_register``.
    as_of : date
        A review before this day is overdue.

    Returns
    -------
    DataFrame
        One row a risk; ``management`` is ``belum dikelola`` without owner or trigger, ``perlu
        ditinjau`` past its review, ``selesai`` where closed, else ``dikelola``.

    Raises
    ------
    ValueError
        If a risk of the initiative's own has no words.
    """
    joined = guide[["risk_id", "risk", "basis", "source"]].merge(
        register, on="risk_id", how="outer", suffixes=("_guide", "")
    )
    risk = joined["risk"].fillna(joined["risk_guide"])
    if risk.isna().any():
        raise ValueError(f"risks without words: {', '.join(joined.loc[risk.isna(), 'risk_id'])}")
    management = pd.Series("dikelola", joined.index, dtype=object)
    management[pd.to_datetime(joined["review_date"]) < pd.Timestamp(as_of)] = "perlu ditinjau"
    management[joined["owner"].isna() | joined["trigger"].isna()] = "belum dikelola"
    management[joined["status"] == "selesai"] = "selesai"
    columns = ["risk_id", "risk", "origin", "owner", "trigger", "response", "status", "review_date"]
    found = joined.assign(
        risk=risk, management=management,
        origin=joined["risk_guide"].notna().map({True: "panduan", False: "daerah"}),
        basis=joined["basis"].fillna(joined["basis_guide"]),
        source=joined["source"].fillna(joined["source_guide"]),
    )  # fmt: skip
    return found[[*columns, "management", "basis", "source"]].sort_values(
        "risk_id", key=_number, ignore_index=True
    )


def _number(risk_ids: pd.Series) -> pd.Series:
    return risk_ids.str[1:].astype(int)


def _sum_up(rows: pd.DataFrame, item: str, parts: pd.Series) -> dict[str, object]:
    """Return evidence for an item that several rows make up: all of them, some or none."""
    status = "ditetapkan" if len(parts) and parts.all() else "diusulkan" if parts.any() else "belum"
    last = rows.iloc[-1]
    proof = {column: last[column] for column in ("part", *_PROOF)}
    told = f"{int(parts.sum())} dari {len(parts)}" if len(parts) else status
    found = {"item": item, "status": status, "evidence": told}
    return proof | found | {"valid_until": rows["valid_until"].min()}


def _require_route(route: str) -> None:
    if route not in ROUTES:
        raise ValueError(f"route not known: {route}")
