"""Drafts to be edited in Word: the decree on the Tim Kerja, the head's regulation, the terms of reference."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from babel import dates
from babel.lists import format_list

from perantara.publish.word import blank, write_word
from perantara.stage.declaration import load_stages
from perantara.stage.gate import GATE_LABELS
from perantara.stage.results import read_findings, result_folder
from perantara.tables.store import TableReading, TableStore
from perantara.text import NO_VALUE, Sentence, _, format_date, format_number, in_terms, lazy, lower_first

if TYPE_CHECKING:
    from perantara.tables.places import Place, Roots

KINDS = ("keputusan", "perkada", "kak")
TABLES = (
    "regulation_instruments", "legal_tasks", "local_priorities", "team_members", "team_tasks", "team_raci",
    "core_team", "trial_scope", "targets", "budget_lines", "funding_sources",
)  # fmt: skip
STAGES = ("03", "04", "05")
_ELEMENTS = (
    "perangkat daerah",
    "pelaku usaha",
    "perwakilan UMK",
    "pemerintah kecamatan",
    "pemerintah desa/kelurahan",
)
_OF_CORE = dict.fromkeys(("Bappeda", "dinas koperasi dan UMKM", "perangkat daerah lain"), _ELEMENTS[0]) | {
    "kecamatan": "pemerintah kecamatan"
}
_POSITIONS = ("penanggung jawab", "ketua", "sekretaris", "anggota")
_TITLES = {"keputusan": lazy("Tim Kerja Keperantaraan Pasar"), "perkada": lazy("Keperantaraan Pasar")}
Row = Mapping[str, str]
Rows = Mapping[str, Sequence[Row]]


def write_draft(path: Path, roots: Roots, place: Place, kind: str, as_of: str) -> None:
    """Write the draft of a ``kind`` of ``KINDS``, as seen on ``as_of`` (ISO date); the errors of ``write_word``."""
    write_word(path, roots, f"draft_{kind}.docx", _values(roots, place, kind, place.as_of or as_of))


def _values(roots: Roots, place: Place, kind: str, as_of: str) -> dict[str, Any]:
    """Return every name that the three templates may fill; "" where no table tells it."""
    store, district, initiative = TableStore(roots), place.district, place.initiative
    tables = {name: store.read(name, place).for_cycle(place.cycle).known_by(place.as_of) for name in TABLES}
    rows: Rows = {name: reading.rows or () for name, reading in tables.items()}
    own = _instrument(rows, kind, as_of)
    is_renewal = own.get("status") == "ditetapkan"
    places = [row for row in rows["trial_scope"] if row["status"] != "tidak dipilih"]
    serves = _("%(document)s, yaitu %(item)s")
    compiled = _("Disusun dari sumber publik, bukan oleh pemerintah daerahnya")
    return {
        "made_up_mark": _("Data rekaan untuk latihan") if district.is_rekaan else "",
        "compiled_mark": compiled if district.is_compiled else "",
        "district": district.title, "district_name": district.name, "province": district.province,
        "terms": district.terms, "head": f"{district.terms['head']} {district.name}",
        "cycle": place.cycle, "commodity": initiative.commodity, "initiative": initiative.title,
        "parent": initiative.parent_programme, "as_of": format_date(as_of), "owner": own.get("owner", ""),
        "title": own.get("title") or str(_TITLES.get(kind, "")),
        "valid_until": "" if is_renewal or not own.get("valid_until") else format_date(own["valid_until"]),
        "previous": own["number_year"] if is_renewal else "",
        "priorities": _listed(
            serves % {"document": row["document"], "item": lower_first(row["item"])} for row in rows["local_priorities"]
        ),
        "bases": [*_bases(store, kind, district.province), *_local_bases(rows, kind, as_of, own)],
        "villages": _listed(village["name"] for village in initiative.target_villages),
        "scope": [row | {"poor_households": _count(row["poor_households"])} for row in places],
        "targets": [row | {name: _count(row[name]) for name in ("baseline", "low", "middle", "high")}
                    for row in rows["targets"]],
        **_team(rows, district), **_money(store, rows),
        "notes": [*_found(roots, place), *_waiting(rows, own)],
        "sources": [_source(reading) for reading in tables.values() if not reading.is_missing],
        "gaps": [{"title": _(t.title), "why": _(t.why), "holder": in_terms(_(t.holder), district.kind, district.terms)}
                 for t in (reading.declaration for reading in tables.values() if reading.is_missing)],
    }  # fmt: skip


def _count(text: str) -> str:
    return format_number(float(text)) if text else NO_VALUE


def _rupiah(amount: Decimal | str) -> str:
    return f"Rp{format_number(float(amount))}" if amount != "" else ""


def _listed(parts: Iterable[str]) -> str:
    return format_list(list(dict.fromkeys(parts)), locale="id")


def _instrument(rows: Rows, kind: str, as_of: str) -> Row:
    """Return the row of the document that this draft is for: one still being made before one in force."""
    usable = [
        row for row in rows["regulation_instruments"]
        if row["kind"] == kind.capitalize() and row["is_parent"] != "ya" and row["status"] != "dicabut"
        and (kind == "perkada" or row["covers_working_team"] == "ya") and not "" < row["valid_until"] < as_of
    ]  # fmt: skip
    return min(usable, key=lambda row: row["status"] == "ditetapkan", default={})


def _bases(store: TableStore, kind: str, province: str) -> list[str]:
    """Return the references of the country's law, those whose text was not read marked so."""
    return [
        " ".join(filter(None, (row["reference"], f"({row['gazette']})" if row["gazette"] else "", row["amended_by"],
                               _unread() if row["certainty"] != "dibaca" else "")))
        for row in store.read("legal_bases").rows or ()
        if row[f"in_{kind}"] == "ya" and row["province"] in ("", province)
    ]  # fmt: skip


