"""A workspace with toy stages, so that the runner is tested without the weight of a real one."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from perantara.run.jobs import choose_stages, make_jobs
from perantara.run.runner import run_jobs
from perantara.tables.addresses import find_places
from perantara.tables.places import Roots

DISTRICT = """\
name: Uji
kind: kabupaten
district_code_kemendagri: "01.01"
rekaan: true
"""
INITIATIVE = """\
title: Kopi uji
cycles: [{cycle: "2025", status: closed}, {cycle: "2026", status: open}]
"""
ACTORS = """\
actor_id,cycle,name,actor_type,role,location,commitment,basis,source,data_date
A1,,Pembeli Satu,mitra swasta,membeli,,calon,rekaan,Data rekaan,2026-01-05
"""
OPEN = """\
from perantara.stage import Stage

stage = Stage.open("{name}", globals())
"""
CLOSE = """\
count = len(stage.reading("actors").rows or ())
stage.state("Tercatat %(count)s pelaku.", count=count)
stage.close(stage.judge(actors=count), {})
"""


class FakeRenderer:
    """Stands in for the pages, which have tests of their own."""

    sha256 = "a" * 64

    def report(self, folder, job):
        return f"<html>{job.address}</html>"

    def failed(self, folder, job):
        return f"<html>gagal {job.address}</html>"


class Toy:
    """A workspace of one district, one initiative, and the stages that a test writes."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.place = root / "districts" / "uji" / "kopi"
        self.place.mkdir(parents=True)
        (root / "notebooks").mkdir()
        (self.place.parent / "district.yml").write_text(DISTRICT)
        (self.place / "initiative.yml").write_text(INITIATIVE)
        self.write_actors(1)
        self.renderer = FakeRenderer()

    @property
    def roots(self) -> Roots:
        return Roots.find(self.root)

    def write_actors(self, count: int) -> None:
        row = ACTORS.splitlines()[1]
        rows = [row.replace("A1", f"A{n}") for n in range(1, count + 1)]
        (self.place / "actors.csv").write_text("\n".join([ACTORS.splitlines()[0], *rows]) + "\n")

    def add_stage(
        self,
        name: str,
        *cells: str,
        upstream: str = "",
        last_cycle: str = "",
        limits: str = "",
        close: str = CLOSE,
    ) -> None:
        reads = "{initiative: [actors]" + (f", stages: [{upstream}]" if upstream else "")
        reads += (f", last_cycle: [{last_cycle}]" if last_cycle else "") + "}"
        declaration = (
            f"title: Tahap {name}\nquestion: Berapa pelaku?\nguide: '1'\nreads: {reads}\n"
            "parameters:\n  minimum: {type: integer, unit: pelaku, minimum: 0, maximum: 9, "
            f"title: Pelaku, set_by: panduan}}\n{limits}"
            "criteria:\n  actors: {title: Ada pelaku, operator: '>=', threshold: minimum, tables: [actors], "
            "evidence: 'Ada %(value)s.', unknown: Belum ada., next_step: Catat pelaku., who: Dinas Uji}\n"
        )
        (self.root / "notebooks" / f"{name}.yml").write_text(declaration)
        parameters = nbformat.v4.new_code_cell(
            'district = "uji"\ninitiative = ""\ncycle = ""\nas_of = ""\nminimum = 1',
            metadata={"tags": ["parameters"]},
        )
        sources = [OPEN.format(name=name), *cells, close]
        notebook = nbformat.v4.new_notebook(
            cells=[parameters, *[nbformat.v4.new_code_cell(source) for source in sources]],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, self.root / "notebooks" / f"{name}.ipynb")

    def jobs(self, *stages: str, address: str = "uji/kopi/2026", **overrides):
        roots = self.roots
        return make_jobs(roots, find_places(roots, address), choose_stages(roots, stages), overrides)

    def run(self, *stages: str, address: str = "uji/kopi/2026", overrides=None, **options):
        jobs = self.jobs(*stages, address=address, **(overrides or {}))
        return run_jobs(self.roots, jobs, self.renderer, **options)


@pytest.fixture
def toy(tmp_path: Path) -> Toy:
    return Toy(tmp_path / "kerja")
