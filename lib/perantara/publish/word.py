"""Word files from templates that a user may replace: filled, marked where something is open, never written over."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from perantara.errors import PerantaraError, ResultError
from perantara.publish.pages import TEMPLATES
from perantara.text import _

if TYPE_CHECKING:
    from perantara.tables.places import Roots

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_OPEN = re.compile(r"(\[(?:diisi|periksa)\b[^\]]*\])", re.IGNORECASE)


def blank(what: str) -> str:
    """Return the mark of something that a person is to fill in.

    >>> blank("nomor")
    '[diisi: nomor]'
    """
    return _("[diisi: %(what)s]") % {"what": what}


def write_word(path: Path, roots: Roots, template: str, values: Mapping[str, Any]) -> None:
    """Fill a template and highlight what is left to fill (``[diisi: …]``) or to check (``[periksa]``).

    The template is the workspace's ``templates/TEMPLATE`` where there is one; its filter ``isi`` writes the mark
    of a blank. PerantaraError: the package for Word is not installed, or the template cannot be filled.
    ResultError: the file exists already (it may be filled by hand) or cannot be written.
    """
    try:
        import docxtpl
    except ImportError:
        problem = _('Berkas Word memerlukan paket tambahan. Pasang dahulu: pip install -e ".[word]"')
        raise PerantaraError(problem) from None
    import jinja2

    if path.exists():
        problem = _("%(path)s sudah ada dan mungkin sudah diisi. Pindahkan atau ganti namanya dahulu.")
        raise ResultError(problem % {"path": path})
    file = roots.find_file(f"templates/{template}") or TEMPLATES / template
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)
    environment.filters["isi"] = lambda value, what: value or blank(what)
    try:
        document = docxtpl.DocxTemplate(file)
        document.render(_cleaned(values), environment, autoescape=True)
    except Exception as error:  # whatever an edited template may hold
        problem = _("Templat %(template)s tidak dapat diisi: %(reason)s")
        raise PerantaraError(problem % {"template": roots.shown(file), "reason": error}) from error
    _highlight(document.docx)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        document.save(path)
    except OSError as error:
        words = {"path": path, "reason": error.strerror or error}
        raise ResultError(_("%(path)s tidak dapat ditulis: %(reason)s") % words) from error


def _highlight(document: Any) -> None:
    """Give each open mark a run of its own, yellow."""
    from docx.enum.text import WD_COLOR_INDEX
    from docx.oxml.ns import qn
    from docx.text.run import Run

    for element in list(document.element.body.iter(qn("w:r"))):
        parts = _OPEN.split(Run(element, None).text)
        for number, part in enumerate(parts if len(parts) > 1 else ()):
            run = Run(deepcopy(element), None)
            run.text = part
            if number % 2:
                run.font.highlight_color = WD_COLOR_INDEX.YELLOW
            if part:
                element.addprevious(run._r)
        if len(parts) > 1:
            element.getparent().remove(element)


def _cleaned(value: Any) -> Any:
    """Return the values with every character that Word cannot hold taken out."""
    if isinstance(value, Mapping):
        return {name: _cleaned(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner) for inner in value]
    return _UNPRINTABLE.sub(" ", str(value))
