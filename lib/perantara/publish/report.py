"""One executed notebook as one self-contained HTML report."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from perantara.errors import StageError
from perantara.publish.notebook import EDITIONS, cells_as_html, find_failure
from perantara.publish.pages import render_page
from perantara.text import _

if TYPE_CHECKING:
    from nbformat import NotebookNode

OWN_ANCHORS = {"isi", "kode", "kutipan", "daftar-isi", "halaman-pertama", "berkas-hasil", "sel-gagal"}
_HEADING = re.compile(r"<h([1-6])((?:\s[^>]*)?)>(.*?)</h\1>", re.DOTALL)
_OWN_ID = re.compile(r'\sid="([^"]*)"')


@dataclass(frozen=True)
class ReportContext:
    """What a report says of itself around the cells of its notebook.

    ``gate_status`` is "" where the gate was not computed; ``files`` lists the
    results beside the report as (link, title, bytes): whoever renders the
    public edition lists only files that the public may have.
    """

    stage: str
    stage_title: str
    question: str
    guide_section: str
    place_name: str
    initiative_title: str
    cycle: str
    as_of: str
    gate_status: str
    is_rekaan: bool
    is_compiled: bool
    provenance: str
    version: str
    home_href: str
    district_href: str
    files: list[tuple[str, str, int]]


def render_report(notebook: NotebookNode, context: ReportContext, *, edition: str = "internal") -> str:
    """Return the report of an executed notebook as one HTML page that loads nothing from outside.

    Parameters
    ----------
    notebook : NotebookNode
        Executed; a failed one gives a page that says where it stopped.
    context : ReportContext
    edition : {"internal", "public"}
        The public edition replaces every output that is not ``publik`` by a notice.

    StageError: if a picture that is to be shown has no alternative text.
    ValueError: if the edition is unknown.
    """
    from markupsafe import Markup

    if edition not in EDITIONS:
        raise ValueError(
            _("Edisi tidak dikenal: %(edition)s. Pilihan: internal, public.") % {"edition": edition}
        )
    try:
        first_page, body = cells_as_html(notebook, edition, context.is_rekaan)
    except StageError as error:
        raise StageError(
            _("Laporan %(stage)s untuk %(place)s tidak dapat dibuat. %(reason)s")
            % {"stage": context.stage, "place": context.place_name, "reason": error}
        ) from error
    anchors = set(OWN_ANCHORS)
    first_page, _unlisted = settle_headings(first_page, top=3, taken=anchors)
    body, contents = settle_headings(body, top=2, taken=anchors)
    return render_page(
        "report.html.j2",
        report=context,
        number=context.stage.split("_")[0],
        edition=edition,
        failure=find_failure(notebook),
        first_page=Markup(first_page),
        body=Markup(body),
        contents=contents,
    )


def settle_headings(html: str, top: int, taken: set[str]) -> tuple[str, list[tuple[str, str]]]:
    """Give headings their anchors and levels that do not skip, the highest being ``top``.

    The notebook's own title (its first heading, where that is of level 1) is left
    out: the page has it above. A heading keeps the anchor it has; new ones differ from
    those ``taken`` and are added to them. Returned beside the HTML are the anchors
    and words of the headings of level ``top``.

    Examples
    --------
    >>> settle_headings("<h1>Buku 02</h1><h2>Data</h2><h4>Asal</h4>", top=2, taken=set())
    ('<h2 id="data">Data</h2><h3 id="asal">Asal</h3>', [('data', 'Data')])
    """
    from markupsafe import Markup

    above: list[int] = []
    contents: list[tuple[str, str]] = []
    is_first = True

    def settle(found: re.Match[str]) -> str:
        nonlocal is_first
        level, attributes, inner = int(found[1]), found[2], found[3]
        if is_first and level == 1:
            is_first = False
            return ""
        is_first = False
        level = max(level, 2)
        while above and above[-1] >= level:
            above.pop()
        settled = min(top + len(above), 6)
        above.append(level)
        words = Markup(inner).striptags()
        own_id = _OWN_ID.search(attributes)
        anchor = own_id[1] if own_id else _anchor(words, taken)
        if settled == top:
            contents.append((anchor, words))
        return f'<h{settled} id="{anchor}"{_OWN_ID.sub("", attributes)}>{inner}</h{settled}>'

    return _HEADING.sub(settle, html), contents


def _anchor(words: str, taken: set[str]) -> str:
    """Return an anchor of plain letters for a heading, unlike those already ``taken``."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    base = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "bagian"
    anchor, count = base, 1
    while anchor in taken:
        count += 1
        anchor = f"{base}-{count}"
    taken.add(anchor)
    return anchor
