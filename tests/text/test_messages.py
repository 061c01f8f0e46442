"""The catalogue: Indonesian is the source; another language is laid over it when it is shown."""

from __future__ import annotations

import json
from contextvars import copy_context

import pytest

from perantara.text import (
    Sentence,
    _,
    current_language,
    lazy,
    messages,
    say_again,
    set_language,
    using_language,
)


@pytest.fixture
def english(tmp_path, monkeypatch):
    """A catalogue of two messages, one of them left untranslated."""
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "perantara.po").write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n\n'
        'msgid "Terdata %(n)s desa."\nmsgstr "%(n)s villages recorded."\n\nmsgid "ada"\nmsgstr ""\n'
    )
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    messages._catalogue.cache_clear()
    yield
    messages._catalogue.cache_clear()


def test_a_message_is_said_in_the_language_in_force(english):
    with using_language("en"):
        assert _("Terdata %(n)s desa.") % {"n": 3} == "3 villages recorded."
    assert _("Terdata %(n)s desa.") % {"n": 3} == "Terdata 3 desa."


def test_a_text_of_several_messages_is_said_again_sentence_by_sentence(monkeypatch):
    english = {
        "Nama hampir sama.": "Nearly the same name.",
        "Kode %(code)s: %(name)s (kemiripan %(share)s).": "%(name)s has %(code)s (%(share)s).",
        "Naik 5 %.": "Up 5 %.", "Dua kali %(a)s, %(a)s.": "Twice %(a)s.", "%(n)s.": "never",
    }  # fmt: skip
    monkeypatch.setattr(messages, "_catalogue", lambda language: english if language == "en" else {})
    note = "Catatan orang. Kode 2.17.08: Usaha Kab. Pati (kemiripan 0,90). Nama hampir sama. Naik 5 %. Lain"
    with using_language("en"):
        assert say_again(note) == (
            "Catatan orang. Usaha Kab. Pati has 2.17.08 (0,90). Nearly the same name. Up 5 %. Lain"
        )
        assert say_again("Dua kali ya, ya.") == "Twice ya."
        assert say_again("Dua kali ya, tidak.") == "Dua kali ya, tidak."
        assert say_again("Selesai.") == "Selesai."
    assert say_again(note) == note


def test_an_untranslated_message_stays_indonesian(english):
    with using_language("en"):
        assert (_("ada"), _("tiada")) == ("ada", "tiada")


def test_a_lazy_message_is_translated_when_it_is_shown(english):
    word = lazy("Terdata %(n)s desa.")
    with using_language("en"):
        assert str(word) == "%(n)s villages recorded."
    assert str(word) == "Terdata %(n)s desa."


def test_the_former_language_comes_back_even_after_an_error():
    with pytest.raises(ZeroDivisionError), using_language("en"):
        _ = 1 / 0
    assert current_language() == "id"


def test_the_language_of_the_process_holds_in_every_context_of_it():
    before = current_language()
    try:
        copy_context().run(set_language, "en")  # as a cell of a notebook does
        assert current_language() == "en"
        with using_language("id"):
            assert current_language() == "id"
    finally:
        set_language(before)


def test_an_unknown_language_is_refused():
    with pytest.raises(ValueError, match="Bahasa tidak dikenal: fr"):
        set_language("fr")


def test_a_sentence_says_its_numbers_in_the_form_of_the_language(english):
    sentence = Sentence("Terdata %(n)s desa.", {"n": 1234.5})
    assert str(sentence) == "Terdata 1.234,5 desa."
    with using_language("en"):
        assert str(sentence) == "1,234.5 villages recorded."


def test_a_sentence_survives_being_kept_as_json():
    sentence = Sentence("%(who)s: %(n)s, %(yes)s", {"who": "Desa", "n": 2, "yes": True})
    assert Sentence.from_json(json.loads(json.dumps(sentence.as_json()))) == sentence
    assert str(sentence) == "Desa: 2, True"


def test_a_number_out_of_a_frame_becomes_a_plain_one():
    import numpy as np

    sentence = Sentence("Ada %(n)s.", {"n": np.int64(1200)})
    assert str(sentence) == "Ada 1.200."
    assert type(sentence.as_json()["arguments"]["n"]) is int
