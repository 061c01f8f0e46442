"""Tools outside Python that a test may need: found, or the test is skipped."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from typing import NoReturn

import pytest

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
LIBREOFFICE_NAMES = ("soffice", "libreoffice")


def find_chromium() -> str:
    """Return the path of a Chromium on this machine; without one the test is skipped, or fails in CI."""
    return _find("Chromium", CHROMIUM_NAMES)


def find_libreoffice() -> str:
    """Return the path of LibreOffice on this machine; without one the test is skipped, or fails in CI."""
    return _find("LibreOffice", LIBREOFFICE_NAMES)


def _find(title: str, names: tuple[str, ...]) -> str:
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    _lacking(f"{title} is not on this machine (looked for {', '.join(names)})")


def _lacking(words: str) -> NoReturn:
    """Skip the test, or fail it where PERANTARA_REQUIRE_TOOLS=1 says that the tools must be there."""
    if os.environ.get("PERANTARA_REQUIRE_TOOLS") == "1":
        pytest.fail(words, pytrace=False)
    pytest.skip(words)


def count_calls(function: Callable[[], object]) -> int:
    """Return how many calls a function makes, of Python and of C: its work, whatever else the machine does."""
    calls = 0

    def count(_frame: object, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(None)
    return calls
