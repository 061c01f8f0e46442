"""From what a user types to the places meant: slugs, names, codes, and their ambiguities."""

from __future__ import annotations

import re
from collections.abc import Iterable

from perantara.errors import PlaceError, nearest
from perantara.tables.places import District, Place, Roots, load_district, load_initiative
from perantara.text import _


def find_places(roots: Roots, address: str) -> list[Place]:
    """Return the places that an address names: all initiatives and cycles that it leaves open.

    ``bantaeng`` means all initiatives and their cycles, ``bantaeng/kopi`` one initiative with
    its cycles, ``bantaeng/kopi/2026`` one cycle.

    Raises
    ------
    PlaceError
        If a part is malformed, unknown (the nearest is named) or ambiguous.
    """
    parts = address.strip("/").split("/")
    if len(parts) > 3 or not all(parts) or any(_is_unsafe(part) for part in parts):
        raise PlaceError(
            _(
                'Alamat "%(address)s" tidak sah. Tulis daerah, daerah/inisiatif, atau '
                "daerah/inisiatif/siklus, misalnya bantaeng/kopi/2026."
            )
            % {"address": address}
        )
    district = load_district(roots, find_district(roots, parts[0]))
    places = []
    for slug in [_initiative_slug(district, parts[1])] if parts[1:] else district.initiatives:
        initiative = load_initiative(roots, district, slug)
        cycles = list(initiative.cycles)
        if parts[2:]:
            cycles = [_known_cycle(parts[2], cycles, f"{district.slug}/{slug}")]
        places += [Place(district, initiative, cycle) for cycle in cycles]
    if not places:
        raise PlaceError(_("%(district)s belum punya inisiatif.") % {"district": district.title})
    return places


def find_place(roots: Roots, district: str, initiative: str = "", cycle: str = "") -> Place:
    """Return the one place of a notebook's three parameters.

    An empty initiative means the only one; several and none named is refused with their list,
    save in a made-up district that states its ``default_initiative``. An empty cycle means the
    newest.
    """
    for part in (district, initiative, cycle):
        if "/" in part or _is_unsafe(part):
            raise PlaceError(_('Nama "%(part)s" tidak sah sebagai nama folder.') % {"part": part})
    loaded = load_district(roots, find_district(roots, district))
    slug = initiative or (loaded.content.get("default_initiative", "") if loaded.is_rekaan else "")
    if not slug and len(loaded.initiatives) > 1:
        raise PlaceError(
            _("%(district)s punya beberapa inisiatif; sebutkan satu: %(initiatives)s.")
            % {"district": loaded.title, "initiatives": ", ".join(loaded.initiatives)}
        )
    places = find_places(roots, loaded.slug + (f"/{slug}" if slug else ""))
    newest = places[-1]
    if not cycle:
        return newest
    known = _known_cycle(cycle, list(newest.initiative.cycles), newest.address[: -len(newest.cycle) - 1])
    return Place(newest.district, newest.initiative, known)


def find_district(roots: Roots, text: str) -> str:
    """Return the slug of the district that ``text`` names: slug, name or Kemendagri code."""
    if text in roots.district_slugs:
        return text
    if re.fullmatch(r"\d{4}", text):
        raise PlaceError(_explain_bare_code(roots, text))
    by_code = {load_district(roots, slug).code_kemendagri: slug for slug in roots.district_slugs}
    codes = _codes_of(roots, text)
    if len(codes) > 1:
        listed = _listed(roots, codes)
        raise PlaceError(
            _('"%(text)s" bisa berarti %(listed)s. Sebutkan jenisnya atau kodenya.')
            % {"text": text, "listed": listed}
        )
    if codes and codes[0] in by_code:
        return by_code[codes[0]]
    if codes:
        raise PlaceError(
            _("%(listed)s dikenal, tetapi belum punya folder data. Yang sudah ada: %(slugs)s.")
            % {"listed": _listed(roots, codes), "slugs": ", ".join(roots.district_slugs)}
        )
    names = {load_district(roots, slug).name.lower(): slug for slug in roots.district_slugs}
    if text.lower() in names:
        return names[text.lower()]
    near = nearest(text.lower(), [*roots.district_slugs, *names])
    near = near or nearest(text.title(), [row["name"] for row in roots.regions.values()])
    hint = _(' Mungkin maksudnya "%(near)s"?') % {"near": near} if near else ""
    raise PlaceError(_('Daerah "%(text)s" tidak dikenal.') % {"text": text} + hint)


def _is_unsafe(part: str) -> bool:
    return ".." in part or "\\" in part or "\x00" in part or part.startswith("~")


def _codes_of(roots: Roots, text: str) -> list[str]:
    """Codes of the regions that ``text`` may mean."""
    if re.fullmatch(r"\d{2}\.\d{2}", text):
        return [text] if text in roots.regions else []
    words = text.lower().replace("-", " ").split()
    kind = {"kabupaten": "kabupaten", "kab.": "kabupaten", "kab": "kabupaten", "kota": "kota"}.get(
        words[0] if words else "", ""
    )
    name = " ".join(words[1:] if kind else words)
    return [
        code
        for code, row in roots.regions.items()
        if row["name"].lower() == name and row["level"] in ({kind} if kind else {"kabupaten", "kota"})
    ]


def _listed(roots: Roots, codes: Iterable[str]) -> str:
    return _(" atau ").join(
        f"{roots.regions[code]['level'].capitalize()} {roots.regions[code]['name']} ({code})"
        for code in codes
    )


def _explain_bare_code(roots: Roots, text: str) -> str:
    dotted = f"{text[:2]}.{text[2:]}"
    meanings = [
        f"{row['level'].capitalize()} {row['name']} ({issuer} {code})"
        for code, issuer, row in [
            *((text, "BPS", r) for r in roots.regions.values() if r["region_code_bps"] == text),
            *((dotted, "Kemendagri", r) for r in [roots.regions.get(dotted)] if r),
        ]
    ]
    return _(
        'Kode "%(text)s" tidak menyebut penerbitnya%(meanings)s. '
        'Tulis kode Kemendagri dengan titik, misalnya "%(dotted)s".'
    ) % {
        "text": text,
        "meanings": _(": bisa berarti ") + _(" atau ").join(meanings) if meanings else "",
        "dotted": dotted,
    }


def _initiative_slug(district: District, text: str) -> str:
    if text in district.initiatives:
        return text
    near = nearest(text, district.initiatives)
    hint = _(' Mungkin maksudnya "%(near)s"?') % {"near": near} if near else ""
    raise PlaceError(
        _('Inisiatif "%(text)s" tidak ada di %(district)s. Yang ada: %(known)s.')
        % {"text": text, "district": district.title, "known": ", ".join(district.initiatives)}
        + hint
    )


def _known_cycle(text: str, cycles: list[str], address: str) -> str:
    if text in cycles:
        return text
    raise PlaceError(
        _("Siklus %(text)s tidak ada di %(address)s. Yang ada: %(cycles)s.")
        % {"text": text, "address": address, "cycles": ", ".join(cycles)}
    )


def all_places(roots: Roots) -> list[Place]:
    """Return every place of every district."""
    return [place for slug in roots.district_slugs for place in find_places(roots, slug)]
