"""Where data lie: the layers of folders, districts, their initiatives and cycles."""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from perantara.errors import PlaceError
from perantara.tables.reading import Dialect
from perantara.tables.stated import check_shape, read_yaml
from perantara.text import _, terms_of

PROGRAMME = Path(__file__).resolve().parents[3]


@dataclass(frozen=True)
class Roots:
    """The folders of one run: data layers (top first), notebooks, and where reports go."""

    layers: tuple[Path, ...]
    reports: Path

    @classmethod
    def find(cls, data: str | Path | None = None, reports: str | Path | None = None) -> Roots:
        """Find the folders from the arguments, the environment, or the package; never the cwd.

        A workspace (``data``) lies above the shipped data and takes the reports, unless told otherwise.
        """
        stated = data or os.environ.get("PERANTARA_DATA")
        shipped = PROGRAMME / "data"
        workspace = Path(stated).expanduser().resolve() if stated else shipped
        layers = tuple(dict.fromkeys((workspace, shipped)))
        if not layers[0].is_dir():
            raise PlaceError(_("Folder data tidak ada: %(path)s") % {"path": layers[0]})
        default = layers[0] / "reports" if len(layers) > 1 else PROGRAMME / "reports"
        chosen = reports or os.environ.get("PERANTARA_REPORTS") or default
        return cls(layers, Path(chosen).expanduser().resolve())

    @property
    def cache(self) -> Path:
        """Folder of what is kept between runs, personal data too: never among the reports, which are shared."""
        return (self.layers[0] if len(self.layers) > 1 else PROGRAMME) / ".perantara" / "cache"

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
        with path.open(encoding="utf-8-sig", newline="") as handle:
            rows = list(csv.DictReader(handle))
        if not rows or not {"region_code_kemendagri", "level", "name", "region_code_bps"} <= set(rows[0]):
            raise PlaceError(_("Daftar wilayah %(path)s tidak terbaca") % {"path": self.shown(path)})
        return {row["region_code_kemendagri"]: row for row in rows}

    @cached_property
    def district_slugs(self) -> list[str]:
        """Slugs of every district with a folder in some layer."""
        paths = (path for layer in self.layers for path in (layer / "districts").glob("*/district.yml"))
        return sorted({path.parent.name for path in paths})


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
    expected = property(lambda self: self.content.get("expected", {}))
    notes = property(lambda self: self.content.get("name_notes", []))
    title = property(lambda self: f"{self.kind.capitalize()} {self.name}", doc='Such as "Kota Batu".')
    terms = property(lambda self: terms_of(self.kind, self.content.get("terms", {})))


@dataclass(frozen=True)
class Initiative:
    """An initiative as its ``initiative.yml`` states it."""

    slug: str
    content: Mapping[str, Any]

    title = property(lambda self: self.content["title"])
    commodity = property(lambda self: self.content.get("commodity", ""))
    product_unit = property(lambda self: self.content.get("product_unit", ""))
    is_service = property(lambda self: self.content.get("is_service", False))
    route = property(lambda self: self.content.get("route", ""))
    initiator = property(lambda self: self.content.get("initiator", ""))
    parent_programme = property(lambda self: self.content.get("parent_programme", ""))
    target_villages = property(lambda self: self.content.get("target_villages", []))

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

    address = property(
        lambda self: f"{self.district.slug}/{self.initiative.slug}/{self.cycle}",
        doc="The place as a path, such as ``bantaeng/kopi/2026``.",
    )
    is_closed = property(
        lambda self: self.initiative.cycles[self.cycle],
        doc="Whether the cycle is closed, so that its results are never overwritten.",
    )

    @property
    def as_of(self) -> str:
        """The day (ISO date) that a closed cycle is seen from, "" where none is stated."""
        cycles = self.initiative.content["cycles"]
        return next(c.get("as_of", "") for c in cycles if str(c["cycle"]) == self.cycle)

    @property
    def previous_cycle(self) -> str:
        """The cycle before this one, "" where there is none."""
        return max((c for c in self.initiative.cycles if c < self.cycle), default="")

    def stated_files(self, scope: str) -> Mapping[str, Mapping[str, str]]:
        """Return what district.yml or initiative.yml states of its tables' files."""
        return (self.district if scope == "district" else self.initiative).content.get("files", {})

    def dialect(self, table: str, scope: str) -> Dialect:
        """Return how the file of ``table`` is written, as stated for its scope."""
        return Dialect(**self.stated_files(scope).get(table, {}))

    def folder(self, scope: str) -> str:
        """Return the folder of a scope's tables, relative to a layer."""
        own = "" if scope == "district" else f"/{self.initiative.slug}"
        return f"districts/{self.district.slug}{own}"


