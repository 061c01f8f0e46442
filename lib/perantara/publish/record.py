"""The decision record (berita acara) of a gate as a Word document, blank where data cannot fill it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.publish.word import write_word
from perantara.show.pages import ALL_THERE, SEVERITY_LABELS, STATUS_LABELS, limit_of, measured, name_columns
from perantara.stage.decisions import newest_decision
from perantara.stage.declaration import StageDeclaration, load_stages
from perantara.stage.gate import GATE_LABELS
from perantara.stage.results import read_findings, result_folder
from perantara.tables.store import TableStore
from perantara.text import NO_VALUE, Sentence, _, format_date, lazy

if TYPE_CHECKING:
    from perantara.tables.places import Place, Roots

TEMPLATE = "decision_record.docx"
DOTS = "." * 24
_TO_RECORD = lazy(
    "Tambahkan satu baris pada %(file)s dengan isi berikut, lalu jalankan lagi tahap berikutnya."
)
_RECORDED = lazy("Keputusan sudah tercatat pada %(file)s, dengan isi berikut.")


def newest_result(roots: Roots, places: list[Place], stage: str) -> tuple[Place, dict[str, Any]] | None:
    """Return the newest of ``places`` (cycles of an initiative) with a result of ``stage``, and its findings."""
    newest_first = sorted(places, key=lambda place: place.cycle, reverse=True)
    found = ((place, read_findings(result_folder(roots, place, stage))) for place in newest_first)
    return next(((place, findings) for place, findings in found if findings), None)


def write_record(
    path: Path, roots: Roots, place: Place, stage: StageDeclaration, findings: Mapping[str, Any], as_of: str
) -> None:
    """Write the decision record of a result; a decision not after ``as_of`` (ISO date) is filled in.

    The errors are those of ``write_word``.
    """
    write_word(path, roots, TEMPLATE, _record(roots, place, stage, findings, as_of))


def _record(
    roots: Roots, place: Place, stage: StageDeclaration, findings: Mapping[str, Any], as_of: str
) -> dict[str, Any]:
    """Return every name that a template may fill."""
    store, gate, district = TableStore(roots), findings["gate"], place.district
    decision = newest_decision(store, place, stage.name, as_of, gate["status"])
    guide = _(", panduan bagian %(section)s") % {"section": stage.guide} if stage.guide else ""
    compiled = _("Bahan ini disusun dari sumber publik, bukan oleh pemerintah daerahnya.")
    titles = {name: _(table.title) for name, table in store.declarations.items()}
    titles |= {name: _(other.title) for name, other in load_stages(roots).items()}
    file = f"{place.folder('initiative')}/{place.dialect('decisions', 'initiative').path or 'decisions.csv'}"
    return {
        "made_up_mark": _("Data rekaan untuk latihan") if district.is_rekaan else "",
        "compiled_mark": compiled if district.is_compiled else "",
        "district": district.title, "district_name": district.name, "terms": district.terms,
        "initiative": place.initiative.title, "cycle": place.cycle, "guide": guide,
        "stage_number": stage.name[:2], "stage_title": _(stage.title),
        "as_of": format_date(findings["as_of"]), "computed": str(GATE_LABELS[gate["status"]]),
        "statements": _said(findings["statements"]), "alarms": _said(findings["alarms"]),
        "criteria": [_criterion(criterion) for criterion in gate["criteria"]],
        "gaps": [_gap(gap, titles, store) for gap in findings["gaps"]]
        or [{"title": str(ALL_THERE), "why": "", "holder": ""}],
        "steps": _steps(gate["next_steps"])
        or [{"step": _("Bahas hasil ini dan catat keputusannya."), "who": DOTS, "due": DOTS}],
        "choices": [
            f"{'☒' if decision and decision['decided_result'] == result else '☐'} {label}"
            for result, label in GATE_LABELS.items()
        ],
        "decision": _decided(decision), "decision_notes": _doubts(decision, findings),
        "provenance": findings["provenance"]["sha256"],
        "recording": str(_RECORDED if decision else _TO_RECORD) % {"file": file},
        "columns": _columns(store, place, findings, decision),
    }  # fmt: skip


def _said(sentences: list[Mapping[str, Any]]) -> list[str]:
    return [f"– {Sentence.from_json(sentence)}" for sentence in sentences] or [NO_VALUE]


def _criterion(kept: Mapping[str, Any]) -> dict[str, str]:
    threshold = limit_of(kept["operator"], kept["threshold"], kept["unit"])
    basis = _(" (dasar: %(basis)s)") % {"basis": kept["basis"]} if kept["basis"] else ""
    return {
        "title": f"{_(kept['title'])} ({SEVERITY_LABELS[kept['severity']]})",
        "value": measured(kept["value"], kept["unit"]) if kept["value"] is not None else NO_VALUE,
        "threshold": f"{threshold} ({_(kept['set_by'])})",
        "status": str(STATUS_LABELS[kept["status"]]),
        "evidence": f"{Sentence.from_json(kept['evidence'])}{basis}",
    }


def _gap(gap: Mapping[str, Any], titles: Mapping[str, str], store: TableStore) -> dict[str, str]:
    columns = name_columns(store, gap["table"], gap["columns"])
    title = titles.get(gap["table"], gap["table"])
    return {"title": f"{title}{columns}", "why": _(gap["why"]), "holder": _(gap["holder"])}


def _steps(steps: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return each step once, blank where nobody or no day is proposed."""
    said = [
        (str(Sentence.from_json(s)), _(s["who"] or DOTS), format_date(s["due"]) if s["due"] else DOTS)
        for s in steps
    ]
    return [{"step": step, "who": who, "due": due} for step, who, due in dict.fromkeys(said)]


