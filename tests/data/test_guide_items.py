"""The items of the guide: every one is known by number, and held by a stage once its stages are there."""

from __future__ import annotations

import re

import pytest

from perantara.stage.declaration import load_stages
from perantara.tables.places import Roots
from perantara.tables.store import TableStore

# the chapters of the guide: preface, three parts, chapter 4 and the four appendices (domain list, part A)
CHAPTERS = {"A0": 7, "A1": 16, "A2": 5, "A3": 23, "A4": 5, "A5": 4}


@pytest.fixture(scope="module")
def roots() -> Roots:
    return Roots.find()


@pytest.fixture(scope="module")
def items(roots) -> dict[str, dict[str, str]]:
    return {row["item_id"]: row for row in TableStore(roots).read("guide_items").rows}


@pytest.fixture(scope="module")
def stages(roots) -> dict[str, set[str]]:
    """The items that each stage with a notebook holds, by the number of the stage."""
    return {name[:2]: set(stage.covers) for name, stage in load_stages(roots).items()}


def test_every_chapter_of_the_guide_has_its_items(items):
    counts = {chapter: sum(item.startswith(f"{chapter}.") for item in items) for chapter in CHAPTERS}
    assert counts == CHAPTERS
    assert all(
        re.fullmatch(r"\d{2}", n) and int(n) <= 10 for row in items.values() for n in row["stages"].split()
    )


def test_a_stage_names_only_items_that_exist(items, stages):
    unknown = {number: held - set(items) for number, held in stages.items()}
    assert {number: names for number, names in unknown.items() if names} == {}


def test_every_item_is_held_by_a_stage_as_soon_as_its_stages_are_there(items, stages):
    held = set().union(*stages.values())
    lacking = [
        item for item, row in items.items() if item not in held and set(row["stages"].split()) <= set(stages)
    ]
    assert lacking == []


def test_what_holds_in_every_stage_is_named_by_every_stage(items, stages):
    everywhere = {item for item, row in items.items() if len(row["stages"].split()) == 11}
    assert everywhere == {"A0.4", "A3.6a"}  # the national targets; inclusion, environment, priorities (3.6)
    assert {number for number, held in stages.items() if not everywhere <= held} == set()
