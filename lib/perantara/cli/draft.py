"""What ``perantara draft`` does: the legal drafts and terms of reference of each initiative of an address."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path

from perantara.errors import ResultError
from perantara.publish.drafts import KINDS, write_draft
from perantara.stage.results import result_folder
from perantara.tables.addresses import find_places
from perantara.tables.places import Roots
from perantara.text import _


def write_drafts(roots: Roots, address: str, kinds: Sequence[str]) -> Iterator[Path]:
    """Write the drafts for the newest cycle that is named of each initiative; yield where each lies.

    ResultError: one of them is there already (somebody may have edited it); then none is written.
    """
    newest = {place.initiative.slug: place for place in find_places(roots, address)}
    paths = {
        result_folder(roots, place, "").joinpath(f"draf-{kind}.docx"): (place, kind)
        for place in newest.values() for kind in kinds or KINDS
    }  # fmt: skip
    if there := [path for path in paths if path.exists()]:
        problem = _("Sudah ada dan mungkin sudah disunting: %(paths)s. Pindahkan atau ganti namanya dahulu.")
        raise ResultError(problem % {"paths": ", ".join(map(str, there))})
    for path, (place, kind) in paths.items():
        write_draft(path, roots, place, kind, dt.date.today().isoformat())
        yield path
