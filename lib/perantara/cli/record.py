"""What ``perantara record`` does: the decision record of each initiative that an address names."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from perantara.errors import ResultError
from perantara.publish.record import newest_result, write_record
from perantara.run.jobs import choose_stages
from perantara.stage.results import result_folder
from perantara.tables.addresses import find_places
from perantara.tables.places import Roots
from perantara.text import _


def write_records(roots: Roots, address: str, number: str, output: Path | None) -> Iterator[Path]:
    """Write the record of the newest result of each initiative; yield where each lies.

    ResultError: the stage has no result there, or one file is asked for several initiatives.
    """
    (stage,) = choose_stages(roots, (number,))
    groups = [
        list(cycles) for _slug, cycles in groupby(find_places(roots, address), lambda p: p.initiative.slug)
    ]
    found = list(filter(None, (newest_result(roots, places, stage.name) for places in groups)))
    if not found:
        problem = _(
            "Tahap %(stage)s belum punya hasil di sini. Jalankan dahulu: perantara run %(place)s --stage %(number)s"
        )
        raise ResultError(problem % {"stage": stage.name, "place": address, "number": stage.name[:2]})
    if output and len(found) > 1:
        slugs = ", ".join(f"{place.district.slug}/{place.initiative.slug}" for place, _findings in found)
        problem = _("Satu berkas untuk satu inisiatif; sebutkan salah satu: %(places)s.")
        raise ResultError(problem % {"places": slugs})
    for place, findings in found:
        # beside the result's folder, not in it: its manifest lists every file
        beside = result_folder(roots, place, stage.name).with_name(f"berita-acara-{stage.name}.docx")
        path = output or beside
        write_record(path, roots, place, stage, findings, dt.date.today().isoformat())
        yield path
