"""Where data lie: the layers of folders, districts, their initiatives and cycles."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from perantara.errors import PlaceError, nearest
from perantara.tables.reading import Dialect
from perantara.text import _, terms_of

PROGRAMME = Path(__file__).resolve().parents[3]
_DISTRICT_KEYS = {
    "name", "kind", "district_code_kemendagri", "district_code_bps", "province", "rekaan",
    "compiled_from_public_sources", "default_initiative", "expected", "terms", "name_notes", "files",
    "parameters",
}  # fmt: skip
_INITIATIVE_KEYS = {
    "title", "commodity", "product_unit", "production_cycle", "route", "parent_programme",
    "initiator", "subdistricts", "target_villages", "started", "sources", "cycles", "files",
    "parameters",
}  # fmt: skip


@dataclass(frozen=True)
class Roots:
    """The folders of one run: data layers (top first), notebooks, and where reports go."""

    layers: tuple[Path, ...]
    reports: Path

    @classmethod
    def find(cls, data: str | Path | None = None, reports: str | Path | None = None) -> Roots:
        """Find the folders from the arguments, the environment, or the package; never the cwd.

        A workspace (``data`` or ``PERANTARA_DATA``) lies above the shipped data and takes the
        reports, unless ``reports`` or ``PERANTARA_REPORTS`` says otherwise.
        """
        workspace = data or os.environ.get("PERANTARA_DATA")
        shipped = PROGRAMME / "data"
        layers = (shipped,)
        if workspace and Path(workspace).resolve() != shipped:
            layers = (Path(workspace).resolve(), shipped)
        if not layers[0].is_dir():
            raise PlaceError(_("Folder data tidak ada: %(path)s") % {"path": layers[0]})
        default = layers[0] / "reports" if len(layers) > 1 else PROGRAMME / "reports"
        chosen = reports or os.environ.get("PERANTARA_REPORTS") or default
        return cls(layers, Path(chosen).resolve())

    @property
    def notebooks(self) -> tuple[Path, ...]:
        """Folders of notebooks: those of the workspace, then the shipped ones."""
        own = [layer / "notebooks" for layer in self.layers[:-1]]
        return tuple(folder for folder in [*own, PROGRAMME / "notebooks"] if folder.is_dir())

    def environment(self) -> dict[str, str]:
        """Return the environment that makes another process find the same folders."""
        return {"PERANTARA_DATA": str(self.layers[0]), "PERANTARA_REPORTS": str(self.reports)}

    def find_file(self, relative: str) -> Path | None:
        """Return the topmost file of that path among the layers."""
        return next((p for layer in self.layers if (p := layer / relative).is_file()), None)

    def shown(self, path: Path) -> str:
        """Write a path as the user knows it: from the layer's own folder on."""
        for layer in self.layers:
            if path.is_relative_to(layer):
                return (Path(layer.name) / path.relative_to(layer)).as_posix()
        return path.name

    @cached_property
    def regions(self) -> dict[str, dict[str, str]]:
        """Rows of the table of regions by Kemendagri code, read as plain text."""
        path = self.find_file("reference/regions.csv")
        if path is None:
            return {}
        with path.open(encoding="utf-8", newline="") as handle:
            return {row["region_code_kemendagri"]: row for row in csv.DictReader(handle)}

    @cached_property
    def district_slugs(self) -> list[str]:
        """Slugs of every district with a folder in some layer."""
        found = {
            path.parent.name for layer in self.layers for path in (layer / "districts").glob("*/district.yml")
        }
        return sorted(found)


@dataclass(frozen=True)
class District:
    """A district as its ``district.yml`` states it."""

    slug: str
    content: Mapping[str, Any]
    initiatives: tuple[str, ...]

    name = property(lambda self: self.content["name"])
    kind = property(lambda self: self.content["kind"])
    code_kemendagri = property(lambda self: self.content["district_code_kemendagri"])
    province = property(lambda self: self.content.get("province", ""))
    is_rekaan = property(lambda self: bool(self.content.get("rekaan")))
    is_compiled = property(lambda self: bool(self.content.get("compiled_from_public_sources")))
    expected = property(lambda self: self.content.get("expected") or {})
    notes = property(lambda self: self.content.get("name_notes") or [])

    @property
    def title(self) -> str:
        """Full name, such as "Kabupaten Trenggalek"."""
        return f"{self.kind.capitalize()} {self.name}"

    @property
    def terms(self) -> dict[str, str]:
        """What the district calls its institutions."""
        return terms_of(self.kind, self.content.get("terms") or {})


@dataclass(frozen=True)
class Initiative:
    """An initiative as its ``initiative.yml`` states it."""

    slug: str
    content: Mapping[str, Any]

    title = property(lambda self: self.content["title"])
    commodity = property(lambda self: self.content.get("commodity", ""))
    product_unit = property(lambda self: self.content.get("product_unit", ""))
    route = property(lambda self: self.content.get("route", ""))
    target_villages = property(lambda self: self.content.get("target_villages") or [])
    subdistricts = property(lambda self: self.content.get("subdistricts") or [])

    @property
    def cycles(self) -> dict[str, bool]:
        """Cycles in order, each with whether it is closed."""
        stated = {str(c["cycle"]): c["status"] == "closed" for c in self.content["cycles"]}
        return dict(sorted(stated.items()))


