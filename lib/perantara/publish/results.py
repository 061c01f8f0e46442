"""Pages of results as they lie on disk: reports, the index of a district, the front page."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import perantara
from perantara.publish.pages import render_district_index, render_home, renderer_sha256
from perantara.publish.report import ReportContext, render_report
from perantara.publish.workbook import write_workbook
from perantara.run.jobs import Job
from perantara.stage.declaration import StageDeclaration, load_stages
from perantara.stage.gate import NextStep
from perantara.stage.results import failed_folder, read_findings, result_folder
from perantara.tables.addresses import find_places
from perantara.tables.declaration import TableDeclaration
from perantara.tables.places import Place, Roots
from perantara.tables.store import TableStore, write_beside
from perantara.text import _, lazy, using_language

_FILES = {
    ".ipynb": lazy("Buku kerja yang dijalankan"),
    ".xlsx": lazy("Buku kerja Excel untuk rapat"),
    "findings.json": lazy("Temuan untuk dibaca program lain"),
}


class ResultRenderer:
    """Makes the pages of results, for the runner."""

    sha256 = property(lambda self: renderer_sha256())

    def report(self, folder: Path, job: Job) -> str:
        """Return the page of the complete result in ``folder``, and lay its workbook beside it."""
        findings = json.loads((folder / "findings.json").read_text(encoding="utf-8"))
        declarations = TableStore(job.roots).declarations
        with using_language(job.language):
            write_workbook(folder / f"{job.stage.name}.xlsx", _(job.stage.title), findings, declarations)
            files = list(_files(folder, declarations))
        return _page(
            folder, job, job.folder, as_of=findings["as_of"], gate_status=findings["gate"]["status"],
            provenance=findings["provenance"]["sha256"], files=files,
        )  # fmt: skip

    def failed(self, folder: Path, job: Job) -> str:
        """Return the page of the failed run in ``folder``."""
        return _page(folder, job, job.failed_folder, as_of="", gate_status="", provenance="", files=[])


def _page(folder: Path, job: Job, final: Path, **found: Any) -> str:
    import nbformat

    notebook = nbformat.read(folder / f"{job.stage.name}.ipynb", as_version=4)
    base, district = _base(job.roots, job.language), job.place.district
    with using_language(job.language):
        context = ReportContext(
            stage=job.stage.name, stage_title=_(job.stage.title), question=_(job.stage.question),
            guide_section=job.stage.guide, place_name=district.title,
            initiative_title=job.place.initiative.title, cycle=job.place.cycle,
            is_rekaan=district.is_rekaan, is_compiled=district.is_compiled, version=perantara.__version__,
            home_href=_link(final, base / "index.html"),
            district_href=_link(final, base / district.slug / "index.html"), **found,
        )  # fmt: skip
        return render_report(notebook, context)


def _base(roots: Roots, language: str) -> Path:
    return roots.reports if language == "id" else roots.reports / language


def _link(start: Path, target: Path) -> str:
    return Path(os.path.relpath(target, start)).as_posix()


def _files(folder: Path, declarations: Mapping[str, TableDeclaration]) -> Iterator[tuple[str, str, int]]:
    for path in sorted(folder.rglob("*")):
        title = _FILES.get(path.suffix) or _FILES.get(path.name)
        if path.suffix == ".csv":
            title = _(declarations[path.stem].title)
        if title:
            yield path.relative_to(folder).as_posix(), str(title), path.stat().st_size


def write_indexes(roots: Roots, language: str = "id", districts: set[str] | None = None) -> Path:
    """Write the index of each district (all with results, or those named) and the front page; return its path."""
    base, home = _base(roots, language), []
    if districts is not None and not districts and (base / "index.html").exists():
        return base / "index.html"
    stages = load_stages(roots)
    known = [slug for slug in roots.district_slugs if (base / slug).is_dir() or slug in (districts or ())]
    with using_language(language):
        for slug in known:
            summary = _district(roots, slug, stages, language)
            if districts is None or slug in districts:
                write_beside(base / slug / "index.html", render_district_index(summary))
            for one in summary["initiatives"]:  # seen from a folder above
                href = one["next_step"]["href"]
                one["next_step"] |= {"href": f"{slug}/{href}" if href else ""}
            home.append(summary | {"href": f"{slug}/index.html"})
        write_beside(base / "index.html", render_home(home))
    return base / "index.html"


def _district(roots: Roots, slug: str, stages: dict[str, StageDeclaration], language: str) -> dict[str, Any]:
    places = find_places(roots, slug)
    district = places[0].district
    initiatives: dict[str, dict[str, Any]] = {}
    for place in places:
        about = {"slug": place.initiative.slug, "title": place.initiative.title, "cycles": []}
        found = [_stage(roots, place, s, language) for s in stages.values() if s.scope == "initiative"]
        cycle = {"cycle": place.cycle, "status": "closed" if place.is_closed else "open", "stages": found}
        initiatives.setdefault(place.initiative.slug, about)["cycles"].insert(0, cycle)
    known = {name: getattr(district, name) for name in ("province", "is_rekaan", "is_compiled")}
    listed = [one | {"next_step": _next_step(one["cycles"][0])} for one in initiatives.values()]
    return known | {"slug": slug, "name": district.title, "initiatives": listed}


def _stage(roots: Roots, place: Place, stage: StageDeclaration, language: str) -> dict[str, Any]:
    folder = result_folder(roots, place, stage.name, language)
    failed = failed_folder(roots, place, stage.name, language)
    start = _base(roots, language) / place.district.slug
    entry = dict.fromkeys(("gate", "decided", "href", "as_of", "message", "next_step"), "")
    entry |= {"stage": stage.name, "title": _(stage.title), "status": "not_run"}
    if findings := read_findings(folder):
        steps = [NextStep.from_json(s) for s in findings["gate"]["next_steps"]]
        entry |= {
            "status": "complete", "gate": findings["gate"]["status"], "as_of": findings["as_of"],
            "decided": (findings["decision"] or {}).get("decided_result", ""),
            "href": _link(start, folder / "index.html"), "next_step": str(steps[0]) if steps else "",
        }  # fmt: skip
    if (failed / "message.txt").exists():
        message = (failed / "message.txt").read_text(encoding="utf-8").splitlines()[0]
        entry |= {"status": "failed", "message": message}
        if (failed / "index.html").exists():
            entry["href"] = _link(start, failed / "index.html")
    return entry


def _next_step(cycle: dict[str, Any]) -> dict[str, str]:
    """Return the one next step of an initiative in its newest cycle: mend what failed, else what is asked for."""
    for stage in cycle["stages"]:
        if stage["status"] == "failed":
            text = _("Perbaiki kesalahan pada %(title)s, lalu jalankan lagi.") % {"title": stage["title"]}
            return {"text": text, "href": stage["href"]}
    for stage in cycle["stages"]:
        if stage["next_step"] and cycle["status"] == "open":
            return {"text": stage["next_step"], "href": stage["href"]}
    if any(stage["status"] == "not_run" for stage in cycle["stages"]):
        return {"text": _("Jalankan tahap yang belum dijalankan."), "href": ""}
    return {"text": _("Bahas hasil tahap terakhir dan catat keputusannya."), "href": ""}
