"""What a cell displays: a bundle of formats with its access level and its caption."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from markupsafe import Markup

from perantara.errors import StageError
from perantara.tables.declaration import ACCESS_LEVELS
from perantara.text import _


class Display:
    """An output of a notebook, in every format that its readers need.

    ``metadata["perantara"]`` carries access level, kind, caption and source, so that one
    execution gives an internal and a public edition. ``subject`` names what is withheld from the
    public edition without saying what was found.
    """

    def __init__(
        self, bundle: Mapping[str, Any], *, kind: str, access: str, caption: str, subject: str = "",
        source: str = "", is_rekaan: bool = False, image_alt: str = "",
    ) -> None:  # fmt: skip
        if access not in ACCESS_LEVELS:
            raise StageError(
                _('Tingkat akses "%(access)s" tidak dikenal; pilihan: %(levels)s')
                % {"access": access, "levels": ", ".join(ACCESS_LEVELS)}
            )
        self.bundle = dict(bundle)
        self.metadata: dict[str, Any] = {
            "perantara": {
                "kind": kind, "access": access, "caption": caption, "subject": subject or caption,
                "source": source, "rekaan": is_rekaan,
            }
        }  # fmt: skip
        if image_alt:
            self.metadata["image/png"] = {"alt": image_alt}

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict, dict]:
        return self.bundle, self.metadata


def basis_badge(basis: str) -> Markup:
    """Return the label of a basis as HTML."""
    return Markup('<span class="basis basis-{0}">{0}</span>').format(basis) if basis else Markup("")


def html_note(text: str) -> str:
    """Return a note that stands beside the text."""
    return f'<aside class="note"><p>{escape(text)}</p></aside>'
