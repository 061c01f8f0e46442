"""What the report of stage 02 shows and says beside the parts that every stage has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.actors import CONTACTED, draft_team, list_candidates, map_actors
from perantara.methods.completeness import completeness
from perantara.methods.concept import PovertyReach, find_timeline_faults
from perantara.methods.context import valid_priorities, value_of
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.show.census import duplicate_pct, state_census, take_census
from perantara.show.concept_scope import CONTEXT_TABLES, take_timeline
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_gap, show_table
from perantara.stage.gate import Measure
from perantara.text import _, format_number

if TYPE_CHECKING:
    from perantara.stage import Stage
    from perantara.stage.gate import Gate
    from perantara.tables.store import TableReading

GOVERNMENT = ("perangkat daerah", "pemerintah kecamatan", "pemerintah desa")


def show_village_status(stage: Stage, own: pd.DataFrame) -> Display:
    """Draw how many villages have each status of the village index, or show the gap."""
    found = own[own["indicator"] == "villages_by_development_status_count"]
    if found.empty:
        return show_gap(stage, "district_context")
    counts = found.set_index("breakdown")[["value"]].set_axis([_("Desa")], axis="columns")
    values = counts.iloc[:, 0]
    largest = str(values.idxmax())
    words = {
        "village": stage.terms["village"], "district": stage.district.title, "status": largest,
        "count": format_number(values.max()), "total": format_number(values.sum()),
        "year": str(found["period"].iloc[0]),
    }  # fmt: skip
    title = _("%(count)s dari %(total)s %(village)s di %(district)s berstatus %(status)s (IDM %(year)s)")
    listed = "; ".join(f"{name} {format_number(count)}" for name, count in values.items())
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah %(village)s") % words, accent=largest), counts,
        *CONTEXT_TABLES, title=title % words, access="publik", rows=found,
        alt=_("Batang mendatar menurut status desa: %(listed)s.") % {"listed": listed},
    )  # fmt: skip


def take_inventory(stage: Stage) -> pd.DataFrame:
    """Return what is known and what is missing, a row a table of initiative and district."""
    rows = []
    for table in stage.declaration.tables:
        reading = stage.reading(table)
        if reading.declaration.scope == "reference":
            continue
        status = "tidak ada" if reading.is_missing else "lama" if reading.is_old(stage.as_of) else "ada"
        rows.append(
            {
                "item": reading.declaration.title,
                "status": "sebagian" if reading.is_partial else status,
                "row_count": _countable(reading),
                "coverage": reading.describe_coverage() or None,
                "newest_data_date": reading.data_date or None,
                "holder": reading.declaration.holder,
            }
        )
    frame = pd.DataFrame(rows)
    return frame.assign(
        row_count=frame["row_count"].astype("Int64"),
        newest_data_date=pd.to_datetime(frame["newest_data_date"]),
    )


def _countable(reading: TableReading) -> int | None:
    """Return how many rows a table has; not where they are so few persons or firms to tell."""
    count = len(reading.rows or ())
    is_of_persons = bool(reading.declaration.confidential_columns)
    return None if is_of_persons and 0 < count < MINIMUM_CELL else count


def judge_concept(stage: Stage, reach: PovertyReach, scored: pd.DataFrame, reached: pd.DataFrame) -> Gate:
    """Hold the concept against the criteria that the stage declares (guide, 3.2)."""
    has, census, actors = stage.has, stage.table("umk_census"), stage.table("actors")
    outputs, options, coverage = stage.table("concept_outputs"), scored, stage.reading("umk_census")
    buyers = actors[actors["actor_type"] == "mitra swasta"]
    filled = completeness(census, stage.declaration.needs["umk_census"]).mean()
    flagged = census[census["is_poor"].notna()]
    chosen = options[options["is_chosen"].fillna(False).astype(bool)]
    difference = None
    if reach.rate_inside_pct is not None and reach.rate_outside_pct is not None:
        difference = reach.rate_inside_pct - reach.rate_outside_pct
    late = take_timeline(stage).query("slack_days < 0")["activity"]
    faulty = has("timeline") and find_timeline_faults(stage.table("timeline"))["circle"]
    team = draft_team(map_actors(actors, stage.table("market_chain_links")))
    absent = team.loc[team["status"] != "ada", "team_element"]
    covered = coverage.covered / coverage.expected * 100 if coverage.expected and has("umk_census") else None
    contacted = int(buyers["commitment"].isin(CONTACTED).sum()) if has("actors") else None
    present = int(outputs["status"].isin(["rancangan", "selesai"]).sum()) if has("concept_outputs") else None
    known_pct = reach.known / reach.places * 100 if reach.places else None
    reasoned = int(chosen["reason"].notna().sum()) if has("program_options") else None
    rates = {"inside": _rounded(reach.rate_inside_pct), "outside": _rounded(reach.rate_outside_pct)}
    valid = valid_priorities(stage.table("local_priorities"), stage.as_of)
    can_compute = has("targets") and has("umk_census")
    return stage.judge(
        buyers_contacted=Measure(contacted, named=len(buyers)),
        census_complete=round(filled, 1) if has("umk_census") else None,
        outputs_present=present,
        scope_set=Measure(reach.places if has("trial_scope") else None, weighed=len(stage.table("trial_scope"))),
        poverty_reach_known=Measure(known_pct, known=reach.known, places=reach.places),
        scope_poorer=Measure(_rounded(difference), **rates),
        villages_covered=Measure(covered, coverage=coverage.describe_coverage()),
        duplicates_few=_rounded(duplicate_pct(take_census(stage))),
        poverty_source_named=None if flagged.empty else float(flagged["poverty_source"].notna().mean() * 100),
        route_reasoned=Measure(reasoned, options=len(options)),
        team_elements=Measure(len(team) - len(absent) if has("actors") else None, absent=", ".join(absent)),
        long_lead_in_time=Measure(len(late) if has("timeline") and not faulty else None, late="; ".join(late)),
        targets_computed=int(reached.loc["households"].notna().sum()) if can_compute else None,
        priority_linked=len(valid) if has("local_priorities") else None,
    )  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)


def state_findings(stage: Stage, own: pd.DataFrame) -> None:
    """State what was found and record its figures, in words true for whatever is there."""
    poverty = value_of(own, "poverty_rate_pct")
    rows = own[own["indicator"] == "poverty_rate_pct"]
    if poverty is not None:
        year = str(rows["period"].iloc[-1])
        stage.state(
            "%(rate)s %% penduduk %(district)s tergolong miskin (%(year)s).",
            rate=poverty, district=stage.district.title, year=year,
        )  # fmt: skip
    stage.figure("poverty_rate_pct", poverty, "%", *CONTEXT_TABLES, access="publik", rows=rows)
    _state_actors(stage)
    state_census(stage)


def _state_actors(stage: Stage) -> None:
    actors = stage.table("actors")
    buyers = int((actors["actor_type"] == "mitra swasta").sum())
    government = int(actors["actor_type"].isin(GOVERNMENT).sum())
    counts = {"actors": len(actors) - government, "government": government}
    if len(actors) == government:
        stage.state("Belum ada pelaku pasar yang tercatat, jadi kebutuhan pembeli belum diketahui.")
    elif buyers == 0:
        stage.state(
            "Tercatat %(actors)s pelaku pasar dan %(government)s unsur pemerintah; belum ada mitra swasta.",
            **counts,
        )
    else:
        stage.state(
            "Tercatat %(actors)s pelaku pasar, di antaranya %(buyers)s mitra swasta, dan %(government)s unsur pemerintah.",
            buyers=buyers, **counts,
        )  # fmt: skip
    stage.figure("private_partners_named", buyers if stage.has("actors") else None, "pelaku", "actors")


def show_team(stage: Stage, team: pd.DataFrame) -> Display:
    """Show the elements of a Tim Kerja that have candidates, or the gap of the actors."""
    if not stage.has("actors"):
        return show_gap(stage, "actors")
    return show_table(stage, team, "team_structure", caption=_("Unsur Tim Kerja dan calonnya"))


def state_concept(stage: Stage, reach: PovertyReach, scored: pd.DataFrame, reached: pd.DataFrame) -> None:
    """State what was found of scope, route, timeline and targets, and record their figures."""
    stage.figure(
        "poor_households_in_scope", reach.poor_inside, "rumah tangga", "trial_scope", access="publik"
    )
    if reach.places == 0:
        stage.state("Lingkup uji coba belum ditetapkan.")
    elif reach.poor_inside is None or reach.poor_inside < MINIMUM_CELL:
        stage.state(
            "Lingkup uji coba ditetapkan di %(places)s tempat; rumah tangga miskinnya belum diketahui seluruhnya.",
            places=reach.places,
        )
    else:
        stage.state("Lingkup uji coba ditetapkan di %(places)s tempat dengan %(poor)s rumah tangga miskin.",
                    places=reach.places, poor=round(reach.poor_inside))  # fmt: skip
    chosen = scored[scored["is_chosen"].fillna(False).astype(bool)]
    for row in chosen.itertuples():
        stage.state(
            "Jalur yang dipilih: %(route)s, melalui %(programme)s.", route=row.route, programme=row.programme
        )
    for name, level in (("low", "low"), ("middle", "middle"), ("high", "high")):
        value = reached.loc["households", level]
        stage.figure(
            f"households_reached_{name}", value, "rumah tangga", "targets", "umk_census", access="publik"
        )
    low, middle, high = (reached.loc["households", level] for level in ("low", "middle", "high"))
    if pd.notna(low) and pd.notna(high):
        stage.state("Dengan andaian tengah terjangkau %(middle)s rumah tangga (rendah %(low)s, tinggi %(high)s).",
                    middle=round(middle), low=round(low), high=round(high))  # fmt: skip


def hand_over(stage: Stage) -> dict[str, pd.DataFrame]:
    """Return the tables that later stages take from the concept."""
    mapped = map_actors(stage.table("actors"), stage.table("market_chain_links"))
    checked = take_timeline(stage)
    columns = stage.store.declaration("concept_timeline").field_names
    return {
        "concept_inventory": take_inventory(stage),
        "candidate_commodities": list_candidates(stage.table("trial_scope"), take_census(stage), stage.initiative.commodity),
        "actor_map": mapped,
        "team_structure": draft_team(mapped),
        "concept_timeline": checked[columns],
    }  # fmt: skip
