"""From what a user types to the places meant: slugs, names, codes, and their ambiguities."""

from __future__ import annotations

import re
from collections.abc import Iterable

from perantara.errors import PlaceError, near_hint, nearest
from perantara.tables.places import District, Initiative, Place, Roots, load_district, load_initiative
from perantara.text import _

_KINDS = {"kabupaten": "kabupaten", "kab.": "kabupaten", "kab": "kabupaten", "kota": "kota"}


def find_places(roots: Roots, address: str) -> list[Place]:
    """Return the places that an address names: all initiatives and cycles that it leaves open.

    ``bantaeng`` means all its initiatives, ``bantaeng/kopi`` all cycles of one, ``bantaeng/kopi/2026``
    one cycle. PlaceError: a part is malformed, unknown (the nearest is named) or ambiguous.
    """
    parts = [part.strip() for part in address.strip().rstrip("/").split("/")]
    if len(parts) > 3 or any(_is_unsafe(part) for part in parts):
        problem = _(
            'Alamat "%(address)s" tidak sah. Tulis daerah, daerah/inisiatif, atau '
            "daerah/inisiatif/siklus, misalnya bantaeng/kopi/2026."
        )
        raise PlaceError(problem % {"address": address})
    district = load_district(roots, find_district(roots, parts[0]))
    if not district.initiatives:
        raise PlaceError(_("%(district)s belum punya inisiatif.") % {"district": district.title})
    places = []
    for slug in [_known_initiative(district, parts[1])] if parts[1:] else district.initiatives:
        initiative = load_initiative(roots, district, slug)
        cycles = [_known_cycle(district, initiative, parts[2])] if parts[2:] else initiative.cycles
        places += [Place(district, initiative, cycle) for cycle in cycles]
    return places


def find_place(roots: Roots, district: str, initiative: str = "", cycle: str = "") -> Place:
    """Return the one place of a notebook's three parameters.

    An empty cycle means the newest, an empty initiative the only one: of several one must be named,
    save in a made-up district that states its ``default_initiative``. PlaceError: a part is malformed,
    unknown (the nearest is named) or ambiguous.
    """
    for part in (district, initiative, cycle):
        if part and ("/" in part or _is_unsafe(part)):
            raise PlaceError(_('Nama "%(part)s" tidak sah sebagai nama folder.') % {"part": part})
    found = load_district(roots, find_district(roots, district))
    slug = initiative.strip() or (found.content.get("default_initiative") or "" if found.is_rekaan else "")
    if not slug and len(found.initiatives) > 1:
        problem = _("%(district)s punya beberapa inisiatif; sebutkan satu: %(initiatives)s.")
        raise PlaceError(problem % {"district": found.title, "initiatives": ", ".join(found.initiatives)})
    named = "/".join(filter(None, (found.slug, slug)))
    newest = find_places(roots, named)[-1]
    known = _known_cycle(found, newest.initiative, cycle.strip()) if cycle.strip() else newest.cycle
    return Place(found, newest.initiative, known)


def all_places(roots: Roots) -> list[Place]:
    """Return every place of every district that has an initiative."""
    districts = _districts_by_code(roots).values()
    slugs = sorted(district.slug for district in districts if district.initiatives)
    return [place for slug in slugs for place in find_places(roots, slug)]


def find_district(roots: Roots, text: str) -> str:
    """Return the slug of the district that ``text`` names: slug, name or Kemendagri code.

    PlaceError: the name is unknown (the nearest is named), ambiguous, or a code without its issuer.
    """
    wanted = text.strip()
    if wanted in roots.district_slugs:
        return wanted
    if re.fullmatch(r"[0-9]{4}", wanted):
        raise PlaceError(_explain_bare_code(roots, wanted))
    districts = _districts_by_code(roots)
    known = {code: (row["level"], row["name"]) for code, row in roots.regions.items() if "." in code}
    known |= {code: (district.kind, district.name) for code, district in districts.items()}
    stated, bare = _split_kind(wanted)
    meant = [code for code, (kind, name) in known.items() if bare == name.lower() and stated in ("", kind)]
    codes = [wanted] if wanted in known else meant
    if len(codes) > 1:
        problem = _('"%(text)s" bisa berarti %(listed)s. Sebutkan jenisnya atau kodenya.')
        raise PlaceError(problem % {"text": wanted, "listed": _listed(known, codes)})
    if codes and codes[0] in districts:
        return districts[codes[0]].slug
    existing = ", ".join(roots.district_slugs)
    if codes:
        problem = _("%(listed)s dikenal, tetapi belum punya folder data. Yang sudah ada: %(slugs)s.")
        raise PlaceError(problem % {"listed": _listed(known, codes), "slugs": existing})
    if wanted.lower() in roots.district_slugs:
        return wanted.lower()
    problem = _('Daerah "%(text)s" tidak dikenal.') % {"text": wanted}
    raise PlaceError(problem + _nearest_district(roots, wanted, known))


