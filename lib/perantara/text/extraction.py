"""Texts of notebooks and declarations: taken out for the catalogue, and prose put back in another language."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING, Any

from perantara.text.messages import _, using_language

if TYPE_CHECKING:
    from nbformat import NotebookNode

# keys of declarations whose values a reader sees
SHOWN_KEYS = {
    *("title", "question", "why", "holder", "unit", "description", "noun", "enum", "set_by"),
    *("evidence", "evidence_met", "unknown", "next_step", "ask", "who"),
}
_BETWEEN = re.compile(r"(\n\s*\n)")


def paragraphs(markdown: str) -> list[str]:
    """Return the paragraphs of a text cell, the units of its translation.

    >>> paragraphs("## Data\\n\\nSiapa yang mendata?\\n")
    ['## Data', 'Siapa yang mendata?']
    """
    return [part.strip() for part in _BETWEEN.split(markdown) if part.strip()]


def translate_notebook(notebook: NotebookNode, language: str) -> NotebookNode:
    """Return ``notebook`` with its prose in ``language``, paragraph by paragraph."""
    with using_language(language):
        for cell in notebook.cells:
            if cell.cell_type == "markdown":
                parts = _BETWEEN.split(cell.source)
                cell.source = "".join(part.replace(core := part.strip(), _(core)) for part in parts)
    return notebook


def extract_notebook(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the messages of a notebook for babel: prose by paragraph, ``_("…")`` in code."""
    from babel.messages.extract import extract_python

    for number, cell in enumerate(json.load(fileobj)["cells"], start=1):
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            for paragraph in paragraphs(source):
                yield number, "", paragraph, []
        else:
            code = io.BytesIO(source.encode())
            yield from extract_python(code, keywords, comment_tags, options)


def extract_declaration(
    fileobj: IO[bytes], keywords: Any, comment_tags: Any, options: Any
) -> Iterator[tuple[int, str, str, list[str]]]:
    """Yield the messages of a declaration (YAML) for babel: the texts under ``SHOWN_KEYS``, at any depth."""
    from yaml import MappingNode, ScalarNode, compose

    waiting = [("", compose(fileobj))]
    while waiting:
        key, node = waiting.pop()
        if isinstance(node, MappingNode):
            waiting += [(str(name.value), value) for name, value in reversed(node.value)]
        elif not isinstance(node, ScalarNode):
            waiting += [(key, item) for item in reversed(node.value if node else [])]
        elif key in SHOWN_KEYS and node.tag.endswith(":str") and node.value:
            yield node.start_mark.line + 1, "", node.value, []
