"""Pages filled from templates: what all share, the page of a district, and the front page."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.stage.gate import GATE_LABELS
from perantara.tables.store import files_sha256
from perantara.text import _, current_language, format_date, format_number, format_size

if TYPE_CHECKING:
    from jinja2 import Environment

_BEFORE_UNITS = re.compile(
    r"(?<=\d) (?=(?:%|kg|ton|ha|km|km²|m²|buah|ribu|juta|miliar|triliun)(?!\w))|(?<=\bRp) (?=\d)|(?<=\bhlm\.) (?=\d)"
)
TEMPLATES = Path(__file__).with_name("templates")


def render_page(template: str, **values: Any) -> str:
    """Fill ``template`` in the language in force, a number on the line of its unit; only Markup is not escaped."""
    page = _environment().get_template(template).render(language=current_language(), **values)
    return _BEFORE_UNITS.sub("\u00a0", page)


def render_district_index(district: dict[str, Any]) -> str:
    """Return the page of one district: its initiatives, their cycles and the state of each stage.

    ``district`` is ``{slug, name, is_rekaan, is_compiled, initiatives: [{slug, title,
    next_step: {text, href} or None, cycles: [{cycle, status: open|closed, stages: [{stage, title, status:
    complete|failed|not_run, gate, decided, href, as_of, message}]}]}]}``, with ``home_href`` where the front
    page does not lie one folder up. What is not known is "" or None.
    """
    home_href = district.get("home_href", "../index.html")
    return render_page("district.html.j2", district=district, home_href=home_href, edition="internal")


def render_home(districts: list[dict[str, Any]]) -> str:
    """Return the front page: the districts by province, the made-up ones apart.

    Each is ``{slug, name, province, is_rekaan, is_compiled, href, initiatives}``, the last as on the page of
    the district.
    """
    made_up = [district for district in districts if district["is_rekaan"]]
    real = sorted((d for d in districts if not d["is_rekaan"]), key=lambda d: (d["province"], d["name"]))
    provinces = [(province, list(found)) for province, found in groupby(real, lambda d: d["province"])]
    return render_page("home.html.j2", provinces=provinces, made_up=made_up, edition="internal")


@lru_cache(maxsize=1)
def renderer_sha256() -> str:
    """Return the hash of this room's own files: where it changes, a page is rendered anew."""
    paths = sorted(Path(__file__).parent.rglob("*"))
    return files_sha256(*(path for path in paths if path.suffix in {".py", ".j2", ".css", ".json"}))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    css = Markup((TEMPLATES / "page.css").read_text(encoding="utf-8"))
    environment.globals.update(_=_, css=css, gate_labels=GATE_LABELS)
    environment.filters.update(date=format_date, number=format_number, size=format_size, css_text=_css_text)
    return environment


def _css_text(text: Any) -> str:
    """Quote ``text`` for the ``content`` of a style rule; nothing in it can end the rule.

    >>> print(_css_text('a "b" </style>'))
    "a \\22 b\\22  \\3c /style>"
    """
    from markupsafe import Markup

    harmful = {'"': "\\22 ", "\\": "\\5c ", "<": "\\3c ", "\n": " ", "\r": " "}
    return Markup('"' + "".join(harmful.get(letter, letter) for letter in str(text)) + '"')
