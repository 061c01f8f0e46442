"""Nothing asks the clock: a report of a day says the same on every day."""

from __future__ import annotations

import ast
import datetime as dt
from pathlib import Path
from types import SimpleNamespace

import pytest

from perantara.stage import parameters
from perantara.tables.places import PROGRAMME

CLOCKS = {
    "date.today", "datetime.today", "datetime.now", "datetime.utcnow", "time.time", "time.time_ns",
    "time.localtime", "time.gmtime", "time.strftime", "Timestamp.now", "Timestamp.today", "Timestamp.utcnow",
}  # fmt: skip
ALLOWED = {
    ("stage/parameters.py", "date.today"): "the one place where an empty as_of becomes the day of the run",
    ("cli/check.py", "date.today"): "tells at the prompt how old a table is; writes nothing",
    (
        "cli/record.py",
        "date.today",
    ): "a decision record takes in the decisions known on the day it is written",
    ("cli/draft.py", "date.today"): "a draft of a law takes in what is decided on the day it is written",
    ("run/runner.py", "time.time"): "the age of a draft folder that was given up; enters no result",
    ("cli/code_lists.py", "date.today"): "the day on which a list of codes was taken in",
}


def clocks_in(source: str) -> set[str]:
    """Return each clock that a module names, under any name it was imported by."""
    tree = ast.parse(source)
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            owner = (
                node.value.attr if isinstance(node.value, ast.Attribute) else getattr(node.value, "id", "")
            )
            owner = {"dt": "datetime", "pd": "pandas"}.get(owner, owner)
            found.add(f"{owner}.{node.attr}")
        if isinstance(node, ast.ImportFrom) and node.module == "time":
            found |= {f"time.{name.name}" for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module == "datetime":
            # a renamed date would hide from this test
            found |= {"datetime.now" for name in node.names if name.asname}
    return found & CLOCKS


def modules() -> dict[str, Path]:
    root = PROGRAMME / "lib" / "perantara"
    return {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*.py"))}


@pytest.mark.parametrize(
    "source",
    [
        "import datetime as dt\ndt.date.today()",
        "import datetime\ndatetime.datetime.now()",
        "from datetime import date\ndate.today()",
        "from datetime import date as day\nday.today()",
        "import time\ntime.time()",
        "from time import time\ntime()",
        "import pandas as pd\npd.Timestamp.now()",
    ],
)
def test_a_planted_clock_is_found(source):
    assert clocks_in(source)


def test_a_stopwatch_is_no_clock():
    assert not clocks_in("import time\ntime.monotonic()")


def test_no_module_asks_the_clock_but_those_with_a_reason():
    asked = {
        (name, clock) for name, path in modules().items() for clock in clocks_in(path.read_text("utf-8"))
    }
    assert asked == set(ALLOWED)


class Fixed(dt.date):
    """A day that stands still."""

    @classmethod
    def today(cls) -> dt.date:
        return dt.date(2026, 5, 4)


def test_an_empty_day_becomes_the_day_of_the_run_and_is_recorded(bench, monkeypatch):
    monkeypatch.setattr(parameters, "dt", SimpleNamespace(date=Fixed))
    stage = bench.open(as_of="")
    assert stage.as_of == "2026-05-04"
    findings = bench.close(stage)
    assert findings["as_of"] == findings["provenance"]["parameters"]["as_of"] == "2026-05-04"


def test_a_stated_day_is_kept_and_the_clock_is_not_asked(bench, monkeypatch):
    monkeypatch.setattr(Fixed, "today", classmethod(lambda cls: pytest.fail("asked the clock")))
    monkeypatch.setattr(parameters, "dt", SimpleNamespace(date=Fixed))
    assert bench.open(as_of="2026-01-31").as_of == "2026-01-31"