def _unread(why: str = "") -> str:
    return f"[periksa: {why}]" if why else "[periksa]"


def _local_bases(rows: Rows, kind: str, as_of: str, own: Row) -> list[str]:
    """Return the district's own documents that a draft rests on; nobody recorded that their text was read."""
    found = [
        row for row in rows["regulation_instruments"]
        if row["status"] == "ditetapkan" and row is not own
        and (row["kind"] in ("Perda", "Perkada")[: 1 + (kind != "perkada")] or row["is_parent"] == "ya")
    ]  # fmt: skip
    ended = _("berlaku sampai %(date)s")
    return [
        _("%(number)s tentang %(title)s %(mark)s") % {
            "number": row["number_year"] or blank(_("nomor dan tahun")), "title": row["title"],
            "mark": _unread(ended % {"date": format_date(row["valid_until"])} if "" < row["valid_until"] < as_of else ""),
        }
        for row in found
    ]  # fmt: skip


def _team(rows: Rows, district: Any) -> dict[str, Any]:
    """Return the members (or, where none is named, the elements of the core team) and who holds which task."""

    def say(text: str) -> str:
        return in_terms(_(text), district.kind, district.terms)

    members = sorted(rows["team_members"], key=lambda row: _POSITIONS.index(row["team_position"]))
    team = [{"name": row["member_name"], "institution": row["institution"], "element": say(row["element"]),
             "position": _(row["team_position"])} for row in members]  # fmt: skip
    team = team or [{"name": "", "institution": row["institution"], "element": say(row["element"]),
                     "position": f"{say(row['role'])} {_unread() if row['status'] != 'ditetapkan' else ''}".strip()}
                    for row in rows["core_team"]]  # fmt: skip
    there = {_OF_CORE.get(row["element"], row["element"]) for row in members or rows["core_team"]}
    team += [{"name": "", "institution": "", "element": say(element), "position": ""}
             for element in _ELEMENTS if element not in there]  # fmt: skip
    names = {row["member_id"]: row["member_name"] or row["institution"] for row in members}
    held: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows["team_raci"]:
        held[row["task_id"], row["duty"]].append(names.get(row["member_id"], row["member_id"]))
    tasks = [{"task": row["task"], "role": say(row["team_role"]), "accountable": ", ".join(held[row["task_id"], "A"]),
              "does": ", ".join(held[row["task_id"], "R"])} for row in rows["team_tasks"]]  # fmt: skip
    leader = next((row["institution"] for row in members if row["team_position"] == _POSITIONS[0]), "")
    proposed = sum(row["status"] == "diusulkan" for row in members or rows["core_team"])
    return {"members": team, "tasks": tasks, "responsible": leader, "proposed": proposed or ""}


