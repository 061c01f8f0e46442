"""What people state in YAML (tables, districts, initiatives, stages): read, and held against its schema."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import Any, ClassVar

import yaml

from perantara.errors import PerantaraError, unknown
from perantara.tables.codes import CODE_KINDS, explain_code_fault
from perantara.text import _, lazy

DAY_WORDS = lazy("harus tanggal yang ada, ditulis tahun-bulan-hari, misalnya 2026-08-14")
_RULES_OF_KEYS = ("required", "additionalProperties")
SCHEMA = Path(__file__).with_name("stated.schema.json")
_KINDS = {
    "string": lazy("teks dalam tanda kutip"),
    "integer": lazy("bilangan bulat"),
    "number": lazy("bilangan"),
    "boolean": lazy("true atau false"),
    "array": lazy("daftar"),
    "object": lazy("pasangan kunci dan nilai"),
}


def is_day(text: str) -> bool:
    """Tell whether ``text`` is a day that exists, written so that it sorts."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML without dates: they stay text, for what is stated is hashed as JSON."""

    yaml_implicit_resolvers: ClassVar = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path, shown: str, error: type[PerantaraError]) -> Any:
    """Read a YAML file (a key without a value counts as not stated), or ``error`` with the line that is wrong."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = _(", di sekitar baris %(line)s") % {"line": mark.line + 1} if mark else ""
        problem = _("%(path)s tidak dapat dibaca sebagai YAML UTF-8%(line)s")
        raise error(problem % {"path": shown, "line": line}) from None
    return {} if content is None else _without_empty(content)


def _without_empty(content: Any) -> Any:
    if isinstance(content, list):
        return [_without_empty(item) for item in content]
    if isinstance(content, dict):
        return {key: _without_empty(value) for key, value in content.items() if value is not None}
    return content


def check_shape(
    content: Any, kind: str, shown: str, error: type[PerantaraError], schema: Path = SCHEMA
) -> None:
    """Hold ``content`` against the definition ``kind`` of a JSON Schema; ``error`` names what differs."""
    from fastjsonschema import JsonSchemaValueException

    try:
        _validator(schema, kind)(content)
    except JsonSchemaValueException as fault:
        names = _names(content, fault.path[1:])
        key = names.pop() if names and fault.rule not in _RULES_OF_KEYS else ""
        place = ", ".join(filter(None, [shown, ".".join(names)]))
        raise error(f"{place}: {_explain(fault, key)}") from None


@cache
def _validator(schema: Path, kind: str) -> Callable[[Any], Any]:
    import fastjsonschema

    definitions = json.loads(schema.read_text(encoding="utf-8"))["definitions"]
    formats = {name: partial(_has_format, name) for name in ("path", "encoding", "date", *CODE_KINDS)}
    wanted = {"$ref": f"#/definitions/{kind}", "definitions": definitions}
    return fastjsonschema.compile(wanted, formats=formats)


def _names(content: Any, path: list[str]) -> list[str]:
    """Return the keys on the way to a value; an item of a list goes by its name, else its number."""
    names = []
    for step in path:
        if isinstance(content, list):
            content = content[int(step)]
            own = content.get("name") if isinstance(content, dict) else None
            names.append(str(own or int(step) + 1))
        else:
            pairs = content.items() if isinstance(content, dict) else ()  # a key may hold a dot itself
            content = next((value for key, value in pairs if str(key) == step), None)
            names.append(step)
    return names


def _explain(fault: Any, key: str) -> str:
    """Word one violation: the key, what was found, and what is allowed."""
    definition, value = fault.definition, fault.value
    if fault.rule in _RULES_OF_KEYS:
        known = definition.get("properties", value)
        strange = [name for name in value if name not in known]
        if strange:
            return unknown(_("kunci"), str(strange[0]), known)
        key = next(name for name in definition["required"] if name not in value)
    if fault.rule in ("required", "minLength"):
        return _('kunci "%(key)s" belum diisi') % {"key": key}
    if fault.rule == "enum":
        return unknown(key, value, definition["enum"])
    if fault.rule == "format":
        return f"{key} {value}: {_explain_format(value, definition['format'])}"
    problem = _("%(key)s belum diisi dengan benar")
    if fault.rule == "type":
        problem = _("%(key)s harus %(kind)s, bukan %(value)s")
    words = {"key": key, "kind": _KINDS.get(definition.get("type")), "value": value}
    example = "".join(_(", misalnya %(example)s") % {"example": e} for e in definition.get("examples", []))
    return (problem % words).strip() + example


def _has_format(name: str, text: str) -> bool:
    return not _explain_format(text, name)


def _explain_format(text: str, name: str) -> str:
    """Say why ``text`` is no code of that kind, no path within the folder, or no encoding."""
    if name in CODE_KINDS:
        return explain_code_fault(text, name)
    if name == "path":
        path = PurePosixPath(text)
        is_outside = path.is_absolute() or ".." in path.parts or re.search(r"[\\:]", text)
        return _("harus berkas di dalam folder ini") if is_outside else ""
    if name == "date":
        return "" if is_day(text) else str(DAY_WORDS)
    try:
        b"a".decode(text or "utf-8")
    except (LookupError, UnicodeDecodeError):
        return _("pengodean ini tidak dikenal atau tidak didukung")
    return ""
