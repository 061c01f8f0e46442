"""Results on disk: complete or not there. A folder is written aside, then moved into place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

from perantara.errors import ResultError
from perantara.tables.places import Place, Roots
from perantara.text import _

MANIFEST = "manifest.json"
_ASIDE = ".lama-"
_LITTER = ("Thumbs.db", "desktop.ini")


def result_folder(roots: Roots, place: Place, stage: str, language: str = "id", *, cycle: str = "") -> Path:
    """Return the folder of a stage's official result."""
    base = roots.reports if language == "id" else roots.reports / language
    return base / place.district.slug / place.initiative.slug / (cycle or place.cycle) / stage


def draft_folder(roots: Roots, place: Place, stage: str) -> Path:
    """Return the folder of what a lone notebook writes: never published, read by no stage."""
    return roots.reports / "_draft" / place.address / stage


def failed_folder(roots: Roots, place: Place, stage: str, language: str = "id") -> Path:
    """Return the folder that keeps the notebook of a run that failed, with its error."""
    return roots.reports / "_failed" / language / place.address / stage


def write_manifest(folder: Path, **notes: Any) -> None:
    """List every file of ``folder`` with its hash; the last thing written into a result."""
    text = json.dumps({**notes, "files": _hashes(folder)}, indent=1, ensure_ascii=False)
    (folder / MANIFEST).write_text(text, encoding="utf-8", newline="\n")


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """Return the manifest of a complete result, or ``None``.

    A file that is lacking, altered or not listed makes it incomplete: a folder copied by half over an
    older one is not to be read. What the system or Office leaves does not count: looking into a folder
    must not undo the result of a closed cycle.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return manifest if manifest["files"] == _hashes(folder) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _hashes(folder: Path) -> dict[str, str]:
    names = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file() and p.name != MANIFEST)
    counted = [n for n in names if not any(p.startswith((".", "~$")) or p in _LITTER for p in n.parts)]
    return {n.as_posix(): hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in counted}


def read_findings(folder: Path) -> dict[str, Any] | None:
    """Return the findings of a complete result, or ``None``."""
    if read_manifest(folder) is None:
        return None
    return json.loads((folder / "findings.json").read_text(encoding="utf-8"))


def move_into_place(new: Path, final: Path) -> None:
    """Put the folder ``new`` in the place of ``final``, or leave all as it was with a ResultError."""
    final.parent.mkdir(parents=True, exist_ok=True)
    aside = final.with_name(f"{_ASIDE}{final.name}-{uuid.uuid4().hex[:8]}")
    try:
        if final.exists():
            os.replace(final, aside)
        os.replace(new, final)
    except OSError as error:
        if aside.exists() and not final.exists():
            os.replace(aside, final)
        raise ResultError(_explain(final, error)) from error
    shutil.rmtree(aside, ignore_errors=True)


def mend(parent: Path) -> None:
    """Finish what a killed move left: put an old folder back where the new one never came.

    The cache of clean tables that earlier versions kept among the reports is removed.
    """
    shutil.rmtree(parent / "_cache", ignore_errors=True)
    left = [path for path in parent.rglob(f"{_ASIDE}*") if path.is_dir()]
    for aside in sorted(left, key=lambda path: read_manifest(path) is None):  # whole ones first
        final = aside.with_name(aside.name[len(_ASIDE) : -9])
        if final.exists():
            shutil.rmtree(aside, ignore_errors=True)
        else:
            os.replace(aside, final)


def _explain(folder: Path, error: OSError) -> str:
    words = {"folder": "/".join(folder.parts[-4:]), "error": error.strerror or error}
    if not isinstance(error, PermissionError):
        return _("Hasil belum dapat ditulis ke %(folder)s: %(error)s. Hasil lama tetap utuh.") % words
    locked = _find_locked(folder) or Path(error.filename or folder).name
    return _(
        'Hasil belum dapat diganti: "%(file)s" di %(folder)s sedang dibuka. '
        "Tutup berkas itu (Excel, Word, atau peramban), lalu jalankan lagi. Hasil lama tetap utuh."
    ) % {"file": locked, **words}


def _find_locked(folder: Path) -> str:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        try:
            if path.is_file():
                path.open("ab").close()
        except OSError:
            return path.name
    return ""