def _decided(decision: Mapping[str, Any] | None) -> dict[str, str]:
    names = ("reason", "deciding_body", "position", "decision_date", "document")
    if decision is None:
        return dict.fromkeys(names, DOTS * 2)
    shown = {name: decision[name] or NO_VALUE for name in names}
    return shown | {"decision_date": format_date(decision["decision_date"])}


def _doubts(decision: Mapping[str, Any] | None, findings: Mapping[str, Any]) -> list[str]:
    """Say where the decision was taken on another result than this one."""
    if decision is None:
        return []
    notes = []
    if not decision["agrees_with_data"]:
        words = {"result": GATE_LABELS[decision["computed_result"]]}
        notes.append(_("Keputusan diambil ketika hasil hitungan masih: %(result)s.") % words)
    if decision["provenance_sha256"] not in ("", findings["provenance"]["sha256"]):
        notes.append(_("Sidik yang dicatat pada keputusan itu berbeda dari sidik hasil ini."))
    return notes


def _columns(
    store: TableStore, place: Place, findings: Mapping[str, Any], decision: Mapping[str, Any] | None
) -> list[dict[str, str]]:
    """Return each column of the table of decisions and what to write there."""
    results = _("salah satu dari: %(results)s") % {"results": ", ".join(GATE_LABELS)}
    written = {
        "cycle": place.cycle, "stage": findings["stage"], "computed_result": findings["gate"]["status"],
        "decided_result": results, "document": _("nomor berita acara ini"),
        "decision_date": _("tahun-bulan-hari, misalnya %(date)s") % {"date": findings["as_of"]},
        "provenance_sha256": findings["provenance"]["sha256"],
        "basis": "rekaan" if place.district.is_rekaan else "resmi", "source": _("berita acara ini"),
    }  # fmt: skip
    written |= {name: value for name, value in (decision or {}).items() if isinstance(value, str)}
    return [
        {"name": field.name, "title": _(field.title), "value": written.get(field.name) or DOTS}
        for field in store.declaration("decisions").fields
    ]
