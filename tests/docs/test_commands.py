"""What the documentation tells a reader to type, held against the commands and data that there are."""

import csv
import re
import shlex
from pathlib import Path

import pytest

from perantara.cli.main import main
from perantara.stage.declaration import load_stages
from perantara.tables.places import Roots
from perantara.tables.store import TableStore
from perantara.text import format_number

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
CENSUS = ROOT / "data/districts/contoh/kopi/umk_census.csv"


def commands():
    """Every command line of perantara in a block of shell or between back ticks, with its page."""
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        blocks = "\n".join(re.findall(r"```(?:sh|powershell)\n(.*?)```", text, re.S))
        lines = re.findall(r"^perantara (.+)$", blocks, re.M)
        lines += re.findall(r"`perantara ((?:check|run|verify) [^`<…]+)`", text)
        for line in lines:
            yield pytest.param(shlex.split(line, comments=True), id=f"{page.name}: {line}"[:80])


@pytest.mark.parametrize("words", list(commands()))
def test_a_command_in_the_documentation_is_one_that_the_programme_takes(words):
    options = ["--data", "--reports"]  # of the programme itself; each takes a value
    while words[0] in options:
        words = words[2:]
    command = main.commands[words[0]]
    given = command.make_context(words[0], words[1:]).params
    known = {stage[:2] for stage in load_stages(Roots.find())} | {"NN"}
    assert set(given.get("stages", ())) <= known
    parameters = {p for stage in load_stages(Roots.find()).values() for p in stage.parameters} | {"as_of"}
    assert {parameter for parameter, _value in given.get("parameters", ())} <= parameters


def test_the_tutorial_changes_a_number_that_is_there():
    text = " ".join((ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8").split())
    with CENSUS.open(encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["cycle"] == "2026"]
    (changed,) = [row for row in rows if row["umk_id"] == "UMK-001"]
    assert changed["village_name"] == "Sukacontoh"
    assert f"ganti `{changed['capacity_per_month']}` dengan" in text
    # the report sums the enterprises of which both capacity and production are known
    village = [r for r in rows if r["village_name"] == "Sukacontoh"]
    both = [r for r in village if r["capacity_per_month"] and r["production_per_month"]]
    total = sum(float(r["capacity_per_month"]) for r in both)
    after = total + 335 - float(changed["capacity_per_month"])
    assert f"Sukacontoh {format_number(total)} satuan" in text
    assert f"menjadi {format_number(after)}, yaitu {format_number(after - total)} lebih besar" in text


def test_the_readme_names_every_stage_that_there_is_and_no_other_as_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    there = re.findall(r"^\| \*\*(\d\d) [^|]*\| [^|]*\| \*\*ada\*\* \|", text, re.M)
    assert there == [name[:2] for name in load_stages(Roots.find())]


def test_the_readme_names_every_table_that_a_stage_reads_and_writes():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for stage in load_stages(Roots.find()).values():
        for table in [*stage.tables, *stage.writes]:
            assert f"`{table}`" in text, f"{stage.name} {table}"


@pytest.mark.parametrize("name", ["howto-analis.md", "howto-pelatih.md", "tutorial.md"])
def test_every_table_named_in_a_guide_is_declared(name):
    text = (ROOT / "docs" / name).read_text(encoding="utf-8")
    own_names = {"tabel", "pendataan"}  # a placeholder, and an office's own name for its file
    assert set(re.findall(r"(\w+)\.csv", text)) - own_names <= set(TableStore(Roots.find()).declarations)
