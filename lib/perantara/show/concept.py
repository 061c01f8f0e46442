"""What the report of stage 02 shows and says beside the parts that every stage has."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from perantara.methods.actors import CONTACTED, draft_team, list_candidates, map_actors
from perantara.methods.completeness import completeness
from perantara.methods.concept import PovertyReach, find_timeline_faults
from perantara.methods.context import valid_priorities, value_of
from perantara.methods.disclosure import MINIMUM_CELL
from perantara.methods.notes import N_
from perantara.show.census import census_access, duplicate_pct, state_census, take_cycles
from perantara.show.concept_scope import CONTEXT_TABLES, reach_is_told, round_half_up, take_timeline
from perantara.show.display import Display
from perantara.show.figures import plot_bars, show_figure
from perantara.show.tables import show_gap
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
    counts = found.set_index("breakdown")[["value"]].set_axis(
        [stage.terms["village"].capitalize()], axis="columns"
    )
    values = counts.iloc[:, 0]
    largest = str(values.idxmax())
    words = stage.terms | {
        "district": stage.district.title, "status": largest, "count": format_number(values.max()),
        "total": format_number(values.sum()), "year": str(found["period"].iloc[0]),
    }  # fmt: skip
    title = _("%(count)s dari %(total)s %(village)s di %(district)s berstatus %(status)s (IDM %(year)s)")
    listed = "; ".join(f"{name} {format_number(count)}" for name, count in values.items())
    return show_figure(
        stage, plot_bars(counts, axis_label=_("Jumlah %(village)s") % words, accent=largest), counts,
        *CONTEXT_TABLES, title=title % words, access="publik", rows=found,
        alt=_("Batang mendatar menurut status %(village)s: %(listed)s.") % (words | {"listed": listed}),
    )  # fmt: skip


def take_inventory(stage: Stage) -> pd.DataFrame:
    """Return what is known and what is missing, a row a table of initiative and district."""
    readings = [stage.reading(table) for table in stage.declaration.tables]
    rows = [
        {
            "item": reading.declaration.title, "status": _status(reading, stage.as_of), "row_count": len(reading.rows or ()),
            "coverage": reading.describe_coverage() or None, "newest_data_date": reading.data_date or None,
            "holder": reading.declaration.holder, "is_of_persons": bool(reading.declaration.confidential_columns),
        }
        for reading in readings
        if reading.declaration.scope != "reference"
    ]  # fmt: skip
    frame = pd.DataFrame(rows).astype({"row_count": "Int64"})
    is_of_persons = frame.pop("is_of_persons")  # their number is told in sentences, where that is safe
    return frame.assign(
        row_count=frame["row_count"].mask(is_of_persons),
        newest_data_date=pd.to_datetime(frame["newest_data_date"]),
    )


def _status(reading: TableReading, as_of: str) -> str:
    if reading.is_missing:
        return "tidak ada"
    return "sebagian" if reading.is_partial else "lama" if reading.is_old(as_of) else "ada"


def judge_concept(
    stage: Stage, reach: PovertyReach, scored: pd.DataFrame, reached: pd.DataFrame, own: pd.DataFrame
) -> Gate:
    """Hold the concept against the criteria that the stage declares (guide, 3.2)."""
    census, actors, coverage = stage.table("umk_census"), stage.table("actors"), stage.reading("umk_census")
    is_there = stage.table("concept_outputs")["status"].isin(["rancangan", "selesai"])
    valid = valid_priorities(stage.table("local_priorities"), stage.as_of)
    contacted = actors.loc[actors["actor_type"] == "mitra swasta", "commitment"].isin(CONTACTED)
    team = draft_team(map_actors(actors, stage.table("market_chain_links")))
    absent = team.loc[team["status"] != "ada", "team_element"]
    late = take_timeline(stage).query("slack_days < 0")["activity"]
    is_circular = bool(find_timeline_faults(stage.table("timeline"))["circle"])
    digits = 1 if reach_is_told(stage, reach, own) else None  # whole percents tell no household
    inside, outside = _rounded(reach.rate_inside_pct, digits), _rounded(reach.rate_outside_pct, digits)
    difference = None if None in (inside, outside) else reach.rate_inside_pct - reach.rate_outside_pct
    reasoned = valid_priorities(select_chosen(scored), stage.as_of)["reason"].notna()
    named = census.loc[census["is_poor"].notna(), "poverty_source"].notna()

    def known(value: float | None, *tables: str) -> float | None:
        return value if all(map(stage.has, tables)) else None

    return stage.judge(
        buyers_contacted=Measure(int(contacted.sum()) if len(contacted) else None, named=len(contacted)),
        census_complete=_whole(completeness(census, stage.declaration.needs["umk_census"]).mean()),
        outputs_present=known(int(is_there.sum()), "concept_outputs"),
        scope_set=Measure(known(reach.places, "trial_scope"), weighed=len(stage.table("trial_scope"))),
        poverty_reach_known=Measure(
            reach.known / reach.places * 100 if reach.places else None, known=reach.known, places=reach.places
        ),
        scope_poorer=Measure(_rounded(difference, digits), inside=inside, outside=outside),
        villages_covered=Measure(
            known(coverage.covered / coverage.expected * 100, "umk_census") if coverage.expected else None,
            coverage=coverage.describe_coverage(),
        ),
        duplicates_few=_rounded(duplicate_pct(stage)),
        poverty_source_named=_whole(named.mean() * 100),
        route_reasoned=Measure(known(int(reasoned.sum()), "program_options"), options=len(scored)),
        team_elements=Measure(known(len(team) - len(absent), "actors"), absent=", ".join(absent)),
        long_lead_in_time=Measure(
            known(None if is_circular else len(late), "timeline"), late="; ".join(late)
        ),
        targets_computed=known(int(reached.loc["households"].notna().sum()), "targets", "umk_census"),
        priority_linked=known(len(valid), "local_priorities"),
    )


def _rounded(value: float | None, digits: int | None = 1) -> float | None:
    return None if pd.isna(value) else round(value, digits)


def _whole(value: float) -> float | None:
    """Cut a share of persons to whole percents: a fraction would tell how many they are."""
    return None if pd.isna(value) else float(value // 1)


def select_chosen(scored: pd.DataFrame) -> pd.DataFrame:
    """Return the options of route that the district chose."""
    return scored[scored["is_chosen"].fillna(False).astype(bool)]


def state_findings(stage: Stage, own: pd.DataFrame) -> None:
    """State what was found and record its figures, in words true for whatever is there."""
    poverty, rows = value_of(own, "poverty_rate_pct"), own[own["indicator"] == "poverty_rate_pct"]
    if poverty is not None:
        stage.state(
            "%(rate)s %% penduduk %(district)s tergolong miskin (%(year)s).",
            rate=poverty, district=stage.district.title, year=str(rows["period"].iloc[-1]),
        )  # fmt: skip
    stage.figure("poverty_rate_pct", poverty, "%", *CONTEXT_TABLES, access="publik", rows=rows)
    kinds = stage.table("actors")["actor_type"]
    buyers, government = int((kinds == "mitra swasta").sum()), int(kinds.isin(GOVERNMENT).sum())
    counts = {"actors": len(kinds) - government, "government": government}
    said = N_("Tercatat %(actors)s pelaku pasar dan %(government)s unsur pemerintah; belum ada mitra swasta.")
    if len(kinds) == government:
        said, counts = N_("Belum ada pelaku pasar yang tercatat, jadi kebutuhan pembeli belum diketahui."), {}
    elif buyers:
        said = N_(
            "Tercatat %(actors)s pelaku pasar, di antaranya %(buyers)s mitra swasta, dan %(government)s unsur pemerintah."
        )
        counts["buyers"] = buyers
    stage.state(said, **counts)
    stage.figure("private_partners_named", buyers if stage.has("actors") else None, "pelaku", "actors")
    state_census(stage)


def state_concept(
    stage: Stage, reach: PovertyReach, scored: pd.DataFrame, reached: pd.DataFrame, own: pd.DataFrame
) -> None:
    """State what was found of scope, route and targets, and record their figures."""
    poor = reach.poor_inside if (reach.poor_inside or 0) >= MINIMUM_CELL else None
    access = "publik" if reach_is_told(stage, reach, own) else "internal"
    stage.figure("poor_households_in_scope", poor, "rumah tangga", "trial_scope", access=access)
    if reach.places == 0:
        stage.state("Lingkup uji coba belum ditetapkan.")
    elif poor is None:
        said = N_(
            "Lingkup uji coba ditetapkan di %(places)s tempat; rumah tangga miskinnya belum diketahui seluruhnya."
        )
        stage.state(said, places=reach.places)
    else:
        said = N_("Lingkup uji coba ditetapkan di %(places)s tempat dengan %(poor)s rumah tangga miskin.")
        stage.state(said, access, places=reach.places, poor=round(poor))
    chosen = select_chosen(scored)
    is_valid = chosen.index.isin(valid_priorities(chosen, stage.as_of).index)
    for row in chosen.assign(is_valid=is_valid).itertuples():
        said, words = N_("Jalur yang dipilih: %(route)s, melalui %(programme)s."), {}
        if not row.is_valid:
            said = N_(
                "Jalur yang tercatat: %(route)s, melalui %(programme)s; dasarnya berakhir %(year)s; periksa penggantinya."
            )
            words["year"] = str(int(row.valid_until_year))
        stage.state(said, route=row.route, programme=row.programme, **words)
    days = {
        "first": take_timeline(stage)["start_date"].min(),
        "last": take_timeline(stage)["finish_date"].max(),
    }
    for name, day in days.items():
        month = None if pd.isna(day) else f"{day:%Y-%m}"
        stage.figure(f"timeline_{name}_month", month, "bulan", "timeline", access="publik")
    levels = reached.loc["households"]
    figures = {f"households_reached_{level}": value for level, value in levels.items()}
    access = census_access(stage)
    for name, value in figures.items():
        stage.figure(name, value, "rumah tangga", "targets", "umk_census", access=access)
    stage.figure(
        "poor_households", reached.loc["poor_households", "middle"], "rumah tangga", "targets", "umk_census",
        access=census_access(stage, "is_poor"),
    )  # fmt: skip
    if levels[["low", "high"]].notna().all():
        place = stage.reading("umk_census").describe_coverage() or _("cakupan tidak diketahui")
        said = N_(
            "Dengan andaian tengah terjangkau %(middle)s rumah tangga (rendah %(low)s, tinggi %(high)s; %(place)s)."
        )
        stage.state(said, access, place=place, **round_half_up(levels).astype(int).to_dict())


def hand_over(stage: Stage) -> dict[str, pd.DataFrame]:
    """Return the tables that later stages take from the concept."""
    mapped = map_actors(stage.table("actors"), stage.table("market_chain_links"))
    *earlier, census = take_cycles(stage)
    commodity = stage.initiative.commodity
    return {
        "concept_inventory": take_inventory(stage),
        "candidate_commodities": list_candidates(stage.table("trial_scope"), census, commodity, earlier),
        "actor_map": mapped,
        "team_structure": draft_team(mapped),
        "concept_timeline": take_timeline(stage)[stage.store.declaration("concept_timeline").field_names],
    }
