"""A market chain from its tables: channels, balances, costs, partners, problems, and where to intervene."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import networkx as nx
import pandas as pd

from perantara.methods.actors import CONTACTED
from perantara.methods.chain import (
    BreakEven,
    ValueAdded,
    break_even,
    hayami,
    marketing_margins,
    mass_balance,
    problem_tree,
)

DEFINITION = {  # guide, 1.3
    "mitra lokal": ["jangkauan wilayah", "skala usaha", "kedekatan dengan UMK", "pemahaman pasar setempat"],
    "mitra swasta": ["jangkauan wilayah", "skala usaha", "jejaring", "insentif komersial"],
}
MARKET_ACTORS = ("mitra lokal", "mitra swasta", "lembaga keuangan", "penyedia input")
ROLES = {  # the guide's figures 1-3, in the words of the table of actors
    "UMK": "umk", "pembeli lokal": "pembeli lokal", "pembeli alternatif": "mitra swasta", "mitra lokal": "mitra lokal",
    "mitra swasta": "mitra swasta", "lembaga keuangan": "lembaga keuangan", "penyedia input produksi": "penyedia input",
}  # fmt: skip


def compare_channels(prices: pd.DataFrame) -> pd.DataFrame:
    """Return what each seller of a channel adds, per unit of the product that the consumer buys.

    Parameters
    ----------
    prices : DataFrame
        Rows of ``chain_prices``. A price is divided by ``final_units_per_unit``; where that is missing it is 1 in a
        channel of one form and unit. Otherwise the channel is not compared: forms differ.

    Returns
    -------
    DataFrame
        Rows in order with ``price_, margin_, cost_, net_margin_idr_per_final_unit`` (the producer's margin is missing;
        a net margin is missing where the cost is) and ``share_of_final_price_pct``: of a channel they sum to 100.

    Examples
    --------
    >>> prices = pd.DataFrame({"channel": "a", "step_no": [1, 2], "seller": ["petani", "sangrai"], "unit": "kg",
    ...     "product": ["ceri", "bubuk"], "price_idr_per_unit": [8000.0, 100_000], "cost_idr_per_unit": [None, 20_000],
    ...     "final_units_per_unit": [0.16, 1]})
    >>> compare_channels(prices)[["margin_idr_per_final_unit", "share_of_final_price_pct"]].to_numpy().tolist()
    [[nan, 50.0], [50000.0, 50.0]]
    """
    rows = prices.sort_values(["channel", "step_no"], ignore_index=True)
    channel = rows.groupby("channel")
    is_alike = (channel[["product", "unit"]].transform("nunique") == 1).all(axis=1)
    factor = rows["final_units_per_unit"].astype(float)
    factor = factor.mask(factor.isna() & is_alike, 1.0)
    factor = factor.where(factor > 0)
    price, cost = (rows[f"{name}_idr_per_unit"].astype(float) / factor for name in ("price", "cost"))
    known = price.notna().groupby(rows["channel"]).transform("all") & (
        channel["step_no"].transform("size") > 1
    )
    margin, share = (pd.Series(float("nan"), rows.index) for _name in range(2))
    for _name, one in price[known].groupby(rows["channel"]):
        if one.iloc[-1] > 0:
            found = marketing_margins(one)
            margin[found.margins.index] = found.margins
            share[one.index] = 100 * found.margins.reindex(one.index).fillna(one.iloc[0]) / one.iloc[-1]
    given = {
        "price": price.where(known),
        "margin": margin,
        "cost": cost.where(known),
        "net_margin": margin - cost,
    }
    named = {f"{name}_idr_per_final_unit": values for name, values in given.items()}
    return rows.assign(**named, share_of_final_price_pct=share)


def balance_nodes(links: pd.DataFrame, nodes: pd.DataFrame) -> pd.DataFrame:
    """Return the mass balance of each noted node, for each unit and period by itself.

    ``links`` (of ``market_chain_links``) count where they run now; ``nodes`` are rows of ``chain_nodes``. See
    :func:`perantara.methods.chain.mass_balance`; the difference is missing where a volume at the node is not known.

    Examples
    --------
    >>> links = pd.DataFrame({"from_actor_id": ["tani"], "to_actor_id": ["toko"], "unit": "kg", "period": "bulan",
    ...                       "volume": [80.0], "status": "berjalan"})
    >>> nodes = pd.DataFrame({"actor_id": ["tani"], "unit": "kg", "period": "bulan", "produced": [100.0], "lost": [15.0],
    ...                       "used": None, "conversion_factor": None, "loss_reason": "susut"})
    >>> balance_nodes(links, nodes)[["unexplained", "unexplained_pct"]].to_numpy().tolist()
    [[5.0, 5.0]]
    """
    names = ["actor_id", "unit", "period"]
    running, found = links[links["status"] == "berjalan"], []
    for (unit, period), noted in nodes.groupby(names[1:]):
        flows = running[(running["unit"] == unit) & (running["period"] == period)]
        flows = flows.rename(columns={"from_actor_id": "giver", "to_actor_id": "taker", "volume": "quantity"})
        noted = noted.set_index("actor_id")
        unknown = flows.loc[flows["quantity"].isna(), ["giver", "taker"]].stack()
        one = mass_balance(flows, noted).loc[noted.index]
        one.loc[one.index.isin(unknown), ["unexplained", "unexplained_pct"]] = float("nan")
        one = one.join(noted[["unit", "period", "conversion_factor", "loss_reason"]])
        found.append(one.rename_axis("actor_id").reset_index())
    columns = ["coming", "conversion_factor", "going", "lost", "used", "unexplained", "unexplained_pct"]
    columns = [*names, *columns, "loss_reason"]
    return pd.concat(found)[columns] if found else pd.DataFrame(columns=columns)


@dataclass(frozen=True)
class Enterprise:
    """A production run: money in rupiah; ``value_added`` is None without raw material, ``cash`` without cash costs."""

    revenue_idr: float
    quantity: float
    raw_material: float
    total_cost_idr: float
    cash_cost_idr: float
    total: BreakEven
    cash: BreakEven | None
    value_added: ValueAdded | None


def assess_enterprise(costs: pd.DataFrame) -> Enterprise | None:
    """Return what a production run yields and what covers its cost; None where an amount is not known.

    Parameters
    ----------
    costs : DataFrame
        Rows of ``enterprise_costs`` of one enterprise: ``cost_group, quantity_per_run, unit, price_idr_per_unit,
        payment``. What is sold must be of one unit. Hayami's other inputs are those of the group ``masukan lain``;
        fixed cost is in the total cost, not in the value added.

    Examples
    --------
    >>> costs = pd.DataFrame({"cost_group": ["hasil", "bahan baku", "tenaga kerja"], "unit": ["kg", "kg", "HOK"],
    ...     "quantity_per_run": [50, 100, 4], "price_idr_per_unit": [20_000, 4_000, 50_000],
    ...     "payment": [None, "tunai", "milik sendiri"]})
    >>> found = assess_enterprise(costs)
    >>> round(found.total.rc_ratio, 2), found.cash.rc_ratio, found.value_added.value_added
    (1.67, 2.5, 6000.0)
    """
    sold = costs[costs["cost_group"] == "hasil"]
    if costs[["quantity_per_run", "price_idr_per_unit"]].isna().any(axis=None) or sold["unit"].nunique() != 1:
        return None
    amount = costs["quantity_per_run"] * costs["price_idr_per_unit"]
    spent, quantities = (
        one.astype(float).groupby(costs["cost_group"]).sum().to_dict()
        for one in (amount, costs["quantity_per_run"])
    )
    revenue, quantity = spent.pop("hasil"), quantities["hasil"]
    total, cash = sum(spent.values()), float(amount[costs["payment"] == "tunai"].sum())
    if not all(one > 0 for one in (revenue, quantity, total)):
        return None
    price, fixed = revenue / quantity, spent.get("biaya tetap", 0.0)
    raw, days = quantities.get("bahan baku", 0.0), quantities.get("tenaga kerja", 0.0)
    added = None
    if raw > 0:
        wage = spent.get("tenaga kerja", 0.0) / days if days else 0.0
        added = hayami(
            quantity, raw, days, price, wage, spent["bahan baku"] / raw, spent.get("masukan lain", 0.0) / raw
        )
    return Enterprise(
        revenue, quantity, raw, total, cash, break_even(total, price, quantity, fixed, (total - fixed) / quantity),
        break_even(cash, price, quantity) if cash > 0 else None, added,
    )  # fmt: skip


def measure_specification(wanted: pd.DataFrame) -> pd.DataFrame:
    """Return what a buyer requires with ``shortfall`` (0 where met) and ``is_met``; missing where not measured.

    >>> wanted = pd.DataFrame({"direction": ["paling sedikit", "paling banyak", "paling sedikit"],
    ...                        "required": [100, 12, 4], "delivered": [80, 11, None]})
    >>> measure_specification(wanted)["shortfall"].tolist()
    [20.0, 0.0, nan]
    """
    gap = (wanted["required"] - wanted["delivered"]).astype(float)
    gap = gap.where(wanted["direction"] == "paling sedikit", -gap)
    return wanted.assign(shortfall=gap.clip(lower=0), is_met=(gap <= 0).astype("boolean").mask(gap.isna()))


def check_partners(actors: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    """Hold each local and private partner against the guide's definition (1.3): a row an actor and item.

    Returns
    -------
    DataFrame
        ``actor_id, name, actor_type, item, met`` (``belum diketahui`` where nothing was recorded) and ``evidence``.

    Examples
    --------
    >>> actors = pd.DataFrame({"actor_id": ["a"], "name": ["Koperasi"], "actor_type": ["mitra lokal"]})
    >>> checks = pd.DataFrame({"actor_id": ["a"], "item": ["skala usaha"], "met": ["ya"], "evidence": ["Akta"]})
    >>> check_partners(actors, checks)["met"].value_counts().to_dict()
    {'belum diketahui': 3, 'ya': 1}
    """
    rows = actors[["actor_id", "name", "actor_type"]]
    items = pd.Series([DEFINITION.get(kind) for kind in rows["actor_type"]], rows.index, dtype=object)
    rows = rows.assign(item=items).dropna(subset="item").explode("item")
    found = rows.merge(checks[["actor_id", "item", "met", "evidence"]], on=["actor_id", "item"], how="left")
    return found.assign(met=found["met"].fillna("belum diketahui"))


def match_models(flows: pd.DataFrame, actors: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Compare a chain with the guide's three models (figures 1-3): a row a model.

    Returns
    -------
    DataFrame by model
        ``roles`` and ``absent`` (lists of the kinds of actors), ``flows`` of goods or money between them, of which
        ``running`` now and ``planned`` (or only mentioned). Money runs where goods run the other way at a known price.
        Advice, investment, credit and referrals are not in the table of links: ``unrecorded``.

    Examples
    --------
    >>> flows = pd.DataFrame({"model": "A", "from_actor": ["UMK", "mitra lokal"], "to_actor": ["mitra lokal", "UMK"],
    ...                       "flow_kind": ["produk", "uang"]})
    >>> actors = pd.DataFrame({"actor_id": ["u", "l"], "actor_type": ["umk", "mitra lokal"]})
    >>> links = pd.DataFrame({"from_actor_id": ["u"], "to_actor_id": ["l"], "status": ["berjalan"],
    ...                       "price_idr_per_unit": [None]})
    >>> match_models(flows, actors, links).loc["A", ["flows", "running"]].tolist()
    [2, 1]
    """
    kind = actors.set_index("actor_id")["actor_type"]
    ends = [links[end].map(kind) for end in ("from_actor_id", "to_actor_id")]
    is_now, is_priced = links["status"] == "berjalan", links["price_idr_per_unit"].notna()

    def pairs(chosen: pd.Series) -> set[tuple[str, str]]:
        return set(zip(ends[0][chosen], ends[1][chosen], strict=True))

    goods, money, every = pairs(is_now), pairs(is_now & is_priced), pairs(is_now | ~is_now)
    rows = {}
    for model, given in flows.groupby("model", sort=False):
        trade = given[given["flow_kind"].isin(["produk", "uang"])]
        giver, taker = (trade[f"{end}_actor"].map(ROLES) for end in ("from", "to"))
        is_goods = trade["flow_kind"] == "produk"
        way = [(g, t) if is_good else (t, g) for g, t, is_good in zip(giver, taker, is_goods, strict=True)]
        runs = [pair in (goods if is_good else money) for pair, is_good in zip(way, is_goods, strict=True)]
        roles = list(dict.fromkeys([*given["from_actor"], *given["to_actor"]]))
        rows[model] = {
            "roles": roles, "absent": [role for role in roles if ROLES[role] not in set(kind)], "flows": len(trade),
            "running": sum(runs), "planned": sum(p in every and not now for p, now in zip(way, runs, strict=True)),
            "unrecorded": len(given) - len(trade),
        }  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("model")


