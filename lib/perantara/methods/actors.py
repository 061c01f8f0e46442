"""Who is who: actors by their place in the market chain and in the Tim Kerja; commodities to choose from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from perantara.methods.census import count_safely
from perantara.methods.disclosure import MINIMUM_CELL, suppress_in_turn

CONTACTED = ("calon", "berminat", "sepakat")
TEAM_ELEMENTS = {
    "perangkat daerah": ["perangkat daerah"],
    "pelaku usaha": ["mitra swasta", "mitra lokal", "pembeli lokal", "lembaga keuangan", "penyedia input"],
    "perwakilan UMK": ["umk"],
    "pemerintah kecamatan": ["pemerintah kecamatan"],
    "pemerintah desa/kelurahan": ["pemerintah desa"],
}
SCOPE_STATUSES = ("ditetapkan", "diusulkan", "disebut", "tidak dipilih")


def map_actors(actors: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return each actor with whether it was contacted, its neighbours in the chain, its team element.

    Rows of ``actors`` keep five columns; added are ``is_contacted``, ``buys_from`` and ``sells_to`` (how
    many others, not known where ``links``, rows of ``market_chain_links``, are empty), and
    ``team_element`` of the guide's five (3.5), missing for other kinds of actors.

    Examples
    --------
    >>> actors = pd.DataFrame({"actor_id": ["a"], "name": ["PT A"], "actor_type": ["mitra swasta"],
    ...                        "role": ["Membeli"], "commitment": ["calon"]})
    >>> map_actors(actors, pd.DataFrame({"from_actor_id": ["u"], "to_actor_id": ["a"]})).iloc[0, 5:].map(str).to_list()
    ['True', '1', '0', 'pelaku usaha']
    """
    element = {kind: name for name, kinds in TEAM_ELEMENTS.items() for kind in kinds}
    frame = actors[["actor_id", "name", "actor_type", "role", "commitment"]].reset_index(drop=True)
    frame = frame.assign(is_contacted=frame["commitment"].isin(CONTACTED))
    ends = ["to_actor_id", "from_actor_id"]
    for column, (own, other) in {"buys_from": ends, "sells_to": ends[::-1]}.items():
        counts = frame["actor_id"].map(links.groupby(own)[other].nunique()).astype("Int64")
        frame[column] = counts if links.empty else counts.fillna(0)
    return frame.assign(team_element=frame["actor_type"].map(element))


def draft_team(actor_map: pd.DataFrame) -> pd.DataFrame:
    """Return the guide's five elements of a Tim Kerja with how many actors could fill them.

    From the result of :func:`map_actors`, empty where the actors are not known: ``team_element``,
    ``candidates``, ``contacted`` and ``status``.
    """
    grouped = actor_map.groupby("team_element")["is_contacted"]
    counts = pd.DataFrame({"candidates": grouped.size(), "contacted": grouped.sum()})
    team = counts.reindex(list(TEAM_ELEMENTS)).rename_axis("team_element").astype("Int64")
    if actor_map.empty:
        return team.assign(status="belum diketahui").reset_index()
    team = team.fillna(0)
    status = pd.Series("belum ada", index=team.index)
    status = status.mask(team["candidates"] > 0, "belum dihubungi").mask(team["contacted"] > 0, "ada")
    return team.assign(status=status).reset_index()


def list_candidates(
    scope: pd.DataFrame, census: pd.DataFrame, commodity: str, earlier: Sequence[pd.DataFrame] = ()
) -> pd.DataFrame:
    """Return every commodity that was weighed, recorded or stated, for the research that selects one.

    Rows of ``trial_scope`` (of several the firmest status counts), of ``umk_census`` and of its
    ``earlier`` cycles, oldest first, and the commodity of the initiative, "" where it has none yet, give
    ``commodity``, ``scope_status``, ``reason``, ``enterprises`` and ``poor_share_pct`` of those whose
    status is known; what would tell of fewer than five, also as a difference, is missing.
    """
    rank = pd.Categorical(scope["status"], SCOPE_STATUSES, ordered=True)
    firmest = scope.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("commodity")
    firmest = firmest.set_index("commodity")[["status", "reason"]].rename(columns={"status": "scope_status"})
    names = dict.fromkeys(
        [*([commodity] if commodity else []), *scope["commodity"], *census["product"].dropna()]
    )
    makers = [rows.drop_duplicates(["umk_id", "product"]) for rows in (*earlier, census)]
    marks = [rows["is_poor"].map({True: "poor", False: "rest"}).fillna("unknown") for rows in makers]
    parts = ["poor", "rest", "unknown"]
    counts = [
        pd.crosstab(rows["product"], mark).reindex(columns=parts, fill_value=0)
        for rows, mark in zip(makers, marks, strict=True)
    ]
    shown = pd.DataFrame(
        {part: suppress_in_turn([count[part] for count in counts]) for part in parts}
    ).astype(float)
    share_pct = shown["poor"] / (shown["poor"] + shown["rest"]) * 100
    is_told = shown["unknown"].notna() & (shown[["poor", "rest"]] >= MINIMUM_CELL).all(axis=1)
    counted = {"enterprises": count_safely(makers, ["product"]), "poor_share_pct": share_pct.where(is_told)}
    return firmest.reindex(list(names)).rename_axis("commodity").assign(**counted).reset_index()