def load_district(roots: Roots, slug: str) -> District:
    """Read a district by its slug; its code must fit what it says of itself."""
    content = _load(roots, f"districts/{slug}/district.yml", "district", partial(_explain_code, roots))
    folders = (layer / "districts" / slug for layer in roots.layers)
    initiatives = {path.parent.name for folder in folders for path in folder.glob("*/initiative.yml")}
    return District(slug, content, tuple(sorted(initiatives)))


def load_initiative(roots: Roots, district: District, slug: str) -> Initiative:
    """Read an initiative of ``district`` by its slug; its villages must lie in the district."""
    relative = f"districts/{district.slug}/{slug}/initiative.yml"
    explain = partial(_explain_initiative, district.code_kemendagri)
    return Initiative(slug, _load(roots, relative, "initiative", explain))


def _load(roots: Roots, relative: str, kind: str, explain: Callable[[dict[str, Any]], str]) -> dict[str, Any]:
    path = roots.find_file(relative)
    if path is None:
        raise PlaceError(_("Berkas tidak ada: %(path)s") % {"path": relative})
    content = read_yaml(path, relative, PlaceError)
    check_shape(content, kind, relative, PlaceError)
    fault = explain(content)
    for table, stated in content.get("files", {}).items():
        dialect = Dialect(**stated)
        if dialect.decimal == dialect.thousands:
            fault = fault or f"files.{table}: {_('tanda desimal dan tanda ribuan tidak boleh sama')}"
    if fault:
        raise PlaceError(f"{relative}: {fault}")
    return content


def _explain_code(roots: Roots, content: Mapping[str, Any]) -> str:
    """Say why the code of a district does not fit what the district says of itself."""
    code, kind, is_rekaan = content["district_code_kemendagri"], content["kind"], content["rekaan"]
    if is_rekaan != (int(code[:2]) <= 10):
        return _(
            "kode %(code)s tidak cocok dengan rekaan: %(rekaan)s; "
            "daerah rekaan berawalan 00-10, daerah nyata mulai 11"
        ) % {"code": code, "rekaan": is_rekaan}
    if not is_rekaan and roots.regions.get(code, {}).get("level") != kind:
        return _("tidak ada %(kind)s berkode %(code)s dalam daftar wilayah") % {"kind": kind, "code": code}
    return ""


def _explain_initiative(district_code: str, content: Mapping[str, Any]) -> str:
    """Say what is wrong with the cycles, or which subdistrict or village lies elsewhere or is named twice."""
    years = [str(c["cycle"]) for c in content["cycles"]]
    if not all(re.fullmatch(r"[0-9]{4}", year) for year in years):
        return _("siklus harus tahun empat angka, bukan %(years)s") % {"years": ", ".join(years)}
    for stated in content["cycles"]:
        if stated.get("as_of") and stated["status"] == "open":
            problem = _("siklus %(cycle)s masih berjalan; as_of hanya untuk siklus yang ditutup")
            return problem % {"cycle": stated["cycle"]}
    if len(set(years)) < len(years):
        return _("siklus disebut dua kali")
    for key in ("subdistricts", "target_villages"):
        codes = [unit["code"] for unit in content.get(key, [])]
        for code in codes:
            if code[:5] != district_code:
                fault = _("kode daerah lain; inisiatif ini milik %(own)s") % {"own": district_code}
                return f"{key} {code}: {fault}"
        if len(set(codes)) < len(codes):
            return _("%(key)s menyebut kode yang sama dua kali") % {"key": key}
    return ""
