from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from perantara.errors import ResultError
from perantara.stage import results
from perantara.stage.results import mend, move_into_place, read_findings, read_manifest, write_manifest

STAGE = Path("uji") / "madu" / "2026" / "91_harvest"


def make(folder: Path, text: str = "lama") -> Path:
    """Write a complete result of two files."""
    (folder / "tables").mkdir(parents=True)
    (folder / "findings.json").write_text(json.dumps({"text": text}))
    (folder / "tables" / "panen.csv").write_text(text)
    write_manifest(folder, renderer="abc")
    return folder


def text_of(folder: Path) -> str:
    return read_findings(folder)["text"]


def test_a_manifest_lists_every_file_and_keeps_notes(tmp_path):
    manifest = read_manifest(make(tmp_path / "r"))
    assert set(manifest["files"]) == {"findings.json", "tables/panen.csv"}
    assert manifest["renderer"] == "abc"


@pytest.mark.parametrize("name", ["findings.json", "tables/panen.csv", "manifest.json"])
def test_a_result_that_lacks_a_file_is_not_there(tmp_path, name):
    folder = make(tmp_path / "r")
    (folder / name).unlink()
    assert read_manifest(folder) is None
    assert read_findings(folder) is None


def test_a_result_with_an_altered_file_is_not_there(tmp_path):
    folder = make(tmp_path / "r")
    (folder / "tables" / "panen.csv").write_text("lamA")
    assert read_manifest(folder) is None


def test_a_result_with_a_file_that_is_not_listed_is_not_there(tmp_path):
    # a folder copied over another one: every listed file fits, one of the other run lies between
    folder = make(tmp_path / "r")
    (folder / "tables" / "tawaran.csv").write_text("dari hasil lain")
    assert read_manifest(folder) is None


@pytest.mark.parametrize(
    "name", [".DS_Store", "Thumbs.db", "tables/~$panen.csv", "desktop.ini", ".ipynb_checkpoints/91.ipynb"]
)
def test_what_the_system_leaves_in_a_folder_does_not_undo_a_result(tmp_path, name):
    folder = make(tmp_path / "r")
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("sisa")
    assert read_manifest(folder) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"files": 1}', "{}"])
def test_a_broken_manifest_is_no_manifest(tmp_path, text):
    folder = make(tmp_path / "r")
    (folder / "manifest.json").write_text(text)
    assert read_manifest(folder) is None


def test_the_new_folder_takes_the_place_of_the_old(tmp_path):
    final = make(tmp_path / STAGE)
    move_into_place(make(tmp_path / "baru", "baru"), final)
    assert text_of(final) == "baru"
    assert [p.name for p in final.parent.iterdir()] == [final.name]  # nothing is left aside


def test_a_first_result_needs_no_old_one(tmp_path):
    move_into_place(make(tmp_path / "baru", "baru"), tmp_path / STAGE)
    assert text_of(tmp_path / STAGE) == "baru"


def failing_replace(monkeypatch, call: int, error: BaseException):
    """Let the ``call``-th rename of the move fail."""
    real, calls = os.replace, []

    def replace(source, target):
        calls.append(source)
        if len(calls) == call:
            raise error
        real(source, target)

    monkeypatch.setattr(results.os, "replace", replace)


@pytest.mark.parametrize("call", [1, 2])
def test_an_old_result_stays_whole_when_the_new_cannot_be_moved(tmp_path, monkeypatch, call):
    final = make(tmp_path / STAGE)
    failing_replace(monkeypatch, call, PermissionError(13, "in use", str(final)))
    monkeypatch.setattr(results, "_find_locked", lambda folder: "panen.csv")
    words = r'"panen\.csv" di uji/madu/2026/91_harvest sedang dibuka\. Tutup berkas itu \(Excel'
    with pytest.raises(ResultError, match=words):
        move_into_place(make(tmp_path / "baru", "baru"), final)
    assert text_of(final) == "lama"
    assert [p.name for p in final.parent.iterdir()] == [final.name]


def test_the_file_that_is_held_open_is_found(tmp_path, monkeypatch):
    final = make(tmp_path / STAGE)
    real = Path.open

    def locked(self, mode="r", *args, **kwargs):
        if self.name == "panen.csv" and "a" in mode:
            raise PermissionError(13, "in use", str(self))
        return real(self, mode, *args, **kwargs)

    monkeypatch.setattr(Path, "open", locked)
    failing_replace(monkeypatch, 1, PermissionError(13, "in use", str(final)))
    with pytest.raises(ResultError, match=r'"panen\.csv" di'):
        move_into_place(make(tmp_path / "baru", "baru"), final)


def test_another_fault_of_the_disk_is_not_called_an_open_file(tmp_path, monkeypatch):
    final = make(tmp_path / STAGE)
    failing_replace(monkeypatch, 2, OSError(28, "No space left on device"))
    with pytest.raises(ResultError, match=r"belum dapat ditulis ke .*No space left.*Hasil lama tetap utuh"):
        move_into_place(make(tmp_path / "baru", "baru"), final)
    assert text_of(final) == "lama"


class Killed(BaseException):
    """What no handler of the move catches, as when the process is killed."""


def test_a_kill_between_the_two_renames_is_mended_with_the_old_result(tmp_path, monkeypatch):
    final = make(tmp_path / STAGE)
    with monkeypatch.context() as patch:
        failing_replace(patch, 2, Killed())
        with pytest.raises(Killed):
            move_into_place(make(tmp_path / "baru", "baru"), final)
    assert not final.exists()
    mend(tmp_path)
    assert text_of(final) == "lama"
    assert [p.name for p in final.parent.iterdir()] == [final.name]


def test_a_kill_after_the_second_rename_is_mended_with_the_new_result(tmp_path, monkeypatch):
    final = make(tmp_path / STAGE)
    with monkeypatch.context() as patch:
        patch.setattr(results.shutil, "rmtree", lambda *args, **kwargs: None)
        move_into_place(make(tmp_path / "baru", "baru"), final)
    assert len(list(final.parent.iterdir())) == 2
    mend(tmp_path)
    assert text_of(final) == "baru"
    assert [p.name for p in final.parent.iterdir()] == [final.name]


def test_of_two_folders_left_aside_the_whole_one_comes_back(tmp_path):
    parent = (tmp_path / STAGE).parent
    half = make(parent / ".lama-91_harvest-00000000", "rusak")
    (half / "findings.json").unlink()
    make(parent / ".lama-91_harvest-ffffffff", "utuh")
    mend(tmp_path)
    assert text_of(tmp_path / STAGE) == "utuh"
    assert len(list(parent.iterdir())) == 1


def test_the_cache_that_an_earlier_version_kept_among_the_reports_is_removed(tmp_path):
    old = tmp_path / "_cache" / "tables" / "a.csv"
    old.parent.mkdir(parents=True)
    old.write_text("owner_name\nPemilik 001\n", encoding="utf-8")
    make(tmp_path / STAGE, "utuh")
    mend(tmp_path)
    assert text_of(tmp_path / STAGE) == "utuh" and not (tmp_path / "_cache").exists()
