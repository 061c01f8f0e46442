"""The parts that every stage's report has: first page, gate, decision, sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from perantara.show.display import Display, as_html, basis_badge, shown_html, source_line
from perantara.show.tables import html_table, show_table, show_text
from perantara.stage import Stage
from perantara.stage.gate import GATE_LABELS, Criterion, Gate
from perantara.stage.scenarios import SCENARIO
from perantara.tables.store import TableStore
from perantara.text import Sentence, _, format_date, format_number, is_missing, lazy, lower_first

STATUS_LABELS = {
    "met": lazy("terpenuhi"),
    "failed": lazy("belum terpenuhi"),
    "unknown": lazy("belum dapat dinilai"),
}
SEVERITY_LABELS = {"must": lazy("wajib"), "should": lazy("sebaiknya")}
YES_NO = "ya/tidak"  # the unit of a criterion that is met or not, 1 or 0
SIGNS = {">=": "≥", "<=": "≤", ">": ">", "<": "<", "==": "="}
ALL_THERE = lazy(
    "Semua tabel yang dibaca tahap ini ada; isian yang masih kosong disebut di bagian masing-masing."
)
_BASIS_WORDS = {
    "resmi": lazy("Angkanya resmi (statistik atau dokumen pemerintah)."),
    "lapangan": lazy("Sebagian bertumpu pada pendataan lapangan oleh daerah."),
    "keterangan": lazy("Bertumpu pada keterangan panduan, mitra, atau pers; belum diperiksa di lapangan."),
    "perkiraan": lazy("Sebagian bertumpu pada perkiraan."),
    "rencana": lazy("Sebagian bertumpu pada rencana, bukan kenyataan."),
    "rekaan": lazy("Semua data di sini rekaan untuk latihan; tidak berlaku bagi daerah mana pun."),
}


def show_first_page(stage: Stage, gate: Gate, steps: int = 1) -> Display:
    """Return what a decision needs: the finding, how sure, what is missing, the next steps."""
    sure, missing, decision = list(_how_sure(stage)), list(_missing(stage)), stage.decision(gate)
    if steps > 1:  # several steps must fit on one screen with what they rest on
        holders = _("Pemilik datanya disebut di bagian masing-masing.")
        titles = (_title_of(stage, gap["table"]) or _named_result(gap["table"]) for gap in stage.gaps)
        sure = [" ".join(sure)]
        missing = ["; ".join(titles) + ". " + holders] if stage.gaps else missing
    rest = {
        _("Yang perlu diperbaiki"): list(_fold_faults(stage.faults)),
        _("Seberapa yakin"): sure,
        _("Yang belum diketahui"): missing,
        _("Keputusan"): [describe_decision(decision)] if decision else [],
        _("Langkah berikutnya"): next_steps(gate, decision, steps),
    }
    if stage.place.is_closed:  # nothing is due any more
        left = [str(step.sentence) for step in gate.next_steps[:steps]]
        rest[_("Yang tersisa saat ditutup")] = [] if rest.pop(_("Langkah berikutnya")) and decision else left
    parts = {_("Temuan"): [str(s) for s in stage.statements]} | {k: v for k, v in rest.items() if v}
    label = str(GATE_LABELS[gate.status])
    plain = "\n".join([label, *(f"{title}: {' '.join(texts)}" for title, texts in parts.items())])
    is_open = all(s.access == "publik" for s in stage.statements)
    access = "publik" if is_open else "internal"
    shown = Display.of(stage, "first_page", label, as_html(_opening(gate, parts), plain), access=access)
    if not is_open:
        public = parts | {_("Temuan"): [s.withheld() for s in stage.statements]}
        shown.metadata["perantara"]["public"] = str(_opening(gate, public))
    return shown


def _opening(gate: Gate, parts: Mapping[str, Iterable[str]]) -> Markup:
    answers = Markup().join(
        Markup("<dt>{}</dt>{}").format(
            title, Markup().join(Markup("<dd>{}</dd>").format(text) for text in texts)
        )
        for title, texts in parts.items()
    )
    return Markup(
        '<section class="first-page"><p class="gate gate-{}"><span class="gate-label">{}</span></p>'
        "<dl>{}</dl></section>"
    ).format(gate.status, GATE_LABELS[gate.status], answers)


def _fold(sentences: Iterable[Sentence], key: str, most: int = 8) -> Iterable[tuple[Sentence, int]]:
    """Yield sentences that differ only in ``key`` as one, and how many it says; each has its own in the findings."""
    alike: dict[str, list[Sentence]] = {}
    for sentence in sentences:
        rest = {name: value for name, value in sentence.arguments.items() if name != key}
        alike.setdefault(f"{sentence.message} {rest}", []).append(sentence)
    for first, *others in alike.values():
        named = [_(str(s.arguments[key])) for s in (first, *others) if key in s.arguments]
        more = _(" dan %(count)s lainnya") % {"count": len(named) - most} if len(named) > most else ""
        listed = {key: ", ".join(named[:most]) + more} if named else {}
        yield Sentence(first.message, {**first.arguments, **listed}, first.access), 1 + len(others)


def _fold_faults(faults: Iterable[Sentence]) -> Iterable[str]:
    for said, count in _fold(faults, "item"):
        yield _("%(count)s temuan. %(said)s") % {"said": said, "count": count}


def next_steps(gate: Gate, decision: Mapping[str, Any] | None = None, count: int = 1) -> list[str]:
    """Return the next steps: what the decision asks for where there is one, else the gate."""
    if decision and not decision["agrees_with_data"]:
        return [_("Bahas kembali keputusan itu: data sekarang memberi hasil lain.")]
    if decision and decision["decided_result"] == "proceed":
        return [_("Jalankan keputusan itu; tahap berikutnya dapat dimulai.")]
    if gate.next_steps:
        return [str(step) for step in gate.next_steps[:count]]
    return [_("Bahas hasil ini dan catat keputusannya; tahap berikutnya dapat dimulai.")]


def describe_decision(decision: Mapping[str, Any]) -> str:
    """Say what was decided, by whom, and whether the data still agree."""
    words = {
        "result": f'"{GATE_LABELS[decision["decided_result"]]}"', "body": decision["deciding_body"],
        "position": decision["position"], "date": format_date(decision["decision_date"]),
        "document": decision["document"],
    }  # fmt: skip
    said = Sentence("Diputuskan %(result)s oleh %(body)s (%(position)s) pada %(date)s, %(document)s.", words)
    warning = _("Data sekarang memberi hasil lain; keputusan tetap berlaku sampai ada keputusan baru.")
    return str(said) if decision["agrees_with_data"] else f"{said} {warning}"


def _how_sure(stage: Stage) -> Iterable[str]:
    used = [t for t in stage.declaration.tables if stage.has(t)]
    own = [t for t in used if stage.reading(t).declaration.scope == "initiative"]
    basis = stage.basis_of(*(own or used))
    if basis and own:
        yield str(_BASIS_WORDS[basis])
    if not own:
        yield _(
            "Belum ada satu pun tabel inisiatif yang terisi; yang ditunjukkan hanya bahan acuan dan data daerah."
        )
    yield from (str(alarm) for alarm, _count in _fold(stage.alarms, "table"))


def _title_of(stage: Stage, table: str) -> str:
    declared = stage.store.declarations.get(table)
    return _(declared.title) if declared else ""


def _named_result(stage_name: str) -> str:
    return _("Hasil buku %(number)s") % {"number": stage_name[:2]}


def _missing(stage: Stage) -> Iterable[str]:
    """Name each gap with who has it: the initiative first, then the district, then everything else."""
    if not stage.gaps:
        yield str(ALL_THERE)
    yield from _unfilled(stage)
    reads = stage.declaration.reads
    own = [*reads.get("initiative", []), *reads.get("district", [])]
    for gap in sorted(stage.gaps, key=lambda g: own.index(g["table"]) if g["table"] in own else len(own)):
        columns = name_columns(stage.store, gap["table"], gap["columns"])
        title = _title_of(stage, gap["table"]) or _named_result(gap["table"])
        words = {"title": title, "columns": columns, "holder": _(gap["holder"])}
        yield _("%(title)s%(columns)s — tanyakan kepada: %(holder)s.") % words


def _unfilled(stage: Stage) -> Iterable[str]:
    """Say of each table with columns that this stage needs how many rows have not filled them, of one on persons which."""
    for table in filter(stage.has, stage.declaration.needs):
        rows = stage.reading(table).rows or ()
        empty = {c: sum(not row[c] for row in rows) for c in stage.declaration.needs[table]}
        field = stage.reading(table).declaration.field
        is_of_persons = bool(stage.reading(table).declaration.confidential_columns)
        parts = [
            lower_first(_(field(c).title)) + ("" if is_of_persons else f" {n}")
            for c, n in empty.items() if 0 < n < len(rows)
        ]  # fmt: skip
        words = {
            "title": _title_of(stage, table),
            "columns": ", ".join(parts),
            "all": format_number(len(rows)),
        }
        said = _("%(title)s, belum terisi dari %(all)s baris: %(columns)s.")
        if parts:
            yield (_("%(title)s, belum terisi seluruhnya: %(columns)s.") if is_of_persons else said) % words


def name_columns(store: TableStore, table: str, columns: Iterable[str]) -> str:
    """Name columns of a table by their titles, in brackets; "" where there are none."""
    titles = {f.name: f.title for f in store.declaration(table).fields} if columns else {}
    named = ", ".join(_(titles.get(column, column)) for column in columns)
    return _(" (kolom %(columns)s)") % {"columns": named} if named else ""


def show_gate(stage: Stage, gate: Gate) -> Display:
    """Show each criterion with value, threshold, who set it, evidence and status."""
    titles = [
        _("Kriteria"), _("Nilai"), _("Batas"), _("Ditetapkan oleh"), _("Sifat"), _("Bukti"), _("Status"),
    ]  # fmt: skip
    caption = _("Penilaian: %(label)s") % {"label": GATE_LABELS[gate.status]}
    note = _("Penilaian ini memberi saran; keputusan diambil oleh pejabat yang berwenang.")
    html = html_table(caption, "", titles, map(_criterion_row, gate.criteria), "criteria") + source_line(note)
    plain = [f"{c.id}: {c.value} {c.operator} {c.threshold} {c.status}" for c in gate.criteria]
    return Display.of(stage, "gate", caption, as_html(html, "\n".join([caption, *plain])), access="publik")


def _criterion_row(criterion: Criterion) -> list[Any]:
    status = Markup('<span class="status status-{}">{}</span>')
    return [
        _(str(criterion.title)), measured(criterion.value, criterion.unit),
        limit_of(criterion.operator, criterion.threshold, criterion.unit),
        _(criterion.set_by), str(SEVERITY_LABELS[criterion.severity]),
        Markup("{} {}").format(str(criterion.evidence), basis_badge(criterion.basis)),
        status.format(criterion.status, str(STATUS_LABELS[criterion.status])),
    ]  # fmt: skip


def measured(value: Any, unit: str) -> str:
    """Write a value of a criterion with its unit."""
    if is_missing(value):
        return _("belum diketahui")
    if unit == YES_NO:
        return _("ya") if value else _("tidak")
    return f"{format_number(value)} {_(unit) if unit else ''}".strip()


def limit_of(operator: str, threshold: float, unit: str) -> str:
    """Write the threshold of a criterion with its sign; a yes needs none."""
    said = measured(threshold, unit)
    return said if unit == YES_NO else f"{SIGNS[operator]} {said}"


def show_sources(stage: Stage) -> Display:
    """List the source and basis of everything that the report has shown so far."""
    caption, used = _("Sumber data dan dasarnya"), sorted(stage.used_sources)
    rows = [[title, source, basis_badge(basis)] for title, source, basis in used]
    html = html_table(caption, "", [_("Tabel"), _("Sumber"), _("Dasar")], rows)
    return shown_html("sources", caption, html, "\n".join([caption, *map(" | ".join, used)]))


def show_scenarios(stage: Stage) -> Display:
    """Show the scenarios kept for this stage, apart from everything that is judged."""
    if not stage.has(SCENARIO):
        return show_text(_("Belum ada skenario yang disimpan untuk tahap ini."))
    columns = ["name", "key", "value", "unit", "reason", "as_of"]
    titles = {name: _(stated["title"]) for name, stated in stage.declaration.parameters.items()}
    rows = stage.table(SCENARIO).replace({"key": titles})
    caption = _("Skenario yang disimpan; tidak ikut menentukan penilaian")
    return show_table(stage, rows, SCENARIO, columns=columns, caption=caption)


def show_contradictions(stage: Stage) -> Display:
    """Show where the guide contradicts itself on this stage or this district."""
    frame = stage.table("guide_contradictions")
    own_code = frame["district_code_kemendagri"]
    number = stage.declaration.name[:2]
    touched = frame["stages"].fillna("").str.split().map(lambda stages: number in stages)
    frame = frame[touched & (own_code.isna() | (own_code == stage.district.code_kemendagri))]
    return show_table(
        stage, frame, "guide_contradictions",
        columns=["topic", "first_reading", "second_reading", "treatment"],
        caption=_("Hal yang tidak selaras di dalam panduan dan menyangkut tahap ini"), scope=_("Panduan, 2021"),
    )  # fmt: skip


def show_guide_figures(stage: Stage) -> Display:
    """Name the two national targets and the guide's own figures with their source and year."""
    targets = _(
        "Keperantaraan pasar melayani dua target pembangunan nasional: pengentasan kemiskinan, "
        "serta penguatan kewirausahaan, UMKM, dan koperasi."
    )
    stage.source_note("guide_figures")
    figures = []
    for row in stage.reading("guide_figures").rows or ():
        value = f"{format_number(float(row['value']))} {row['unit']}"
        other = _(" Angka lain yang beredar: %(other)s.") % {"other": row["other_reading"]}
        figures.append(f"{row['statement']}: {value} ({row['source']})." + other * bool(row["other_reading"]))
    items = Markup().join(Markup("<li>{}</li>").format(text) for text in figures)
    html = Markup("<p>{}</p>").format(targets) + (Markup("<ul>{}</ul>").format(items) if items else "")
    return shown_html("text", targets[:60], html, "\n".join([targets, *figures]))
