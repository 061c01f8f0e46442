"""Who is who: actors by their place in the market chain and in the Tim Kerja; commodities to choose from."""

from __future__ import annotations

import pandas as pd

from perantara.methods.disclosure import MINIMUM_CELL

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

    Parameters
    ----------
    actors : DataFrame
        With ``actor_id``, ``name``, ``actor_type``, ``role`` and ``commitment``.
    links : DataFrame
        With ``from_actor_id`` and ``to_actor_id``; where it is empty, neighbours are not known.

    Returns
    -------
    DataFrame, shape (actors, 9)
        The same five columns, ``is_contacted``, ``buys_from`` and ``sells_to`` (how many others),
        and ``team_element`` of the guide's five (3.5), missing for other kinds of actors.

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
    for column, own, other in (
        ("buys_from", "to_actor_id", "from_actor_id"),
        ("sells_to", "from_actor_id", "to_actor_id"),
    ):
        counts = frame["actor_id"].map(links.groupby(own)[other].nunique()).astype("Int64")
        frame[column] = counts if links.empty else counts.fillna(0)
    return frame.assign(team_element=frame["actor_type"].map(element))


def draft_team(actor_map: pd.DataFrame) -> pd.DataFrame:
    """Return the guide's five elements of a Tim Kerja with how many actors could fill them.

    Parameters
    ----------
    actor_map : DataFrame
        As :func:`map_actors` returns it; empty where the actors are not known.

    Returns
    -------
    DataFrame, shape (5, 4)
        ``team_element``, ``candidates``, ``contacted`` and ``status``.
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


def list_candidates(scope: pd.DataFrame, census: pd.DataFrame, commodity: str) -> pd.DataFrame:
    """Return every commodity that was weighed, recorded or stated, for the research that selects one.

    Parameters
    ----------
    scope : DataFrame
        With ``commodity``, ``status`` and ``reason``; of several rows the firmest status counts.
    census : DataFrame
        With ``umk_id``, ``product`` and ``is_poor``.
    commodity : str
        Of the initiative, "" where it has none yet.

    Returns
    -------
    DataFrame, shape (commodities, 5)
        ``commodity``, ``scope_status``, ``reason``, ``enterprises`` and ``poor_share_pct`` of those
        whose status is known; what would tell of fewer than five is missing.
    """
    rank = pd.Categorical(scope["status"], SCOPE_STATUSES, ordered=True)
    firmest = scope.assign(rank=rank).sort_values("rank", kind="stable").drop_duplicates("commodity")
    firmest = firmest.set_index("commodity")[["status", "reason"]].set_axis(
        ["scope_status", "reason"], axis=1
    )
    named = [commodity] * bool(commodity)
    names = dict.fromkeys([*named, *scope["commodity"], *census["product"].dropna()])
    makers = census.drop_duplicates(["umk_id", "product"]).groupby("product")
    poor = makers["is_poor"].sum().astype("float64")
    known, count = makers["is_poor"].count(), makers.size().astype("Int64")
    is_safe = (poor >= MINIMUM_CELL) & (known - poor >= MINIMUM_CELL)
    table = firmest.reindex(list(names)).rename_axis("commodity")
    table["enterprises"] = count.where(count >= MINIMUM_CELL).reindex(table.index)
    table["poor_share_pct"] = (poor / known * 100).where(is_safe).reindex(table.index)
    return table.reset_index()
