"""The generated pages and the addresses between the pages of the documentation."""

import importlib.util
import re
from pathlib import Path

import pytest

from perantara.tables.declaration import load_declarations

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
REMEDY = "out of date; run: python docs/reference/generate.py"


@pytest.fixture(scope="module")
def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "reference" / "generate.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_generated_pages_are_current(generator):
    pages = generator.pages()
    assert {path.name for path in pages} == {"tables.md", "guide.md", "glossary.md"}
    for path, text in pages.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name} is {REMEDY}"


def test_every_declared_column_stands_in_the_dictionary():
    text = (ROOT / "docs" / "reference" / "tables.md").read_text(encoding="utf-8")
    sections = {part.split(" — ")[0]: part for part in text.split("\n### ")[1:]}
    for name, table in load_declarations([ROOT / "data" / "tables"]).items():
        for column in table.field_names:
            assert f"| `{column}` |" in sections[name], f"{name}.{column}"


def test_a_bar_inside_a_cell_does_not_end_it(generator):
    assert generator.markdown_table(["a"], [["x|y"]]) == "| a |\n| --- |\n| x\\|y |"


def test_the_glossary_pairs_each_term_with_english(generator):
    rows = [
        {"term": "Tahap", "term_english": "stage", "code_name": "stage", "definition": "Satu buku."},
        {"term": "3K", "term_english": "quality", "code_name": "", "definition": "Kualitas."},
    ]
    lines = generator.glossary(rows).splitlines()
    assert lines[-2:] == ["| 3K | quality |  | Kualitas. |", "| Tahap | stage | `stage` | Satu buku. |"]


def test_an_item_of_the_guide_leads_to_the_stages_that_hold_it_and_those_still_planned(generator):
    item = {"item_id": "A2.2", "chapter": "2.2", "title": "Tim inti", "stages": "00 05"}
    page = generator.guide([item], {"00": ["A2.2"], "02": ["A2.2", "A3.2i"]})
    assert page.splitlines()[-1] == "| A2.2 | 2.2 | Tim inti | 00, 02 | 05 |"


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_within_the_documentation_leads_somewhere(page):
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []


def test_decisions_are_numbered_without_a_gap():
    numbers = [path.name[:4] for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == [f"{n:04d}" for n in range(1, len(numbers) + 1)]
