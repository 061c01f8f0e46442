"""Citations under tables and figures, said shortly; the list of sources has each in full."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from markupsafe import Markup

if TYPE_CHECKING:
    from nbformat import NotebookNode


def list_citations(notebook: NotebookNode) -> set[str]:
    """Return the full citations that the list of sources of an executed notebook names."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    lists = [o for o in outputs if o.get("metadata", {}).get("perantara", {}).get("kind") == "sources"]
    lines = [line.split(" | ") for o in lists for line in o["data"].get("text/plain", "").splitlines()]
    return {parts[1] for parts in lines if len(parts) == 3}


def shorten(citation: str) -> str:
    """Return who published something and when, and who quotes it.

    >>> shorten("KOMPAK (Desember 2021), Panduan Fasilitasi Replikasi, bagian 3.4, hlm. 19")
    'KOMPAK 2021'
    >>> shorten("BPS, produksi jahe menurut kabupaten/kota, 2019, dikutip media daring rajotuho.com (2021)")
    'BPS 2019, dikutip media daring rajotuho.com'
    >>> shorten("KOMPAK (Desember 2021), Panduan, hlm. 12; menurut judul rencana (2019–2024)")
    'KOMPAK 2021'
    """
    quoted, comma, carrier = citation.partition(", dikutip ")
    author, carrier = (re.split(r",| \(|;", part)[0] for part in (quoted, carrier))
    year = re.findall(r"\b(?<![–-])(?:19|20)\d\d\b(?![–-]\d)", quoted)[-1:]  # a span of years is no date
    named = author if not year or year[0] in author else f"{author} {year[0]}"
    return named + comma + carrier


def shorten_note(note: str, citations: Iterable[str]) -> str:
    """Return a source note with its ``citations`` short, each publisher once with its years.

    >>> shorten_note("Sumber: BPS, P0, 2021; BPS, PDRB, 2019 (data s.d. 2 Juni 2026)",
    ...     ["BPS, P0, 2021", "BPS, PDRB, 2019"])
    'Sumber: BPS 2019, 2021 (data s.d. 2 Juni 2026)'
    """
    for citation in sorted(citations, key=len, reverse=True):
        note = note.replace(citation, shorten(citation))
    head, colon, rest = note.rpartition(": ")
    listed, dated = re.fullmatch(r"(.*?)( \([^()]*\))?", rest, re.DOTALL).groups("")  # type: ignore[union-attr]
    years: dict[str, set[str]] = {}
    for short in listed.split("; "):
        author, year = re.fullmatch(r"(.*?)(?: (\d{4}))?", short, re.DOTALL).groups("")  # type: ignore[union-attr]
        years.setdefault(author, set()).add(year)
    named = (f"{author} {', '.join(sorted(found - {''}))}".strip() for author, found in years.items())
    return head + colon + "; ".join(named) + dated


def cite(note: str, citations: Iterable[str]) -> Markup:
    """Return a source note as HTML: short, and in full for who asks for it."""
    short = shorten_note(note, citations)
    if short == note:
        return Markup("{}").format(note)
    pair = Markup('<span class="cite-short">{}</span><span class="cite-full">{}</span>')
    return pair.format(short, note)