def find_tree_faults(problems: pd.DataFrame, links: pd.DataFrame) -> dict[str, list[str]]:
    """Find what makes a problem tree unsound: ids ``unknown`` (linked, not listed) and of one ``circle``.

    >>> links = pd.DataFrame({"cause": ["a", "b"], "effect": ["b", "a"]})
    >>> find_tree_faults(pd.DataFrame({"problem_id": ["a", "b"]}), links)
    {'unknown': [], 'circle': ['a', 'b']}
    """
    graph = nx.DiGraph(list(links[["cause", "effect"]].itertuples(index=False, name=None)))
    circle = [] if nx.is_directed_acyclic_graph(graph) else [edge[0] for edge in nx.find_cycle(graph)]
    return {"unknown": sorted(set(graph) - set(problems["problem_id"])), "circle": circle}


def rank_problems(problems: pd.DataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the problems, root causes first by score, with ``kind`` and ``evidence_kinds_count``.

    See :func:`perantara.methods.chain.problem_tree`, which refuses circles. A ``gejala`` (symptom) causes nothing
    further, a ``masalah antara`` has causes and effects, ``belum terhubung`` neither.

    Examples
    --------
    >>> problems = pd.DataFrame({"problem_id": ["a", "b"], "severity": [2, 5], "feasibility": [3, 3],
    ...                          "evidence_kinds": ["wawancara; dokumen", None]})
    >>> found = rank_problems(problems, pd.DataFrame({"cause": ["a"], "effect": ["b"]}))
    >>> found[["kind", "score", "evidence_kinds_count"]].to_numpy().tolist()
    [['akar masalah', 6.0, 2], ['gejala', nan, 0]]
    """
    found = problem_tree(problems.set_index("problem_id"), links)
    has_cause, has_effect = (found.index.isin(links[end]) for end in ("effect", "cause"))
    kind = (
        pd.Series("belum terhubung", found.index).mask(has_cause, "gejala").mask(has_effect, "akar masalah")
    )
    kinds = found["evidence_kinds"].fillna("").map(lambda text: len(set(text.split("; ")) - {""}))
    kind = kind.mask(has_cause & has_effect, "masalah antara")
    return found.assign(kind=kind, evidence_kinds_count=kinds).rename_axis("problem_id").reset_index()


def judge_areas(areas: pd.DataFrame, ranked: pd.DataFrame | None, actors: pd.DataFrame) -> pd.DataFrame:
    """Return the areas of intervention, best first, with their problem, partner, and whether they are fixable.

    An area is fixable where its problem is a root cause and its partner a contacted actor of the market; missing where
    ``ranked``, from :func:`rank_problems`, is None (the tree could not be read). ``score`` is impact x feasibility.

    Examples
    --------
    >>> areas = pd.DataFrame({"area_id": ["1"], "problem_id": ["a"], "actor_id": ["k"], "impact": [4], "feasibility": [3]})
    >>> ranked = pd.DataFrame({"problem_id": ["a"], "statement": ["Mutu"], "kind": ["gejala"], "evidence_kinds_count": [2]})
    >>> actors = pd.DataFrame({"actor_id": ["k"], "name": ["PT"], "actor_type": ["mitra swasta"], "commitment": ["calon"]})
    >>> judge_areas(areas, ranked, actors)[["score", "is_fixable"]].to_numpy().tolist()
    [[12.0, False]]
    """
    columns = {"statement": "problem", "kind": "problem_kind", "evidence_kinds_count": "evidence_kinds_count"}
    known = (
        pd.DataFrame(columns=["problem_id", *columns]) if ranked is None else ranked[["problem_id", *columns]]
    )
    found = areas.merge(known.rename(columns=columns), on="problem_id", how="left")
    partner = actors.set_index("actor_id").reindex(found["actor_id"]).reset_index(drop=True)
    can_act = partner["actor_type"].isin(MARKET_ACTORS) & partner["commitment"].isin(CONTACTED)
    is_root = found["problem_kind"] == "akar masalah"
    fixable = (
        (is_root & can_act).astype("boolean")
        if ranked is not None
        else pd.array([pd.NA] * len(found), "boolean")
    )
    score = (found["impact"] * found["feasibility"]).astype(float)
    found = found.assign(
        partner=partner["name"], commitment=partner["commitment"], is_fixable=fixable, score=score
    )
    return found.sort_values("score", ascending=False, kind="stable", ignore_index=True)


def buyers_of(links: pd.DataFrame, sellers: Sequence[str]) -> pd.DataFrame:
    """Return what ``sellers`` sell to each buyer now: ``product, unit, period, to_actor_id, volume``.

    Of a product with an unknown volume nothing is returned: shares of the rest would be wrong.
    """
    keys = ["product", "unit", "period"]
    sold = links[(links["status"] == "berjalan") & links["from_actor_id"].isin(sellers)]
    sold = sold[sold["volume"].notna().groupby([sold[key] for key in keys], dropna=False).transform("all")]
    return sold.groupby([*keys, "to_actor_id"], as_index=False)["volume"].sum()
