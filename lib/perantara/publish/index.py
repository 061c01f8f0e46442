"""The pages that lead to the reports: one of each district, and the front page."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from perantara.publish.pages import render_page


def render_district_index(district: dict[str, Any]) -> str:
    """Return the page of one district: its initiatives, their cycles and the state of each stage.

    Parameters
    ----------
    district : dict
        ``{slug, name, is_rekaan, is_compiled, next_step: {text, href} or None, initiatives:
        [{slug, title, cycles: [{cycle, status: open|closed, stages: [{stage, title,
        status: complete|failed|not_run, gate, decided, href, as_of, message}]}]}]}``.
        Optional: ``home_href`` (default ``../index.html``). What is not known is "" or None.
    """
    return render_page(
        "district.html.j2", district=district, home_href=district.get("home_href", "../index.html")
    )


def render_home(districts: list[dict[str, Any]]) -> str:
    """Return the front page: the districts by province, the made-up ones apart.

    Parameters
    ----------
    districts : list of dict
        ``{slug, name, province, is_rekaan, href, initiatives, next_step}``;
        ``initiatives`` lists titles or dicts with a ``title``, ``next_step`` is
        ``{text, href}`` or None.
    """
    provinces = defaultdict(list)
    for district in sorted(districts, key=lambda one: one["name"]):
        if not district["is_rekaan"]:
            provinces[district["province"]].append(district)
    made_up = [district for district in districts if district["is_rekaan"]]
    return render_page("home.html.j2", provinces=sorted(provinces.items()), made_up=made_up)


@lru_cache(maxsize=1)
def renderer_sha256() -> str:
    """Return the hash of this room's own files: where it changes, a page is rendered anew."""
    room = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted(room.rglob("*")):
        if path.suffix in {".py", ".j2", ".css", ".json"}:
            digest.update(path.relative_to(room).as_posix().encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
