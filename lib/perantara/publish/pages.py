"""What every page shares: its templates, its style and the words for the state of a stage."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.stage.gate import GATE_LABELS
from perantara.text import _, current_language, format_date, format_number, format_size

if TYPE_CHECKING:
    from jinja2 import Environment

_BEFORE_UNITS = re.compile(
    r"(?<=\d) (?=(?:%|kg|ton|ha|km|km²|m²|buah|ribu|juta|miliar|triliun)(?!\w))|(?<=\bRp) (?=\d)|(?<=\bhlm\.) (?=\d)"
)
TEMPLATES = Path(__file__).with_name("templates")


def render_page(template: str, **values: Any) -> str:
    """Fill ``template`` in the language in force; every value is escaped unless it is Markup.

    A number stays on the line of its unit.
    """
    page = _environment().get_template(template).render(language=current_language(), **values)
    return _BEFORE_UNITS.sub("\u00a0", page)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        {
            "_": _,
            "css": Markup((TEMPLATES / "page.css").read_text(encoding="utf-8")),
            "gate_labels": GATE_LABELS,
        }
    )
    environment.filters.update(
        {"date": format_date, "number": format_number, "size": format_size, "css_text": _css_text}
    )
    return environment


def _css_text(text: Any) -> str:
    """Quote ``text`` for the ``content`` of a style rule; nothing in it can end the rule.

    Examples
    --------
    >>> print(_css_text('a "b" </style>'))
    "a \\22 b\\22  \\3c /style>"
    """
    from markupsafe import Markup

    harmful = {'"': "\\22 ", "\\": "\\5c ", "<": "\\3c ", "\n": " ", "\r": " "}
    return Markup('"' + "".join(harmful.get(letter, letter) for letter in str(text)) + '"')
