"""What people state in YAML (tables, districts, initiatives): read and checked for its shape."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import yaml

from perantara.errors import PerantaraError, near_hint
from perantara.text import _, lazy

_KINDS = {
    str: lazy("teks dalam tanda kutip"),
    int: lazy("bilangan bulat"),
    bool: lazy("true atau false"),
    list: lazy("daftar"),
    dict: lazy("pasangan kunci dan nilai"),
}


class _Loader(yaml.SafeLoader):
    """YAML without dates: they stay text, for what is stated is hashed as JSON."""

    yaml_implicit_resolvers: ClassVar = {
        first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def read_yaml(path: Path, shown: str, error: type[PerantaraError]) -> Any:
    """Read a YAML file; ``error`` with the line where it cannot be read. Empty is ``{}``."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8-sig"), _Loader)
    except (yaml.YAMLError, UnicodeDecodeError) as fault:
        mark = getattr(fault, "problem_mark", None)
        line = _(", di sekitar baris %(line)s") % {"line": mark.line + 1} if mark else ""
        raise error(
            _("%(path)s tidak dapat dibaca sebagai YAML UTF-8%(line)s") % {"path": shown, "line": line}
        ) from None
    return {} if content is None else content


def check_shape(
    content: Any, shape: Mapping[str, type], required: set[str], shown: str, error: type[PerantaraError]
) -> None:
    """Refuse unknown keys, missing ones, and values of another type than ``shape`` states."""
    if not isinstance(content, dict):
        raise error(_("%(path)s: harus pasangan kunci dan nilai, bukan %(value)s") % _pair(shown, content))
    for key, value in content.items():
        if key not in shape:
            unknown = _('%(path)s: kunci "%(key)s" tidak dikenal') % {"path": shown, "key": key}
            raise error(unknown + near_hint(str(key), shape))
        kind = shape[key]
        is_number = isinstance(value, bool) and kind is int
        if value is not None and (not isinstance(value, kind) or is_number):
            what = {"key": key, "kind": _KINDS[kind], **_pair(shown, value)}
            raise error(_("%(path)s: %(key)s harus %(kind)s, bukan %(value)s") % what)
    for key in sorted(required):
        if content.get(key) in (None, ""):
            raise error(_('%(path)s: kunci "%(key)s" belum diisi') % {"path": shown, "key": key})


def _pair(shown: str, value: Any) -> dict[str, Any]:
    return {"path": shown, "value": value}
