"""``perantara codes``: take in a list of budget codes, and mark the codes of any workbook."""

from __future__ import annotations

from pathlib import Path

import click

from perantara.methods.code_grammar import LEVELS
from perantara.tables.places import Roots
from perantara.tables.store import TableStore
from perantara.text import _, lazy

_file = click.argument("file", type=click.Path(path_type=Path), metavar="BERKAS")


@click.group(help=str(lazy("Kode anggaran: muat daftar resmi, atau periksa kode dalam RKA, DPA, dan SIPD.")))
def codes() -> None:
    """Hold the commands on budget codes."""


@codes.command("import", help=str(lazy("Muat daftar kode anggaran (CSV atau Excel) ke folder kerja.")))
@_file
@click.option("--decree", required=True, help=str(lazy('Asal daftar, misalnya "Daftar SIPD TA 2027".')))
@click.option(
    "--year", type=click.IntRange(2019, 2099), required=True, help=str(lazy("Tahun anggaran daftar itu."))
)
@click.option(
    "--level", "levels", multiple=True, type=click.Choice(list(LEVELS.values())),
    help=str(lazy("Hanya tingkat ini; boleh diulang.")),
)  # fmt: skip
@click.option("--sheet", default="", help=str(lazy("Lembar Excel; bawaan: yang pertama berisi kode.")))
@click.option(
    "--basis", type=click.Choice(["resmi", "keterangan"]), default="keterangan", show_default=True,
    help=str(lazy("Resmi bila berkas ini berasal dari penerbitnya.")),
)  # fmt: skip
@click.pass_obj
def import_(
    roots: Roots, file: Path, decree: str, year: int, levels: tuple[str, ...], sheet: str, basis: str
) -> None:
    """Exit 0 with what came in, was repaired and skipped; 1 without any change."""
    from perantara.cli.code_lists import import_list

    decree = " ".join(decree.split())
    for line in import_list(TableStore(roots), file, sheet, levels, decree, year, basis):
        click.echo(line)


@codes.command(
    help=str(lazy("Tandai kode anggaran dalam RKA, DPA, atau lembar SIPD; berkas asli tidak diubah."))
)
@_file
@click.option(
    "--year",
    type=click.IntRange(2019, 2099),
    help=str(lazy("Tahun anggaran; bawaan: yang tertulis di lembar.")),
)
@click.option(
    "--out", type=click.Path(path_type=Path), help=str(lazy("Berkas hasil; bawaan: BERKAS-diperiksa.xlsx."))
)
@click.pass_obj
def check(roots: Roots, file: Path, year: int | None, out: Path | None) -> None:
    """Exit 0 with a summary line and the marked copy, whatever the codes are."""
    from perantara.cli.code_marks import check_workbook

    sentences, path = check_workbook(TableStore(roots), file, year, out)
    for line in [*sentences, _("Hasil: %(path)s") % {"path": path}]:
        click.echo(line)
