"""What stage 06 shows and says of problems, their root causes and where to intervene."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

import pandas as pd

from perantara.methods import market
from perantara.methods.chain import concentration
from perantara.methods.context import valid_priorities
from perantara.methods.notes import N_
from perantara.show.chain_map import name_actors
from perantara.show.display import Display
from perantara.show.figures import canvas, show_figure
from perantara.show.style import ACCENT, INK, MUTED
from perantara.show.tables import show_missing, show_table, show_text
from perantara.stage.gate import Measure
from perantara.text import Sentence, _, format_number

if TYPE_CHECKING:
    from perantara.stage import Stage

ROOT = "akar masalah"
ACTION = ["area_id", "area", "problem", "partner", "partner_incentive", "is_chosen"]
APPRAISAL = [
    "area_id",
    "problem_kind",
    "commitment",
    "impact",
    "feasibility",
    "score",
    "is_fixable",
    "reason",
]
_FIGURE_1 = ("P009", "P010", "P011")  # the statements of the guide that hold its nine marks
_FAULTS = {
    "circle": N_("Masalah saling menyebabkan, jadi akarnya tidak dapat dikenali: %(item)s."),
    "unknown": N_("Hubungan sebab akibat menyebut masalah yang tidak tercatat: %(item)s."),
    "unexplained": N_("Neraca bahan belum terjelaskan di %(item)s."),
    "loss": N_("Kehilangan tanpa penjelasan di %(item)s."),
    "form": N_(
        "Bentuk produk berbeda tanpa faktor konversi pada saluran %(item)s; harganya tidak dibandingkan."
    ),
    "above": N_("Harga produsen lebih tinggi daripada harga konsumen pada saluran %(item)s."),
    "evidence": N_("Masalah tanpa bukti: %(item)s."),
    "symptom": N_("Area intervensi bertumpu pada gejala atau masalah antara, bukan akar masalah: %(item)s."),
    "partner": N_("Area intervensi tanpa mitra pasar yang tercatat: %(item)s."),
}


def analyse_problems(stage: Stage) -> dict[str, pd.DataFrame]:
    """Return the tables of root causes and of areas; without ranks where the tree is not sound."""
    problems, links = stage.table("problems"), stage.table("problem_links")
    is_sound = len(problems) and len(links) and not any(market.find_tree_faults(problems, links).values())
    ranked = market.rank_problems(problems, links) if is_sound else None
    areas = market.judge_areas(stage.table("intervention_areas"), ranked, stage.table("actors"))
    shown = problems.head(0).reindex(columns=["kind"]) if ranked is None else ranked
    return {
        name: frame.reindex(columns=[field.name for field in stage.store.declaration(name).fields])
        for name, frame in (("root_causes", shown), ("intervention_area", areas))
    }


def show_diagnosis(stage: Stage) -> Display:
    """Show the nine marks of the guide's figure 1 and what holds of them here."""
    said = stage.table("guide_statements").query("statement_id in @_FIGURE_1")
    said = said.assign(label=said["statement"].str.rstrip(".").str.split("; ")).explode("label")
    found = stage.table("chain_diagnosis").assign(key=lambda f: f["label"].str.lower())
    marks = said[["actor", "label"]].assign(key=said["label"].str.lower())
    rows = marks.merge(found[["key", "finding", "evidence"]], on="key", how="left")
    rows = rows.assign(label=rows["label"].str[0].str.upper() + rows["label"].str[1:])
    return show_table(
        stage, rows.fillna({"finding": "belum diketahui"}).drop(columns="key"), "guide_statements", "chain_diagnosis",
        titles={"finding": _("Keadaan di sini"), "label": _("Tanda menurut Gambar 1"), "evidence": _("Bukti")},
        caption=_("Sembilan tanda relasi ekonomi konvensional dan keadaannya di sini"),
    )  # fmt: skip


