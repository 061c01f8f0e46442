"""What a cell displays: a bundle of formats with its access level and its caption."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from perantara.errors import StageError, unknown
from perantara.stage import Stage
from perantara.tables.declaration import ACCESS_LEVELS
from perantara.text import _


class Display:
    """An output of a notebook, in every format that its readers need.

    ``metadata["perantara"]`` makes an internal and a public edition of one execution; ``subject`` names
    what the public one withholds, without saying what was found.
    """

    def __init__(
        self, bundle: Mapping[str, Any], *, kind: str, access: str, caption: str, subject: str = "",
        source: str = "", is_rekaan: bool = False, image_alt: str = "",
    ) -> None:  # fmt: skip
        if access not in ACCESS_LEVELS:
            raise StageError(unknown(_("Tingkat akses"), access, ACCESS_LEVELS))
        self.bundle = dict(bundle)
        self.metadata: dict[str, Any] = {
            "perantara": {
                "kind": kind, "access": access, "caption": caption, "subject": subject or caption,
                "source": source, "rekaan": is_rekaan,
            }
        }  # fmt: skip
        if image_alt:
            self.metadata["image/png"] = {"alt": image_alt}

    @classmethod
    def of(
        cls, stage: Stage, kind: str, caption: str, bundle: Mapping[str, Any], *tables: str,
        access: str = "", source: str = "", image_alt: str = "",
    ) -> Display:  # fmt: skip
        """Display what comes from ``tables``: they say its access, its subject and whether it is made up.

        What rests on the reference alone is not made up, even in a made-up district.
        """
        declared = [stage.store.declaration(table) for table in tables]
        return cls(
            bundle, kind=kind, access=access or stage.access_of(*tables), caption=caption,
            subject=", ".join(_(declaration.title) for declaration in declared), source=source,
            is_rekaan=stage.district.is_rekaan and {d.scope for d in declared} != {"reference"},
            image_alt=image_alt,
        )  # fmt: skip

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        return self.bundle, self.metadata


def basis_badge(basis: str) -> Markup:
    """Return the label of a basis as HTML."""
    return Markup('<span class="basis basis-{0}">{0}</span>').format(basis) if basis else Markup("")


def as_html(html: str, plain: str) -> dict[str, str]:
    """Return the bundle of what is shown as HTML, with its words for who has none."""
    return {"text/html": html, "text/plain": plain}


def shown_html(kind: str, caption: str, html: str, plain: str, access: str = "publik") -> Display:
    """Display HTML that comes from no one table."""
    return Display(as_html(html, plain), kind=kind, access=access, caption=caption)


def source_line(source: str) -> Markup:
    """Return the foot of a table or figure as HTML."""
    return Markup('<p class="source">{}</p>').format(source)
