"""Parameters of a stage: typed by us, refused when unknown, missing or out of range."""

from __future__ import annotations

import ast
import datetime as dt
import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from perantara.errors import ParameterError, StageError, near_hint, unknown
from perantara.stage.declaration import PLACE_PARAMETERS, StageDeclaration, read_cells
from perantara.tables.places import Place
from perantara.text import _, format_number, lazy

_PLAIN = (str, int, float, bool, type(None), list, dict, tuple)


def read_defaults(notebook: Path) -> dict[str, Any]:
    """Read the literals of the one cell tagged ``parameters``; StageError where it is not such a cell."""
    tagged = [c for c in read_cells(notebook) if "parameters" in c["metadata"].get("tags", [])]
    if len(tagged) != 1:
        problem = _('%(path)s: harus ada tepat satu sel bertanda "parameters", ditemukan %(count)s')
        raise StageError(problem % {"path": notebook.name, "count": len(tagged)})
    assigned = assignments("".join(tagged[0]["source"]))
    if assigned is None:
        raise StageError(_("%(path)s: sel parameters hanya boleh berisi literal") % {"path": notebook.name})
    return assigned


def stated_defaults(stage: StageDeclaration) -> dict[str, Any]:
    """Return the programme's own defaults: those the declaration states, else those of the notebook.

    JupyterLab saves an edited cell by itself; a stated default still tells a changed value from ours.
    """
    stated = {name: form["default"] for name, form in stage.parameters.items() if "default" in form}
    return read_defaults(stage.notebook) | stated


def assignments(source: str) -> dict[str, Any] | None:
    """Return the literal assignments of a cell, or ``None`` if it holds anything else.

    >>> assignments("# Parameters\\ndistrict = 'contoh'  # folder")
    {'district': 'contoh'}
    """
    found = {}
    try:
        for node in ast.parse(source).body:
            (target,) = node.targets  # type: ignore[attr-defined]
            found[target.id] = ast.literal_eval(node.value)  # type: ignore[attr-defined]
    except (SyntaxError, ValueError, AttributeError):
        return None
    return found


def given_in(scope: Mapping[str, Any], declaration: StageDeclaration) -> dict[str, Any]:
    """Return the parameters that a notebook's globals give, unknown ones included.

    What counts are the names assigned in cells of literals that set a parameter, or that papermill
    wrote ("# Parameters"); where the parameters cell is run anew, no longer those of its earlier runs.
    """
    known = {*PLACE_PARAMETERS, *declaration.parameters}
    if "In" not in scope:
        return {k: v for k, v in scope.items() if not k.startswith("_") and isinstance(v, _PLAIN)}
    named = set(known)
    for source in scope["In"]:
        assigned = set(assignments(source) or {})
        is_injected = source.startswith("# Parameters")
        if not is_injected and len(assigned & known) > len(known) / 2:
            named = set(known)
        if is_injected or assigned & known:
            named |= assigned
    return {name: scope[name] for name in named if name in scope}


def resolve(declaration: StageDeclaration, given: Mapping[str, Any], where: str = "") -> dict[str, Any]:
    """Return every parameter with its typed value, or a ParameterError of ``where`` with all faults at once."""
    stated = {**PLACE_PARAMETERS, **declaration.parameters}
    faults = [unknown(_("parameter"), name, stated) for name in given if name not in stated]
    values = {}
    for name, form in stated.items():
        if name not in given:
            faults.append(_('parameter "%(name)s" tidak diberikan') % {"name": name})
            continue
        values[name], fault = _typed(given[name], form)
        if fault:
            faults.append(f"{name} = {given[name]!r}: {fault}")
    if faults:
        heading = _("Parameter tahap %(stage)s belum benar:") % {"stage": declaration.name}
        raise ParameterError("\n  ".join([f"{where}: {heading}" if where else heading, *faults]))
    return values


