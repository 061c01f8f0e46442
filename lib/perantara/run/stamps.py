"""Remembers which districts were found fresh, so that a run with nothing to do reads almost nothing.

A district's stamp is a hash of what its files, its results, the programme and the reference look
like from outside (path, size, time of change). Where it is the same as at the end of a run that
left everything fresh, so is the outcome; where it differs, each job is examined by content.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from perantara.run.jobs import Job
from perantara.stage.provenance import packages
from perantara.tables.places import PROGRAMME, Roots
from perantara.tables.store import keep_in_cache


class Stamps:
    """The stamps of a run's districts."""

    def __init__(self, roots: Roots, jobs: Sequence[Job], renderer_sha256: str) -> None:
        self._path = roots.cache / "fresh.json"
        kept = json.loads(self._path.read_text(encoding="utf-8")) if self._path.exists() else {}
        self._kept: dict[str, str] = kept
        self._roots, self._jobs = roots, {}
        for job in jobs:
            self._jobs.setdefault(job.place.district.slug, []).append(job)
        shared = [folder for layer in roots.layers for folder in (layer / "tables", layer / "reference")]
        shared += [*roots.notebooks, PROGRAMME / "lib", PROGRAMME / "requirements.txt"]
        self._common = json.dumps([packages(), renderer_sha256, *_looks(shared)])
        self.fresh = {slug for slug in self._jobs if self._kept.get(self._name(slug)) == self._stamp(slug)}

    def keep(self, slugs: Iterable[str]) -> None:
        """Stamp districts of which every job is fresh now, and forget the other ones of this run."""
        fresh = set(slugs)
        for slug in self._jobs:
            self._kept.pop(self._name(slug), None)
            if slug in fresh:
                self._kept[self._name(slug)] = self._stamp(slug)
        keep_in_cache(self._roots, self._path, json.dumps(self._kept, indent=0))

    def _name(self, slug: str) -> str:
        """Name what was asked for: other stages or parameters are another question."""
        asked = [[str(job.folder), job.language, sorted(job.overrides.items())] for job in self._jobs[slug]]
        return f"{slug} {hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]}"

    def _stamp(self, slug: str) -> str:
        folders = [layer / "districts" / slug for layer in self._roots.layers]
        folders += sorted({job.folder.parents[1] for job in self._jobs[slug]})  # other stages' results too
        seen = json.dumps([self._common, *_looks(folders)])
        return hashlib.sha256(seen.encode()).hexdigest()


def _looks(places: Iterable[Path]) -> Iterator[tuple[str, int, int]]:
    """Say what files look like from outside, in a fixed order."""
    for place in places:
        if place.is_dir():
            with os.scandir(place) as entries:
                inside = sorted(Path(e.path) for e in entries if e.name != "__pycache__")
            yield from _looks(inside)
        elif place.exists():
            seen = place.stat()
            yield str(place), seen.st_size, seen.st_mtime_ns
