"""The seam of the English catalogue: what babel takes out, and what is said in English."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from perantara.methods import budget_calendar, budget_codes, code_grammar, funding
from perantara.stage.declaration import load_stages
from perantara.stage.gate import GATE_LABELS
from perantara.tables.declaration import load_declarations
from perantara.tables.places import Roots
from perantara.text import _, using_language

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "lib/perantara/text/locale/en/LC_MESSAGES/perantara.po"
CRITERION_TEXTS = ("evidence", "evidence_met", "unknown", "next_step", "ask", "who")
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Messages by id, taken out by the very command that babel.cfg names in its first line."""
    first_line = (ROOT / "babel.cfg").read_text(encoding="utf-8").splitlines()[0]
    options = first_line.removeprefix("# pybabel extract ").split()
    sources = tmp_path_factory.mktemp("sources")
    for name in ("lib", "notebooks", "data/tables"):
        shutil.copytree(
            ROOT / name, sources / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
        )
    shutil.copy(ROOT / "babel.cfg", sources)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(sources)
        CommandLineInterface().run(["pybabel", "-q", "extract", *options])
        with (sources / "perantara.pot").open("rb") as handle:
            return {message.id: message for message in read_po(handle) if message.id}


@pytest.fixture(scope="module")
def english():
    with CATALOGUE.open("rb") as handle:
        return {message.id: message.string for message in read_po(handle) if message.id}


@pytest.mark.parametrize(
    "message",
    [
        "Dapat dilanjutkan",  # lazy("…") in a module
        "Ringkasan untuk keputusan",  # _("…") in a template
        "%(place)s, siklus %(cycle)s",  # _("…") | format in a template
        "## Sumber",  # prose of a notebook
        "Penyiapan penganggaran",  # title of a stage
        "Rincian kebutuhan biaya",  # title of a table
    ],
)
def test_babel_takes_messages_out_of_modules_templates_and_notebooks(extracted, message):
    assert message in extracted


def test_babel_takes_sentences_out_of_calls_that_state_them(extracted):
    places = {Path(name).name for message in extracted.values() for name, _line in message.locations}
    assert {"stage.py", "main.py", "report.html.j2", "02_concept.ipynb"} <= places


@pytest.mark.parametrize(
    "notes", [budget_calendar.NOTES, budget_codes._NOTES, code_grammar._FAULTS, funding.NOTES]
)
def test_every_sentence_that_a_method_writes_into_a_table_is_taken_out(extracted, notes):
    assert set(notes.values()) - set(extracted) == set()


def test_what_declarations_show_is_taken_out_whole(extracted):
    stages, tables = load_stages(Roots.find()), load_declarations([ROOT / "data/tables"])
    shown = {s.title for s in stages.values()} | {s.question for s in stages.values()}
    for stage in stages.values():
        for form in (*stage.parameters.values(), *stage.criteria.values()):
            shown |= {form[key] for key in (*CRITERION_TEXTS, "title", "unit", "set_by") if key in form}
    for table in tables.values():
        shown |= {table.title, table.why, table.holder, table.coverage.get("noun", "")}
        shown |= {text for field in table.fields for text in (field.title, field.unit, field.description)}
        shown |= {str(word) for field in table.fields for word in field.constraints.get("enum", ())}
    assert len(shown) > 300
    assert shown - set(extracted) - {""} == set()


def test_every_translation_is_of_a_message_that_is_still_in_the_source(extracted, english):
    assert set(english) - set(extracted) == set()


def test_a_translation_keeps_every_placeholder(english):
    assert english
    for message, translation in english.items():
        assert sorted(PLACEHOLDER.findall(translation)) == sorted(PLACEHOLDER.findall(message)), message


def test_every_label_of_a_gate_is_said_in_english_and_stays_indonesian_otherwise(english):
    for label in GATE_LABELS.values():
        with using_language("en"):
            assert str(label) == english[label.message] != label.message
        assert str(label) == label.message


def test_a_message_without_a_translation_stays_indonesian():
    with using_language("en"):
        assert _("Pesan ini tidak ada dalam katalog.") == "Pesan ini tidak ada dalam katalog."
