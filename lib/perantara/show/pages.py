"""The parts that every stage's report has: first page, gate, decision, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from perantara.show.display import Display, basis_badge
from perantara.show.tables import html_table, show_table, show_text
from perantara.stage.gate import GATE_LABELS, Criterion, Gate
from perantara.stage.scenarios import SCENARIO
from perantara.text import Sentence, _, format_date, format_number, lazy

if TYPE_CHECKING:
    from perantara.stage import Stage

_STATUS = {
    "met": lazy("terpenuhi"),
    "failed": lazy("belum terpenuhi"),
    "unknown": lazy("belum dapat dinilai"),
}
_SEVERITY = {"must": lazy("wajib"), "should": lazy("sebaiknya")}
_SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "="}
_BASIS_WORDS = {
    "resmi": lazy("Angkanya resmi (statistik atau dokumen pemerintah)."),
    "lapangan": lazy("Sebagian bertumpu pada pendataan lapangan oleh daerah."),
    "keterangan": lazy("Bertumpu pada keterangan panduan, mitra, atau pers; belum diperiksa di lapangan."),
    "perkiraan": lazy("Sebagian bertumpu pada perkiraan."),
    "rencana": lazy("Sebagian bertumpu pada rencana, bukan kenyataan."),
    "rekaan": lazy("Semua data di sini rekaan untuk latihan; tidak berlaku bagi daerah mana pun."),
}


def show_first_page(stage: Stage, gate: Gate) -> Display:
    """Return what a decision needs: the finding, how sure, what is missing, one next step."""
    parts = [
        (_("Temuan"), [str(s) for s in stage.statements]),
        (_("Seberapa yakin"), list(_how_sure(stage))),
        (_("Yang belum diketahui"), list(_missing(stage))),
        (_("Langkah berikutnya"), [next_step(gate)]),
    ]
    decision = stage.decision(gate)
    if decision:
        parts.insert(3, (_("Keputusan"), [describe_decision(decision)]))
    body = "".join(f"<dt>{escape(title)}</dt>{_definitions(texts)}" for title, texts in parts)
    label = str(GATE_LABELS[gate.status])
    html = (
        f'<section class="first-page"><p class="gate gate-{gate.status}">'
        f'<span class="gate-label">{escape(label)}</span></p><dl>{body}</dl></section>'
    )
    plain = "\n".join([label, *(f"{title}: {' '.join(texts)}" for title, texts in parts)])
    return Display(
        {"text/html": html, "text/plain": plain}, kind="first_page", access="publik",
        caption=label, is_rekaan=stage.district.is_rekaan,
    )  # fmt: skip


def next_step(gate: Gate) -> str:
    """Return the one next step that the gate asks for."""
    steps = gate.next_steps
    return (
        str(steps[0])
        if steps
        else _("Bahas hasil ini dan catat keputusannya; tahap berikutnya dapat dimulai.")
    )


def describe_decision(decision: Mapping[str, Any]) -> str:
    """Say what was decided, by whom, and whether the data still agree."""
    said = Sentence(
        "Diputuskan %(result)s oleh %(body)s (%(position)s) pada %(date)s, %(document)s.",
        {
            "result": f'"{GATE_LABELS[decision["decided_result"]]}"',
            "body": decision["deciding_body"],
            "position": decision["position"],
            "date": format_date(decision["decision_date"]),
            "document": decision["document"],
        },
    )
    if decision["agrees_with_data"]:
        return str(said)
    warning = _("Data sekarang memberi hasil lain; keputusan tetap berlaku sampai ada keputusan baru.")
    return f"{said} {warning}"


def _definitions(texts: Iterable[str]) -> str:
    return "".join(f"<dd>{escape(text)}</dd>" for text in texts)


def _how_sure(stage: Stage) -> Iterable[str]:
    used = [t for t in stage.declaration.tables if stage.has(t)]
    own = [t for t in used if stage.reading(t).declaration.scope == "initiative"]
    basis = stage.basis_of(*(own or used))
    if basis:
        yield str(_BASIS_WORDS[basis])
    if not own:
        yield _("Belum ada satu pun tabel inisiatif yang terisi.")
    yield from (str(alarm) for alarm in stage.alarms)


def _missing(stage: Stage) -> Iterable[str]:
    if not stage.gaps:
        yield _("Semua tabel yang dibaca tahap ini ada.")
    order = {"initiative": 0, "district": 1}
    declared = stage.store.declarations
    for gap in sorted(stage.gaps, key=lambda g: order.get(getattr(declared.get(g["table"]), "scope", ""), 2)):
        title = gap["table"]
        if title in declared:
            title = _(declared[title].title)
        columns = _(" (kolom %(columns)s)") % {"columns": ", ".join(gap["columns"])} if gap["columns"] else ""
        yield _("%(title)s%(columns)s — tanyakan kepada: %(holder)s.") % {
            "title": title,
            "columns": columns,
            "holder": _(gap["holder"]),
        }


def show_gate(stage: Stage, gate: Gate) -> Display:
    """Show each criterion with value, threshold, who set it, evidence and status."""
    titles = (
        _("Kriteria"), _("Nilai"), _("Batas"), _("Ditetapkan oleh"), _("Sifat"), _("Bukti"), _("Status"),
    )  # fmt: skip
    caption = _("Penilaian: %(label)s") % {"label": GATE_LABELS[gate.status]}
    note = _("Penilaian ini memberi saran; keputusan diambil oleh pejabat yang berwenang.")
    rows = [_criterion_row(criterion) for criterion in gate.criteria]
    headings = [(title, "", False) for title in titles]
    html = html_table(caption, "", headings, rows, "criteria") + f'<p class="source">{escape(note)}</p>'
    plain = [f"{c.id}: {c.value} {c.operator} {c.threshold} {c.status}" for c in gate.criteria]
    return Display(
        {"text/html": html, "text/plain": "\n".join([caption, *plain])}, kind="gate",
        access="publik", caption=caption, is_rekaan=stage.district.is_rekaan,
    )  # fmt: skip


def _criterion_row(criterion: Criterion) -> list[Any]:
    badge = basis_badge(criterion.basis)
    status = Markup('<span class="status status-{}">{}</span>')
    return [
        _(str(criterion.title)),
        _measured(criterion.value, criterion.unit),
        f"{_SIGNS[criterion.operator]} {_measured(criterion.threshold, criterion.unit)}",
        _(criterion.set_by),
        str(_SEVERITY[criterion.severity]),
        Markup("{} {}").format(str(criterion.evidence), badge),
        status.format(criterion.status, str(_STATUS[criterion.status])),
    ]


def _measured(value: Any, unit: str) -> str:
    return f"{format_number(value)} {_(unit) if unit else ''}".strip()


def show_sources(stage: Stage) -> Display:
    """List the source and basis of everything that the report has shown so far."""
    rows = [[title, source, basis_badge(basis)] for title, source, basis in sorted(stage.used_sources)]
    caption = _("Sumber data dan dasarnya")
    headings = [(title, "", False) for title in (_("Tabel"), _("Sumber"), _("Dasar"))]
    plain = "\n".join([caption, *(" | ".join(used) for used in sorted(stage.used_sources))])
    return Display(
        {"text/html": html_table(caption, "", headings, rows), "text/plain": plain},
        kind="sources", access="publik", caption=caption,
    )  # fmt: skip


def show_scenarios(stage: Stage) -> Display:
    """Show the scenarios kept for this stage, apart from everything that is judged."""
    if not stage.has(SCENARIO):
        return show_text(_("Belum ada skenario yang disimpan untuk tahap ini."))
    columns = ["name", "key", "value", "unit", "reason", "as_of"]
    caption = _("Skenario yang disimpan; tidak ikut menentukan penilaian")
    return show_table(stage, stage.table(SCENARIO), SCENARIO, columns=columns, caption=caption)


def show_guide_figures(stage: Stage) -> Display:
    """Name the two national targets and the guide's own figures with their source and year."""
    targets = _(
        "Keperantaraan pasar melayani dua target pembangunan nasional: pengentasan kemiskinan, "
        "serta penguatan kewirausahaan, UMKM, dan koperasi."
    )
    stage.source_note("guide_figures")
    texts = [targets]
    for row in stage.reading("guide_figures").rows or ():
        other = (
            _(" Angka lain yang beredar: %(other)s.") % {"other": row["other_reading"]}
            if row["other_reading"]
            else ""
        )
        value = f"{format_number(float(row['value']))} {row['unit']}"
        texts.append(f"{row['statement']}: {value} ({row['source']}).{other}")
    items = "".join(f"<li>{escape(text)}</li>" for text in texts[1:])
    html = f"<p>{escape(targets)}</p>" + (f"<ul>{items}</ul>" if items else "")
    return Display(
        {"text/html": html, "text/plain": "\n".join(texts)},
        kind="text",
        access="publik",
        caption=targets[:60],
    )
