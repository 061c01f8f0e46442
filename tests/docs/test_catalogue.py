"""The seam of the English catalogue: what babel takes out, and what is said in English."""

import re
import shutil
from pathlib import Path

import pytest
from babel.messages.frontend import CommandLineInterface
from babel.messages.pofile import read_po

from perantara.stage.gate import GATE_LABELS
from perantara.text import _, using_language

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "lib/perantara/text/locale/en/LC_MESSAGES/perantara.po"
PLACEHOLDER = re.compile(r"%\(\w+\)s|%%")


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """Messages by id, taken out by the very command that babel.cfg names in its first line."""
    first_line = (ROOT / "babel.cfg").read_text(encoding="utf-8").splitlines()[0]
    options = first_line.removeprefix("# pybabel extract ").split()
    sources = tmp_path_factory.mktemp("sources")
    for name in ("lib", "notebooks"):
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
    ],
)
def test_babel_takes_messages_out_of_modules_templates_and_notebooks(extracted, message):
    assert message in extracted


def test_babel_takes_sentences_out_of_calls_that_state_them(extracted):
    places = {Path(name).name for message in extracted.values() for name, _line in message.locations}
    assert {"stage.py", "main.py", "report.html.j2", "02_concept.ipynb"} <= places


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
