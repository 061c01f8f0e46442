"""The command ``perantara``: check, run, verify."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from perantara import __version__
from perantara.cli.codes import codes
from perantara.errors import PerantaraError
from perantara.tables.addresses import all_places, find_places
from perantara.tables.places import Place, Roots
from perantara.text import _, format_number


class _Group(click.Group):
    """Shows an error of ours as its words alone, and ends with 1."""

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except PerantaraError as error:
            click.echo(str(error), err=True)
            context.exit(1)
        except KeyboardInterrupt:
            words = _("Dihentikan. Hasil yang sudah lengkap tetap ada; jalankan lagi untuk melanjutkan.")
            click.echo(words, err=True)
            context.exit(130)


@click.group(
    cls=_Group, help=_("Buku Kerja Keperantaraan Pasar: periksa data, jalankan buku, periksa hasil.")
)
@click.option("--data", type=click.Path(path_type=Path), help=_("Folder kerja daerah (atau PERANTARA_DATA)."))
@click.option(
    "--reports", type=click.Path(path_type=Path), help=_("Folder laporan (atau PERANTARA_REPORTS).")
)
@click.version_option(__version__)
@click.pass_context
def main(context: click.Context, data: Path | None, reports: Path | None) -> None:
    """Find the folders before any subcommand."""
    for stream in (sys.stdout, sys.stderr):  # a Windows console may still be in another encoding
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    context.obj = Roots.find(data, reports)


_named = click.argument("addresses", nargs=-1, metavar="[TEMPAT]…")
_every = click.option("--all", "every", is_flag=True, help=_("Semua daerah."))
_stages = click.option(
    "--stage", "stages", multiple=True, metavar="NN", help=_("Tahap, misalnya 2, 02, atau concept; boleh diulang.")
)  # fmt: skip
_language = click.option("--lang", type=click.Choice(["id", "en"]), default="id", help=_("Bahasa laporan."))


def _places(roots: Roots, addresses: Iterable[str], every: bool) -> list[Place]:
    if every:
        return all_places(roots)
    if not addresses:
        problem = _("Sebutkan daerahnya, misalnya: perantara run trenggalek. Yang ada: %(slugs)s.")
        raise PerantaraError(problem % {"slugs": ", ".join(roots.district_slugs)})
    found = [place for address in addresses for place in find_places(roots, address)]
    return list({place.address: place for place in found}.values())


@main.command(help=_("Periksa tabel suatu tempat: apa yang ada, sebagian, lama, kurang, atau salah."))
@_named
@_every
@click.pass_obj
def check(roots: Roots, addresses: tuple[str, ...], every: bool) -> None:
    """Exit 0 with a summary, or 1 with every fault."""
    from perantara.cli.check import check_places

    faulty = check_places(roots, _places(roots, addresses, every))
    words = {"count": faulty, "places": "--all" if every else " ".join(addresses)}
    if faulty:
        problem = _("%(count)s tabel belum benar. Perbaiki, lalu jalankan lagi: perantara check %(places)s")
        raise PerantaraError(problem % words)
    click.echo(_("Tidak ada yang salah. Berikutnya: perantara run %(places)s") % words)


@main.command(help=_("Jalankan buku suatu tempat: daerah, daerah/inisiatif, atau daerah/inisiatif/siklus."))
@_named
@_every
@_stages
@click.option("-p", "parameters", nargs=2, multiple=True, metavar="NAMA NILAI", help=_("Parameter tahap."))
@click.option("--force", is_flag=True, help=_("Jalankan juga yang tidak berubah."))
@click.option("--explain", is_flag=True, help=_("Sebutkan mengapa tiap buku dijalankan."))
@click.option("--dry-run", is_flag=True, help=_("Hanya tunjukkan apa yang akan dijalankan."))
@click.option(
    "-j", "workers", type=click.IntRange(1, 256), default=1, help=_("Buku yang dijalankan bersamaan.")
)
@click.option("--engine", type=click.Choice(["perantara", "nbclient"]), help=_("Mesin pelaksana buku."))
@click.option(
    "--scheduler", metavar="ALAMAT", default="", help=_("Klaster Dask, misalnya tcp://server:8786.")
)
@_language
@click.pass_obj
def run(
    roots: Roots, addresses: tuple[str, ...], every: bool, stages: tuple[str, ...],
    parameters: tuple[tuple[str, str], ...], force: bool, explain: bool, dry_run: bool,
    workers: int, engine: str | None, scheduler: str, lang: str,
) -> None:  # fmt: skip
    """Run what is not fresh and print where the reports lie."""
    from perantara.cli.progress import Progress
    from perantara.publish.results import ResultRenderer, write_indexes
    from perantara.run.jobs import choose_stages, make_jobs
    from perantara.run.runner import run_jobs

    places = _places(roots, addresses, every)
    jobs = make_jobs(roots, places, choose_stages(roots, stages), dict(parameters), lang)
    for title, note in dict.fromkeys((p.district.title, note) for p in places for note in p.district.notes):
        click.echo(_("Catatan %(district)s: %(note)s") % {"district": title, "note": note})
    with Progress(len(jobs), explain=explain or dry_run) as progress:
        outcomes = run_jobs(
            roots, jobs, ResultRenderer(), force=force, dry_run=dry_run, workers=workers,
            engine=engine or "", scheduler=scheduler, report=progress.tell,
        )  # fmt: skip
    if not dry_run:
        home = write_indexes(roots, lang, {o.job.place.district.slug for o in outcomes if not o.was_known})
        click.echo(_("Laporan: %(path)s") % {"path": home})
        for slug in dict.fromkeys(place.district.slug for place in places):
            click.echo(f"  {home.parent / slug / 'index.html'}")
    if any(outcome.status in ("failed", "not_run") for outcome in outcomes):
        sys.exit(1)


@main.command(help=_("Jalankan ulang laporan di folder sementara dan katakan apakah hasilnya sama."))
@_named
@_every
@_stages
@_language
@click.pass_obj
def verify(roots: Roots, addresses: tuple[str, ...], every: bool, stages: tuple[str, ...], lang: str) -> None:
    """Exit 0 if every report reproduces, 1 with each difference."""
    from perantara.run.jobs import choose_stages, make_jobs
    from perantara.run.verify import verify as verify_job

    different = 0
    for job in make_jobs(roots, _places(roots, addresses, every), choose_stages(roots, stages), {}, lang):
        differences = verify_job(job)
        different += bool(differences)
        click.echo(f"{job.address}: " + (_("TIDAK SAMA") if differences else _("sama")))
        for difference in differences:
            click.echo(f"  {difference}")
    if different:
        problem = _("%(count)s laporan tidak dapat diulang dengan hasil yang sama.")
        raise PerantaraError(problem % {"count": format_number(different)})


@main.command(
    help=_("Tulis berita acara (Word) dari hasil terbaru suatu tahap, untuk dibahas dan diputuskan.")
)
@click.argument("address", metavar="TEMPAT")
@click.option("--stage", required=True, metavar="NN", help=_("Tahap, misalnya 02."))
@click.option("--output", type=click.Path(path_type=Path), help=_("Berkas hasil (.docx)."))
@click.pass_obj
def record(roots: Roots, address: str, stage: str, output: Path | None) -> None:
    """Write one record an initiative and print where it lies."""
    from perantara.cli.record import write_records

    for path in write_records(roots, address, stage, output):
        click.echo(_("Berita acara: %(path)s") % {"path": path})


@main.command(
    help=_(
        "Tulis draf Word: keputusan tentang Tim Kerja, peraturan kepala daerah, kerangka acuan swakelola tipe 3."
    )
)
@click.argument("address", metavar="TEMPAT")
@click.option(
    "--kind", "kinds", multiple=True, type=click.Choice(["keputusan", "perkada", "kak"]),
    help=_("Jenis draf; boleh diulang. Tanpa ini: ketiganya."),
)  # fmt: skip
@click.pass_obj
def draft(roots: Roots, address: str, kinds: tuple[str, ...]) -> None:
    """Write the drafts of each initiative and print where they lie."""
    from perantara.cli.draft import write_drafts

    for path in write_drafts(roots, address, kinds):
        click.echo(_("Draf: %(path)s") % {"path": path})


main.add_command(codes)

if __name__ == "__main__":
    main()
