"""Parameters of a stage: typed by us, refused when unknown, missing or out of range."""

from __future__ import annotations

import ast
import datetime as dt
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perantara.errors import ParameterError, StageError, nearest
from perantara.stage.declaration import PLACE_PARAMETERS, StageDeclaration
from perantara.tables.places import Place
from perantara.text import _, format_number

_PLAIN = (str, int, float, bool, type(None), list, dict, tuple)


def read_defaults(notebook: Path) -> dict[str, Any]:
    """Read the literals of the one cell tagged ``parameters``.

    Raises
    ------
    StageError
        If not exactly one cell has the tag, or a line is not a literal assignment.
    """
    cells = json.loads(notebook.read_text(encoding="utf-8"))["cells"]
    tagged = [c for c in cells if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        raise StageError(
            _('%(path)s: harus ada tepat satu sel bertanda "parameters", ditemukan %(count)s')
            % {"path": notebook.name, "count": len(tagged)}
        )
    source = tagged[0]["source"]
    assigned = assignments(source if isinstance(source, str) else "".join(source))
    if assigned is None:
        raise StageError(_("%(path)s: sel parameters hanya boleh berisi literal") % {"path": notebook.name})
    return assigned


def assignments(source: str) -> dict[str, Any] | None:
    """Return the literal assignments of a cell, or ``None`` if it holds anything else.

    Examples
    --------
    >>> assignments("# Parameters\\ndistrict = 'contoh'  # folder")
    {'district': 'contoh'}
    """
    try:
        nodes = ast.parse(source).body
        return {node.targets[0].id: ast.literal_eval(node.value) for node in nodes}  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        return None


def given_in(scope: Mapping[str, Any], declaration: StageDeclaration) -> dict[str, Any]:
    """Return the parameters that a notebook's globals give, unknown ones included.

    A notebook's own variables are not parameters: what counts are the names assigned in cells of
    literals that set a parameter, or that papermill wrote ("# Parameters").
    """
    known = {*PLACE_PARAMETERS, *declaration.parameters}
    if "In" not in scope:
        return {k: v for k, v in scope.items() if not k.startswith("_") and isinstance(v, _PLAIN)}
    named = set(known)
    for source in scope["In"]:
        assigned = assignments(source) or {}
        if source.startswith("# Parameters") or known & set(assigned):
            named |= set(assigned)
    return {name: scope[name] for name in named if name in scope}


def resolve(declaration: StageDeclaration, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return every parameter with its typed value.

    Raises
    ------
    ParameterError
        All faults at once: unknown names (with the nearest), missing ones, wrong types, ranges.
    """
    stated = {**PLACE_PARAMETERS, **declaration.parameters}
    faults, values = [], {}
    for name in given:
        if name not in stated:
            near = nearest(name, stated)
            hint = _('; mungkin maksudnya "%(near)s"') % {"near": near} if near else ""
            faults.append(_('parameter "%(name)s" tidak dikenal') % {"name": name} + hint)
    for name, form in stated.items():
        if name not in given:
            faults.append(_('parameter "%(name)s" tidak diberikan') % {"name": name})
            continue
        values[name], fault = _typed(given[name], form)
        if fault:
            faults.append(
                _("%(name)s = %(value)r: %(fault)s") % {"name": name, "value": given[name], "fault": fault}
            )
    if faults:
        heading = _("Parameter tahap %(stage)s belum benar:") % {"stage": declaration.name}
        raise ParameterError("\n  ".join([heading, *faults]))
    return values


def lasting_values(place: Place, declaration: StageDeclaration) -> dict[str, Any]:
    """Return the values that initiative.yml, or else district.yml, states for a stage."""
    own = {}
    for content in (place.district.content, place.initiative.content):
        own |= (content.get("parameters") or {}).get(declaration.name) or {}
    return own


def with_lasting_values(
    parameters: Mapping[str, Any], place: Place, declaration: StageDeclaration
) -> dict[str, Any]:
    """Lay the lasting values of a place under what a lone notebook gives.

    A parameter left at the notebook's own default gives way; one that was changed stays.
    """
    defaults = resolve(declaration, read_defaults(declaration.notebook))
    lasting = lasting_values(place, declaration)
    chosen = {k: v for k, v in parameters.items() if k not in lasting or v != defaults[k]}
    return resolve(declaration, {**parameters, **lasting, **chosen})


def _typed(value: Any, form: Mapping[str, Any]) -> tuple[Any, str]:
    typed, fault = _READERS[form["type"]](value)
    if fault:
        return value, fault
    minimum, maximum = form.get("minimum"), form.get("maximum")
    if minimum is not None and typed < minimum:
        return value, _("tidak boleh kurang dari %(limit)s") % {"limit": format_number(minimum)}
    if maximum is not None and typed > maximum:
        return value, _("tidak boleh lebih dari %(limit)s") % {"limit": format_number(maximum)}
    if form.get("choices") and typed not in form["choices"]:
        return value, _("pilihan: %(choices)s") % {"choices": ", ".join(form["choices"])}
    return typed, ""


def _read_text(value: Any) -> tuple[Any, str]:
    if isinstance(value, str):
        return value, ""
    return value, _("harus teks; pada baris perintah papermill pakai -r, bukan -p")


def _read_cycle(value: Any) -> tuple[Any, str]:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if isinstance(text, str) and re.fullmatch(r"(\d{4})?", text):
        return text, ""
    return value, _("harus tahun empat angka sebagai teks, atau kosong")


def _read_number(value: Any) -> tuple[Any, str]:
    if isinstance(value, int | float) and not isinstance(value, bool) and value - value == 0:
        return float(value), ""
    if isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value), ""
    return value, _("harus bilangan dengan titik desimal, misalnya 0.8")


def _read_integer(value: Any) -> tuple[Any, str]:
    if isinstance(value, int) and not isinstance(value, bool):
        return value, ""
    if isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value), ""
    return value, _("harus bilangan bulat")


def _read_boolean(value: Any) -> tuple[Any, str]:
    words = {"true": True, "false": False, "ya": True, "tidak": False}
    if isinstance(value, bool):
        return value, ""
    if isinstance(value, str) and value.lower() in words:
        return words[value.lower()], ""
    return value, _("harus True atau False")


def _read_date(value: Any) -> tuple[Any, str]:
    if value == "":
        return value, ""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
        try:
            dt.date.fromisoformat(value)
            return value, ""
        except ValueError:
            pass
    return value, _("harus tanggal tahun-bulan-hari, misalnya 2026-11-24, atau kosong")


_READERS = {
    "text": _read_text,
    "cycle": _read_cycle,
    "number": _read_number,
    "integer": _read_integer,
    "boolean": _read_boolean,
    "date": _read_date,
}