def _is_unsafe(part: str) -> bool:
    return not part or ".." in part or "\\" in part or "\x00" in part or part.startswith("~")


def _districts_by_code(roots: Roots) -> dict[str, District]:
    """Return the districts with a folder by their code, which only one may have."""
    districts: dict[str, District] = {}
    for slug in roots.district_slugs:
        district = load_district(roots, slug)
        first = districts.setdefault(district.code_kemendagri, district)
        if first.slug != slug:
            problem = _("Kode %(code)s dipakai dua folder daerah, %(first)s dan %(second)s; satukan.")
            words = {"code": district.code_kemendagri, "first": first.slug, "second": slug}
            raise PlaceError(problem % words)
    return districts


def _split_kind(text: str) -> tuple[str, str]:
    words = text.lower().replace("-", " ").split()
    kind = _KINDS.get(words[0], "") if words else ""
    return kind, " ".join(words[1:] if kind else words)


def _listed(known: dict[str, tuple[str, str]], codes: Iterable[str]) -> str:
    return _(" atau ").join(f"{known[code][0].capitalize()} {known[code][1]} ({code})" for code in codes)


def _nearest_district(roots: Roots, text: str, known: dict[str, tuple[str, str]]) -> str:
    bare = _split_kind(text)[1]
    names = {name.lower(): name for _kind, name in known.values()}
    near = nearest(bare, roots.district_slugs) or names.get(nearest(bare, names), "")
    if near:
        return _(' Mungkin maksudnya "%(near)s"?') % {"near": near}
    return _(" Yang ada: %(slugs)s.") % {"slugs": ", ".join(roots.district_slugs)}


def _explain_bare_code(roots: Roots, text: str) -> str:
    dotted = f"{text[:2]}.{text[2:]}"
    found = [("BPS", text, row) for row in roots.regions.values() if row["region_code_bps"] == text]
    found += [("Kemendagri", dotted, roots.regions[dotted])] if dotted in roots.regions else []
    meanings = [f"{row['level'].capitalize()} {row['name']} ({issuer} {code})" for issuer, code, row in found]
    listed = _(": bisa berarti ") + _(" atau ").join(meanings) if meanings else ""
    return _(
        'Kode "%(text)s" tidak menyebut penerbitnya%(meanings)s. '
        'Tulis kode Kemendagri dengan titik, misalnya "%(dotted)s".'
    ) % {"text": text, "meanings": listed, "dotted": dotted}


def _known_initiative(district: District, text: str) -> str:
    slug = text.lower()
    if slug in district.initiatives:
        return slug
    problem = _('Inisiatif "%(text)s" tidak ada di %(district)s. Yang ada: %(known)s%(hint)s.')
    known, hint = ", ".join(district.initiatives), near_hint(slug, district.initiatives)
    raise PlaceError(problem % {"text": text, "district": district.title, "known": known, "hint": hint})


def _known_cycle(district: District, initiative: Initiative, text: str) -> str:
    if text in initiative.cycles:
        return text
    problem = _("Siklus %(text)s tidak ada di %(address)s. Yang ada: %(cycles)s.")
    address, cycles = f"{district.slug}/{initiative.slug}", ", ".join(initiative.cycles)
    raise PlaceError(problem % {"text": text, "address": address, "cycles": cycles})