def place_parameters(place: Place, as_of: str) -> dict[str, str]:
    """Return the parameters of place; an empty ``as_of`` is that of the closed cycle, else today."""
    return {
        "district": place.district.slug,
        "initiative": place.initiative.slug,
        "cycle": place.cycle,
        "as_of": as_of or place.as_of or dt.date.today().isoformat(),
    }


def lasting_values(place: Place, declaration: StageDeclaration) -> dict[str, Any]:
    """Return the values that initiative.yml, or else district.yml, states for a stage."""
    own = {}
    for content in (place.district.content, place.initiative.content):
        own |= content.get("parameters", {}).get(declaration.name, {})
    return own


def check_lasting_values(place: Place, stages: Mapping[str, StageDeclaration]) -> None:
    """Refuse (ParameterError) what district.yml or initiative.yml states for no stage or parameter, or wrongly."""
    for content in (place.district.content, place.initiative.content):
        for stage in set(content.get("parameters", {})) - set(stages):
            problem = _('%(place)s: parameters menyebut tahap "%(stage)s" yang tidak dikenal')
            words = {"place": place.address, "stage": stage}
            raise ParameterError(problem % words + near_hint(stage, stages))
    for stage in stages.values():
        if own := lasting_values(place, stage):
            where = _("%(place)s, district.yml atau initiative.yml") % {"place": place.address}
            resolve(stage, stated_defaults(stage) | own, where)


def with_lasting_values(
    parameters: Mapping[str, Any], place: Place, declaration: StageDeclaration
) -> dict[str, Any]:
    """Lay the lasting values of a place under what a lone notebook changed of the defaults."""
    defaults = resolve(declaration, stated_defaults(declaration))
    lasting = lasting_values(place, declaration)
    chosen = {k: v for k, v in parameters.items() if k not in lasting or v != defaults[k]}
    return resolve(declaration, {**parameters, **lasting, **chosen})


def _typed(value: Any, form: Mapping[str, Any]) -> tuple[Any, str]:
    """Return the typed value and, where it has one, its fault."""
    read, advice = _READERS[form["type"]]
    try:
        typed = read(value)
    except (ValueError, KeyError):
        return value, str(advice)
    if typed not in form.get("allowed", [typed]):
        return value, unknown(_("nilai"), typed, form["allowed"])
    if typed < form.get("minimum", typed):
        return value, _("tidak boleh kurang dari %(limit)s") % {"limit": format_number(form["minimum"])}
    if typed > form.get("maximum", typed):
        return value, _("tidak boleh lebih dari %(limit)s") % {"limit": format_number(form["maximum"])}
    return typed, ""


def _text(value: Any, pattern: str = r"[\s\S]*", accepted: type = str) -> str:
    """Return ``value`` as text of a pattern; the command line makes numbers of some texts."""
    if isinstance(value, bool) or not isinstance(value, accepted) or not re.fullmatch(pattern, str(value)):
        raise ValueError
    return str(value)


def _number(value: Any) -> float:
    if isinstance(value, float) and math.isfinite(value):
        return value
    return float(_text(value, r"-?\d+(\.\d+)?", str | int))


def _date(value: Any) -> str:
    text = _text(value, r"(\d{4}-\d{2}-\d{2})?")
    return dt.date.fromisoformat(text).isoformat() if text else ""


_READERS = {
    "text": (_text, lazy("harus teks; pada baris perintah papermill pakai -r, bukan -p")),
    "cycle": (
        lambda value: _text(value, r"(\d{4})?", str | int),
        lazy("harus tahun empat angka sebagai teks, atau kosong"),
    ),
    "number": (_number, lazy("harus bilangan dengan titik desimal, misalnya 0.8")),
    "integer": (lambda value: int(_text(value, r"-?\d+", str | int)), lazy("harus bilangan bulat")),
    "boolean": (
        lambda value: {"true": True, "ya": True, "false": False, "tidak": False}[str(value).lower()],
        lazy("harus True atau False"),
    ),
    "date": (_date, lazy("harus tanggal tahun-bulan-hari, misalnya 2026-11-24, atau kosong")),
}
