"""How a run is told: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys

import click

from perantara.run.runner import Outcome
from perantara.stage.gate import GATE_LABELS
from perantara.text import _, format_number, lazy

_WORDS = {
    "done": lazy("selesai"),
    "fresh": lazy("tetap"),
    "closed": lazy("ditutup"),
    "failed": lazy("GAGAL"),
    "not_run": lazy("tidak dijalankan"),
    "would_run": lazy("akan dijalankan"),
}


class Progress:
    """Tells each outcome as it comes; on a terminal a bar shows how far the run is."""

    def __init__(self, total: int, *, explain: bool) -> None:
        self.total, self.explain, self.bar = total, explain, None

    def __enter__(self) -> Progress:
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=self.total, unit=_("buku"), file=sys.stderr)
        return self

    def __exit__(self, *exception: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def tell(self, outcome: Outcome) -> None:
        """Print one line for an outcome."""
        line = f"{_WORDS[outcome.status]}  {outcome.job.address}"
        if outcome.status == "done":
            line += _(" (%(seconds)s detik)") % {"seconds": format_number(outcome.seconds, 1)}
        if outcome.status in ("done", "fresh", "closed") and outcome.job.findings:
            line += f": {GATE_LABELS[outcome.job.findings['gate']['status']]}"
        if outcome.message and (self.explain or outcome.status in ("failed", "not_run")):
            line += f" — {outcome.message}"
        if self.bar is None:
            click.echo(line)
        else:
            self.bar.write(line, file=sys.stdout)
            self.bar.update()