@dataclass(frozen=True)
class Place:
    """One unit of work: an initiative of a district in a cycle."""

    district: District
    initiative: Initiative
    cycle: str

    @property
    def address(self) -> str:
        """The place as a path, such as ``bantaeng/kopi/2026``."""
        return f"{self.district.slug}/{self.initiative.slug}/{self.cycle}"

    @property
    def is_closed(self) -> bool:
        """Whether the cycle is closed, so that its results are never overwritten."""
        return self.initiative.cycles[self.cycle]

    @property
    def previous_cycle(self) -> str:
        """The cycle before this one, "" where there is none."""
        return max((c for c in self.initiative.cycles if c < self.cycle), default="")

    def dialect(self, table: str, scope: str) -> Dialect:
        """Return how the file of ``table`` is written, as stated for its scope."""
        stated = (self.district if scope == "district" else self.initiative).content
        return Dialect(**(stated.get("files") or {}).get(table, {}))

    def folder(self, scope: str) -> str:
        """Return the folder of a scope's tables, relative to a layer."""
        if scope == "reference":
            return "reference"
        own = "" if scope == "district" else f"/{self.initiative.slug}"
        return f"districts/{self.district.slug}{own}"


def _load(roots: Roots, relative: str, known: set[str], required: set[str]) -> dict[str, Any]:
    path = roots.find_file(relative)
    if path is None:
        raise PlaceError(_("Berkas tidak ada: %(path)s") % {"path": relative})
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise PlaceError(
            _("%(path)s tidak dapat dibaca sebagai YAML: %(error)s")
            % {"path": roots.shown(path), "error": error}
        ) from None
    for key in sorted(set(content) - known):
        raise PlaceError(
            _('%(path)s: kunci "%(key)s" tidak dikenal; mungkin "%(near)s"?')
            % {"path": roots.shown(path), "key": key, "near": nearest(key, known) or "files"}
        )
    for key in sorted(required - set(content)):
        raise PlaceError(_('%(path)s: kunci "%(key)s" belum diisi') % {"path": roots.shown(path), "key": key})
    _check_files(roots.shown(path), content.get("files") or {})
    return content


def _check_files(shown: str, files: Mapping[str, Mapping[str, str]]) -> None:
    for table, stated in files.items():
        for key in set(stated) - set(Dialect.__dataclass_fields__):
            raise PlaceError(
                _('%(path)s, files.%(table)s: kunci "%(key)s" tidak dikenal; pilihan: %(keys)s')
                % {"path": shown, "table": table, "key": key, "keys": ", ".join(Dialect.__dataclass_fields__)}
            )


def load_district(roots: Roots, slug: str) -> District:
    """Read a district by its slug; its code must fit what it says of itself."""
    relative = f"districts/{slug}/district.yml"
    content = _load(roots, relative, _DISTRICT_KEYS, {"name", "kind", "district_code_kemendagri", "rekaan"})
    code = content["district_code_kemendagri"]
    if not isinstance(code, str) or not re.fullmatch(r"\d{2}\.\d{2}", code):
        raise PlaceError(
            _('%(path)s: district_code_kemendagri harus teks seperti "33.11", bukan %(code)s')
            % {"path": relative, "code": code}
        )
    if content["kind"] not in ("kabupaten", "kota"):
        raise PlaceError(_('%(path)s: kind harus "kabupaten" atau "kota"') % {"path": relative})
    if bool(content["rekaan"]) != (int(code[:2]) <= 10):
        raise PlaceError(
            _(
                "%(path)s: kode %(code)s tidak cocok dengan rekaan: %(rekaan)s; "
                "daerah rekaan berawalan 00-10, daerah nyata mulai 11"
            )
            % {"path": relative, "code": code, "rekaan": content["rekaan"]}
        )
    initiatives = {
        path.parent.name
        for layer in roots.layers
        for path in (layer / "districts" / slug).glob("*/initiative.yml")
    }
    return District(slug, content, tuple(sorted(initiatives)))


def load_initiative(roots: Roots, district: District, slug: str) -> Initiative:
    """Read an initiative of ``district`` by its slug."""
    relative = f"districts/{district.slug}/{slug}/initiative.yml"
    content = _load(roots, relative, _INITIATIVE_KEYS, {"title", "cycles"})
    cycles = content["cycles"] or []
    if not cycles or any(
        set(c) != {"cycle", "status"} or c["status"] not in ("open", "closed") for c in cycles
    ):
        raise PlaceError(
            _(
                "%(path)s: cycles harus daftar {cycle, status}, "
                'misalnya {cycle: "2026", status: open}; status: open atau closed'
            )
            % {"path": relative}
        )
    return Initiative(slug, content)
