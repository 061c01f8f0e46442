"""Prose of notebooks: taken out paragraph by paragraph, and put back in another language."""

from __future__ import annotations

import io

import nbformat

from perantara.text import messages
from perantara.text.extraction import extract_declaration, extract_notebook, paragraphs, translate_notebook

TEXT = "## Data\n\nSiapa yang mendata?\n\n\n- satu\n- dua\n"


def notebook():
    cells = [
        nbformat.v4.new_markdown_cell(TEXT),
        nbformat.v4.new_code_cell('judul = _("Peta pelaku")\nx = 1'),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_text_cell_falls_into_paragraphs_and_a_list_stays_whole():
    assert paragraphs(TEXT) == ["## Data", "Siapa yang mendata?", "- satu\n- dua"]


def test_prose_and_marked_messages_of_code_are_extracted_with_their_cell():
    found = list(extract_notebook(io.BytesIO(nbformat.writes(notebook()).encode()), {"_": None}, [], {}))
    assert [message for _line, _function, message, _comments in found] == [
        "## Data", "Siapa yang mendata?", "- satu\n- dua", "Peta pelaku",
    ]  # fmt: skip


def test_texts_of_a_declaration_are_extracted_with_their_lines_at_any_depth():
    stated = """title: Panen
name: harvest
parameters: {least: {type: number, title: Paling sedikit, unit: kg, set_by: panduan, default: 3}}
criteria:
  enough:
    title: Cukup
    evidence: "Panen %(value)s kg."
    threshold: least
    who: >-
      Dinas
      Pertanian
fields:
  - {name: grade, title: '', constraints: {enum: [baik, cukup, 3]}}
"""
    found = extract_declaration(io.BytesIO(stated.encode()), {}, [], {})
    assert [(line, message) for line, _function, message, _comments in found] == [
        (1, "Panen"), (3, "Paling sedikit"), (3, "kg"), (3, "panduan"), (6, "Cukup"), (7, "Panen %(value)s kg."),
        (9, "Dinas Pertanian"), (13, "baik"), (13, "cukup"),
    ]  # fmt: skip
    assert list(extract_declaration(io.BytesIO(b""), {}, [], {})) == []


def test_translation_changes_prose_alone_and_keeps_the_blank_lines(monkeypatch):
    english = {"## Data": "## Data (en)", "Siapa yang mendata?": "Who counts?"}
    monkeypatch.setattr(messages, "_catalogue", lambda language: english if language == "en" else {})
    translated = translate_notebook(notebook(), "en")
    assert translated.cells[0].source == "## Data (en)\n\nWho counts?\n\n\n- satu\n- dua\n"
    assert translated.cells[1].source == notebook().cells[1].source


def test_in_the_source_language_a_notebook_stays_as_it_is():
    before = notebook()
    assert [cell.source for cell in translate_notebook(notebook(), "id").cells] == [
        cell.source for cell in before.cells
    ]