def _money(store: TableStore, rows: Rows) -> dict[str, Any]:
    """Return the cost of the Tim Kerja, the lines that swakelola tipe 3 may pay, and the sources of their years."""
    lines, mechanism = rows["budget_lines"], "swakelola tipe 3"
    matrix = store.read("funding_matrix").rows or ()
    allowed = {(row["scope"], row["cost_need"]) for row in matrix if row["mechanism"] == mechanism}
    fitting = [row for row in lines if (row["block"], row["cost_need"]) in allowed]
    eligible = [row for row in fitting if row["code"]]
    costs = [
        {"description": row["description"], "code": row["code"], "unit": row["unit"], "months": _months([row]),
         "quantity": _count(row["quantity"]), "price": _rupiah(row["unit_price_idr"]), "total": _rupiah(_sum([row]))}
        for row in eligible
    ]  # fmt: skip
    years = {row["fiscal_year"] for row in lines}
    funding = [
        {"name": row["name"], "kind": row["source_kind"], "certainty": row["certainty"],
         "ceiling": _rupiah(row["ceiling_idr"]), "year": row["fiscal_year"], "source": row["source"]}
        for row in rows["funding_sources"] if row["fiscal_year"] in years
    ]  # fmt: skip
    team = [row for row in lines if row["block"] == "tim_kerja"]
    return {
        "costs": costs, "costs_total": _rupiah(_sum(eligible)) if eligible else "", "period": _months(eligible),
        "packages": list(dict.fromkeys(row["activity_package"] for row in eligible)),
        "without_code": len(fitting) - len(eligible) or "", "funding": funding,
        "team_cost": _rupiah(_sum(team)) if team else "",
    }  # fmt: skip


def _sum(lines: Iterable[Row]) -> Decimal:
    return sum((Decimal(row["quantity"]) * Decimal(row["unit_price_idr"]) for row in lines), Decimal())


def _months(lines: Iterable[Row]) -> str:
    """Return the months of the lines, such as "Maret 2026 s.d. Mei 2026"."""
    days = sorted(dt.date(int(row["fiscal_year"]), int(row["month"]), 1) for row in lines)
    shown = [dates.format_date(day, "MMMM y", locale="id") for day in dict.fromkeys(days[:1] + days[-1:])]
    return _(" s.d. ").join(shown)


def _found(roots: Roots, place: Place) -> list[str]:
    """Say what the stages on law, money and team found, as far as they were run."""
    notes = []
    unrun = _("Tahap %(number)s (%(title)s) belum dijalankan: perantara run %(place)s --stage %(number)s")
    run = _("Tahap %(number)s (%(title)s), keadaan per %(date)s: %(result)s. %(unmet)s")
    for stage in (stage for name, stage in load_stages(roots).items() if name[:2] in STAGES):
        words = {"number": stage.name[:2], "title": _(stage.title), "place": place.address}
        if findings := read_findings(result_folder(roots, place, stage.name)):
            gate = findings["gate"]
            unmet = [Sentence.from_json(c["evidence"]) for c in gate["criteria"] if c["status"] != "met"]
            words |= {"unmet": " ".join(map(str, unmet)), "result": GATE_LABELS[gate["status"]]}
            words |= {"date": format_date(findings["as_of"])}
        notes.append(((run if findings else unrun) % words).strip())
    return notes


def _waiting(rows: Rows, own: Row) -> list[str]:
    """Say which steps of the legal process of this document are not done."""
    said = _("Langkah hukum yang belum selesai: %(title)s (%(actor)s).")
    steps = [row for row in rows["legal_tasks"] if own and row["instrument_id"] == own["instrument_id"]]
    return [said % row for row in steps if not row["actual_finish_date"]]


def _source(reading: TableReading) -> dict[str, str]:
    return {
        "title": _(reading.declaration.title), "rows": format_number(len(reading.rows or ())),
        "source": "; ".join(dict.fromkeys(source for source, _basis in reading.sources)),
        "basis": ", ".join(reading.bases), "date": format_date(reading.data_date) if reading.data_date else NO_VALUE,
    }  # fmt: skip