def show_tree(stage: Stage, roots: pd.DataFrame) -> Display:
    """Draw the problem tree from root causes (left) to symptoms (right), or say why it cannot be."""
    if missing := show_missing(stage, "problems", "problem_links"):
        return missing
    if roots.empty:
        return show_text(
            _("Pohon masalah tidak dapat digambar; lihat yang perlu diperbaiki di halaman pertama.")
        )
    links, count = stage.table("problem_links"), int((roots["kind"] == ROOT).sum())
    levels = _levels(roots["problem_id"], links)
    tallest = max(map(len, levels))
    spots = {
        one: (column, (tallest + len(level)) / 2 - 1 - row)
        for column, level in enumerate(levels) for row, one in enumerate(level)
    }  # fmt: skip
    with canvas(0.6 + 0.78 * tallest) as (figure, axes):
        for link in links.itertuples():
            (x0, y0), (x1, y1) = spots[link.cause], spots[link.effect]
            axes.annotate(
                "", (x1 - 0.3, y1), (x0 + 0.3, y0), arrowprops={"arrowstyle": "-|>", "color": MUTED}
            )
        for row in roots.itertuples():
            text = textwrap.fill(f"{row.problem_id} {row.statement}", 30, max_lines=3, placeholder=" …")
            edge = ACCENT if row.kind == ROOT else INK
            box = {"boxstyle": "round", "facecolor": "white", "edgecolor": edge}
            axes.text(*spots[row.problem_id], text, ha="center", va="center", fontsize=6.5, bbox=box)
        axes.set(xlim=(-0.45, len(levels) - 0.55), ylim=(-0.6, tallest - 0.4), xticks=[], yticks=[])
        axes.grid(visible=False)
        axes.set_xlabel(
            _("Kotak hijau di kiri: akar masalah; paling kanan: gejala. Panah berarti menyebabkan."),
            fontsize=8,
            loc="left",
        )
    listed = "; ".join(f"{link.cause} → {link.effect}" for link in links.itertuples())
    return show_figure(
        stage, figure, roots, "problems", "problem_links",
        title=_("%(roots)s dari %(all)s masalah adalah akar masalah") % {"roots": count, "all": len(roots)},
        alt=_("Bagan sebab akibat: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def _levels(ids: pd.Series, links: pd.DataFrame) -> list[list[str]]:
    import networkx as nx

    graph = nx.DiGraph(list(links[["cause", "effect"]].itertuples(index=False, name=None)))
    graph.add_nodes_from(ids)
    return [sorted(level) for level in nx.topological_generations(graph)]


def show_roots(stage: Stage, roots: pd.DataFrame) -> Display:
    """Show the problems, root causes first, with what makes their score."""
    columns = ["problem_id", "statement", "kind", "reach", "severity", "feasibility", "score",
               "evidence_kinds_count", "most_affected"]  # fmt: skip
    if roots.empty:
        return show_text(_("Masalah belum dapat diurutkan."))
    return show_table(
        stage, roots, "root_causes", "problems", "problem_links", columns=columns,
        caption=_("Akar masalah menurut nilai: masalah yang diakibatkan × berat × dapat diatasi"),
    )  # fmt: skip


def show_area_map(stage: Stage, areas: pd.DataFrame) -> Display:
    """Draw the areas by impact and feasibility; those chosen in the accent colour, or show the gap."""
    known = areas.dropna(subset=["impact", "feasibility"])
    if known.empty:
        return show_missing(stage, "intervention_areas") or show_text(
            _("Dampak dan kelayakan area belum dinilai.")
        )
    spots = known.assign(is_chosen=known["is_chosen"].eq(True)).groupby(["feasibility", "impact"])
    with canvas(3.6) as (figure, axes):
        for (x, y), rows in spots:
            axes.scatter(x, y, s=90, color=ACCENT if rows["is_chosen"].any() else MUTED, zorder=3)
            names = "\n".join(textwrap.fill(f"{row.area_id} {row.area}", 34) for row in rows.itertuples())
            axes.annotate(
                names, (x, y), (-8, 0), textcoords="offset points", fontsize=6.5, ha="right", va="center",
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            )  # fmt: skip
        axes.axhline(3, color=MUTED, linewidth=0.6), axes.axvline(3, color=MUTED, linewidth=0.6)
        axes.set(xlim=(0.5, 5.4), ylim=(0.5, 5.5), xticks=range(1, 6), yticks=range(1, 6))
        axes.set(xlabel=_("Dapat dilaksanakan (skala 1-5)"), ylabel=_("Dampak (skala 1-5)"))
    chosen = ", ".join(known.loc[known["is_chosen"].eq(True), "area_id"]) or _("belum ada")
    listed = "; ".join(f"{row.area_id}: {row.impact}, {row.feasibility}" for row in known.itertuples())
    return show_figure(
        stage, figure, known, "intervention_areas", title=_("Area yang dipilih: %(chosen)s") % {"chosen": chosen},
        alt=_("Area menurut dampak dan kelayakan: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def name_chain_faults(stage: Stage, found: dict[str, pd.DataFrame]) -> None:
    """Name what must be mended in the analysis: one sentence for each."""
    balance = name_actors(stage, found["chain_balance"], "actor_id")
    limit, problems, areas = (
        stage.parameters["balance_tolerance_pct"],
        stage.table("problems"),
        found["intervention_area"],
    )
    prices = found["chain_margins"]
    ends = prices.groupby("channel")["price_idr_per_final_unit"].agg(["first", "last", "count"])
    named = {
        **(market.find_tree_faults(problems, stage.table("problem_links")) if len(problems) else {}),
        "unexplained": balance.loc[balance["unexplained_pct"].abs() > limit, "actor_id"],
        "loss": balance.loc[(balance["lost"] > 0) & balance["loss_reason"].isna(), "actor_id"],
        "form": [name for name, end in ends.iterrows() if not end["count"]],
        "above": ends.index[ends["first"] > ends["last"]],
        "evidence": problems.loc[problems["evidence_kinds"].isna(), "problem_id"],
        "symptom": areas.loc[areas["problem_kind"].notna() & (areas["problem_kind"] != ROOT), "area"],
        "partner": areas.loc[areas["partner"].isna() & stage.has("actors"), "area"],
    }  # fmt: skip
    told = [Sentence(_FAULTS[kind], {"item": item}) for kind, items in named.items() for item in items]
    stage.faults = [*(fault for fault in stage.faults if fault.message not in _FAULTS.values()), *told]


def measure_analysis(stage: Stage, found: dict[str, pd.DataFrame]) -> dict[str, Any]:
    """Return what the declared criteria of the analysis are held against, by name."""
    areas, balance = found["intervention_area"], found["chain_balance"]
    chosen = areas[areas["is_chosen"].eq(True)]
    wanted = market.measure_specification(stage.table("buyer_specification"))
    measured = wanted.loc[wanted["is_met"].notna(), "dimension"].unique()
    checks = market.check_partners(stage.table("actors"), stage.table("partner_checks"))
    is_ranked, largest = len(found["root_causes"]) > 0, balance["unexplained_pct"].abs().max()
    is_service = stage.initiative.is_service
    aspects, priorities = stage.table("environment"), stage.table("local_priorities")
    symptoms = chosen.loc[chosen["problem_kind"] != ROOT, "area_id"]
    return {
        "roots_evidenced": Measure(
            chosen["evidence_kinds_count"].min() if is_ranked and len(chosen) else None, areas=len(chosen)
        ),
        "area_on_root": Measure(len(symptoms) if is_ranked and len(chosen) else None, symptoms=", ".join(symptoms)),
        "area_fixable": Measure(
            int(chosen["is_fixable"].sum()) if is_ranked and len(areas) and stage.has("actors") else None, chosen=len(chosen)
        ),
        "specification_measured": Measure(
            len(measured) if stage.has("buyer_specification") else None, dimensions=", ".join(sorted(measured)),
            met=int(wanted["is_met"].sum()), all=len(wanted),
        ),
        "balance_explained": Measure(
            0.0 if is_service else None if balance["unexplained_pct"].isna().all() else round(float(largest), 1),
            applies=N_("tidak berlaku untuk jasa") if is_service else N_("di antara pelaku yang dicatat"),
        ),
        "prices_comparable": found["chain_margins"].dropna(subset="share_of_final_price_pct")["channel"].nunique()
        if stage.has("chain_prices") else None,
        "partners_checked": round(float((checks["met"] != "belum diketahui").mean() * 100), 1)
        if len(checks) and stage.has("partner_checks") else None,
        "environment_known": aspects["aspect"].nunique() if len(aspects) else None,
        "priority_linked": len(valid_priorities(priorities, stage.as_of)) if len(priorities) else None,
    }  # fmt: skip


def state_analysis(stage: Stage, found: dict[str, pd.DataFrame]) -> None:
    """State what the analysis found, and record its figures; amounts only in the internal edition."""
    roots, areas, wanted = (
        found["root_causes"],
        found["intervention_area"],
        stage.table("buyer_specification"),
    )
    top, chosen = roots[roots["kind"] == ROOT], areas[areas["is_chosen"].eq(True)]
    producers = found["chain_margins"].drop_duplicates("channel").dropna(subset="share_of_final_price_pct")
    if len(top):
        said = N_("Akar masalah dengan nilai tertinggi: %(problem)s; akibatnya %(reach)s masalah lain.")
        stage.state(said, problem=top["statement"].iloc[0], reach=int(top["reach"].iloc[0]))
    else:
        said = N_(
            "Akar masalah belum dapat dikenali; tercatat %(actors)s pelaku dan %(support)s bentuk dukungan."
        )
        stage.state(said, actors=len(stage.table("actors")), support=len(stage.table("interventions")))
        facts = stage.table("initiative_facts").query("topic == 'komoditas'")
        known = [
            row.statement + ("" if pd.isna(row.value) else f" ({format_number(row.value)} {row.unit})")
            for row in facts.itertuples()
        ]
        if known:
            stage.state("Yang diketahui tentang komoditas: %(facts)s", facts=" ".join(known))
    for area in chosen.itertuples():
        partner = N_("mitra yang belum tercatat") if pd.isna(area.partner) else area.partner
        stage.state(
            "Area intervensi yang dipilih: %(area)s, bersama %(partner)s.", area=area.area, partner=partner
        )
    if len(wanted):
        met = market.measure_specification(wanted)["is_met"]
        said = N_("Dari %(all)s syarat pembeli, %(measured)s sudah diukur dan %(met)s terpenuhi.")
        stage.state(said, all=len(wanted), measured=int(met.notna().sum()), met=int(met.sum()))
    for row in producers.itertuples():
        said = N_("Produsen menerima %(share)s %% dari harga konsumen, %(channel)s.")
        stage.state(
            said,
            "internal",
            share=round(row.share_of_final_price_pct, 1),
            channel=row.channel[0].lower() + row.channel[1:],
        )
    sellers = stage.table("actors").query("actor_type == 'umk'")["actor_id"]
    sold = market.buyers_of(stage.table("market_chain_links"), sellers)
    own = sold[sold["product"].eq(sold.groupby("product")["volume"].sum().idxmax())] if len(sold) else sold
    share = producers["share_of_final_price_pct"].min() if len(producers) else None
    stage.figure("producer_share_lowest_pct", share, "%", "chain_prices")
    stage.figure(
        "root_causes_count", len(top) if len(roots) else None, "masalah", "problems", access="publik"
    )
    stage.figure(
        "buyer_hhi",
        concentration(own["volume"])[1] if own["volume"].sum() > 0 else None,
        "0-10.000",
        "market_chain_links",
    )
