"""One executed notebook as one self-contained HTML report."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, count
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
    """What a report says of itself around the cells of its notebook; ``gate_status`` is "" where there is none.

    ``files`` lists the results beside the report as (link, title, bytes): whoever renders the public
    edition lists only files that the public may have.
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

    A failed notebook gives a page that says where it stopped. The public edition replaces every output
    that is not ``publik`` by a notice. StageError: a picture to be shown has no alternative text.
    """
    from markupsafe import Markup

    if edition not in EDITIONS:
        problem = _("Edisi tidak dikenal: %(edition)s. Pilihan: internal, public.")
        raise ValueError(problem % {"edition": edition})
    try:
        first_page, body = cells_as_html(notebook, edition, context.is_rekaan)
    except StageError as error:
        problem = _("Laporan %(stage)s untuk %(place)s tidak dapat dibuat. %(reason)s")
        words = {"stage": context.stage, "place": context.place_name, "reason": error}
        raise StageError(problem % words) from error
    anchors = set(OWN_ANCHORS)
    first_page, _unlisted = settle_headings(first_page, top=3, taken=anchors)
    body, contents = settle_headings(body, top=2, taken=anchors)
    return render_page(
        "report.html.j2", report=context, number=context.stage.split("_")[0], edition=edition,
        failure=find_failure(notebook), first_page=Markup(first_page), body=Markup(body), contents=contents,
    )  # fmt: skip


def settle_headings(html: str, top: int, taken: set[str]) -> tuple[str, list[tuple[str, str]]]:
    """Give headings their anchors and levels that do not skip, the highest being ``top``.

    The first heading is left out where it is of level 1: the page has it above. New anchors differ from
    those ``taken`` and are added to them. Beside the HTML: anchors and words of the headings of ``top``.

    >>> settle_headings("<h1>Buku 02</h1><h2>Data</h2><h4>Asal</h4>", top=2, taken=set())
    ('<h2 id="data">Data</h2><h3 id="asal">Asal</h3>', [('data', 'Data')])
    """
    from markupsafe import Markup

    above: list[int] = []
    contents: list[tuple[str, str]] = []
    is_first = True

    def settle(found: re.Match[str]) -> str:
        nonlocal is_first
        level, attributes, inner = max(int(found[1]), 2), found[2], found[3]
        is_title, is_first = is_first and found[1] == "1", False
        if is_title:
            return ""
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
    numbered = (f"{base}-{number}" for number in count(2))
    anchor = next(anchor for anchor in chain([base], numbered) if anchor not in taken)
    taken.add(anchor)
    return anchor
