"""The cells of an executed notebook as HTML: what is shown, what is withheld, what failed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from perantara.errors import StageError
from perantara.publish.citations import cite, list_citations
from perantara.publish.pages import TEMPLATES
from perantara.text import _, lazy

if TYPE_CHECKING:
    from nbconvert.exporters import HTMLExporter
    from nbformat import NotebookNode

EDITIONS = ("internal", "public")
DROPPED_TAGS = {"exercise", "answer", "notebook-only", "papermill-error-cell-tag"}
SHOWN_TYPES = ("text/html", "text/markdown", "image/svg+xml", "image/png", "text/plain")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LABELLED_KINDS = {"table", "figure", "gate"}
KIND_NAMES = {
    "table": lazy("tabel"),
    "figure": lazy("gambar"),
    "gate": lazy("penilaian"),
    "first_page": lazy("halaman pertama"),
    "gaps": lazy("daftar kekosongan data"),
    "sources": lazy("daftar sumber"),
}


@dataclass(frozen=True)
class Failure:
    """Where a notebook stopped: its code cell by number (0: not known), the section, the error."""

    cell_number: int
    section: str
    message: str


def cells_as_html(notebook: NotebookNode, edition: str, is_rekaan: bool) -> tuple[str, str]:
    """Return the first page and the body, each as HTML without the page around it.

    The outputs of the cells tagged ``first-page`` make the first page; their code stays in its place.
    Every output is shown, or replaced by a notice, as its access allows in ``edition``. StageError: a
    picture that is to be shown has no alternative text.
    """
    from nbformat.v4 import new_code_cell, new_notebook

    first_page, body, citations = [], [], list_citations(notebook)
    for cell in notebook.cells:
        tags = set(cell.metadata.get("tags", []))
        if tags & DROPPED_TAGS or cell.cell_type == "raw":
            continue
        if cell.cell_type == "code":
            outputs = list(_shown_outputs(cell.outputs, edition, is_rekaan, citations))
            if "first-page" in tags:
                first_page.append(new_code_cell(outputs=outputs))
                outputs = []
            cell = new_code_cell(source=cell.source, outputs=outputs)
        body.append(cell)
    exporter = _exporter()
    return tuple(exporter.from_notebook_node(new_notebook(cells=cells))[0] for cells in (first_page, body))


def find_failure(notebook: NotebookNode) -> Failure | None:
    """Return where the notebook failed, or None where it ran to its end."""
    number, section = 0, ""
    for cell in notebook.cells:
        tags = cell.metadata.get("tags", [])
        if cell.cell_type == "markdown" and "papermill-error-cell-tag" not in tags:
            section = [section, *re.findall(r"^#{1,6}\s+(.+?)\s*$", cell.source, re.M)][-1]
        if cell.cell_type != "code":
            continue
        number += 1
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags:
                from nbconvert.filters import strip_ansi

                message = strip_ansi(": ".join(filter(None, [output.ename, output.evalue])))
                return Failure(number, section, message)
        if cell.metadata.get("papermill", {}).get("status", "completed") != "completed":
            return Failure(number, section, "")
    stopped = notebook.metadata.get("papermill", {}).get("exception")
    return Failure(0, "", "") if stopped else None


def _shown_outputs(
    outputs: Iterable[NotebookNode], edition: str, is_rekaan: bool, citations: Collection[str]
) -> Iterable[NotebookNode]:
    """Yield what may be seen, reduced to the one form that is shown, and notices for the rest."""
    from nbformat.v4 import new_output

    last_notice = None
    for output in outputs:
        mime_type = _form(output, edition)
        if not mime_type:
            continue
        about = dict(output.get("metadata", {}).get("perantara", {}))
        notice = _withheld(about, edition)
        if notice and notice != last_notice:
            yield new_output("display_data", {"text/html": notice})
        if notice:
            last_notice = notice
        elif output.output_type in ("stream", "error"):
            yield output
        else:
            yield _shown(output, mime_type, about, is_rekaan, citations)


def _form(output: NotebookNode, edition: str) -> str:
    """Return the form in which an output is shown, "" where it never is."""
    data = output.get("data", {})
    if output.output_type == "stream":
        return "" if output.name == "stderr" or not output.text.strip() else "text/plain"
    if output.output_type == "error":  # the page says where it stopped; the error may quote data
        return "" if edition == "public" else "text/plain"
    form = next((name for name in SHOWN_TYPES if name in data), "")
    return "" if form == "text/plain" and WIDGET_VIEW in data else form


def _shown(
    output: NotebookNode, mime_type: str, about: dict[str, Any], is_rekaan: bool, citations: Collection[str]
) -> NotebookNode:
    from markupsafe import escape
    from nbformat.v4 import new_output

    shown, note = about.pop("bare", output.data[mime_type]), about.get("source", "")
    cited = str(cite(note, citations))
    if note and mime_type == "text/html":
        shown = shown.replace(str(escape(note)), cited)
    labelled = about.get("kind") in LABELLED_KINDS and bool(about.get("rekaan", is_rekaan))
    metadata = {"cited": cited, "alt": _alt_text(output, mime_type), "perantara": about, "labelled": labelled}
    return new_output("display_data", {mime_type: shown}, metadata=metadata)


def _withheld(about: Mapping[str, Any], edition: str) -> str:
    """Return the notice that stands for an output not shown in ``edition``, or "".

    What says nothing of its access counts as internal; it may bring what stands in its place as
    ``public``. A caption may state a finding, so that of a secret output is not shown either.
    """
    from markupsafe import Markup

    access = about.get("access", "internal")
    if access == "publik" or (access == "internal" and edition == "internal"):
        return ""
    if access == "internal" and about.get("public"):
        return str(about["public"])
    subject = about.get("subject") or about.get("caption") or ""
    words = {
        "kind": KIND_NAMES.get(about.get("kind", ""), _("keluaran")),
        "caption": str(subject).rstrip(". "),
    }
    if access != "internal":
        notice = _(
            "Tidak ditampilkan (%(kind)s): memuat data rahasia tentang orang, rumah tangga, "
            "atau usaha tertentu."
        )
    elif subject:
        notice = _(
            "Tidak ditampilkan dalam edisi publik (%(kind)s): “%(caption)s”. "
            "Datanya hanya untuk lingkungan pemerintah daerah."
        )
    else:
        notice = _(
            "Tidak ditampilkan dalam edisi publik: keluaran tanpa judul yang belum ditetapkan "
            "terbuka untuk umum."
        )
    return str(Markup('<p class="withheld">{}</p>').format(notice % words))


def _alt_text(output: NotebookNode, mime_type: str) -> str:
    if not mime_type.startswith("image/"):
        return ""
    alt = str(output.metadata.get(mime_type, {}).get("alt", "")).strip()
    if not alt:
        caption = output.metadata.get("perantara", {}).get("caption") or _("tanpa judul")
        problem = _(
            "Gambar “%(caption)s” tidak memiliki teks pengganti. Isi metadata "
            '"%(mime_type)s": {"alt": …} ketika gambar ditampilkan.'
        )
        raise StageError(problem % {"caption": caption, "mime_type": mime_type})
    return alt


@lru_cache(maxsize=1)
def _exporter() -> HTMLExporter:
    """Build the exporter once: its templates and filters serve every notebook."""
    from jinja2 import pass_context
    from nbconvert.exporters import HTMLExporter
    from nbconvert.filters import Highlight2HTML, strip_ansi
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class SafeRenderer(IPythonRenderer):
        """Markdown whose raw HTML is shown as text and which loads nothing from anywhere."""

        def block_mermaidjs(self, code: str) -> str:
            return self.block_code(code)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            if not url.startswith("attachment:"):
                return _("[Gambar: %(text)s]") % {"text": text}
            if not text.strip():
                raise StageError(_("Gambar %(url)s dalam teks tidak memiliki teks pengganti.") % {"url": url})
            return super().image(text, url, title)

        def inline_math(self, body: str) -> str:
            if body != body.strip():  # two amounts in dollars, not a formula
                return "$" + self.escape_html(body) + "$"
            return '<code class="math">' + self.escape_html(body) + "</code>"

        def block_math(self, body: str) -> str:
            return '<code class="math block">' + self.escape_html(body.strip()) + "</code>"

        def latex_environment(self, name: str, body: str) -> str:
            return self.block_math(body)

    class ReportExporter(HTMLExporter):
        def from_notebook_node(self, nb, resources=None, **kw):
            # past the parent's method, which gives a picture without alternative text a placeholder
            return super(HTMLExporter, self).from_notebook_node(nb, resources, **kw)

        @pass_context
        def markdown2html(self, context, source):
            renderer = SafeRenderer(
                escape=True,
                allow_harmful_protocols=False,
                exclude_anchor_links=True,
                attachments=context.get("cell", {}).get("attachments"),
            )
            return MarkdownWithMath(renderer=renderer).render(source)

    exporter = ReportExporter(
        template_name="notebook", extra_template_basedirs=[str(TEMPLATES)], default_preprocessors=[]
    )
    exporter.register_filter("highlight_code", Highlight2HTML(pygments_lexer="python"))
    exporter.register_filter("strip_ansi", strip_ansi)
    exporter.environment.globals["_"] = _
    return exporter
