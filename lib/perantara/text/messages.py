"""The message catalogue: Indonesian is the source language, English a translation of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("id", "en")
CATALOGUES = Path(__file__).with_name("locale")

# The process has one language, in all its threads and tasks; a block may have another.
_of_process = "id"
_of_block: ContextVar[str] = ContextVar("language of a block")


@cache
def _catalogue(language: str) -> Mapping[str, str]:
    """Read the catalogue of ``language``; the source language has none."""
    path = CATALOGUES / language / "LC_MESSAGES" / "perantara.po"
    if language == "id" or not path.exists():
        return {}
    from babel.messages.pofile import read_po

    with path.open("rb") as handle:
        return {str(m.id): str(m.string) for m in read_po(handle) if m.id and m.string}


def set_language(language: str) -> None:
    """Make ``language`` ("id" or "en") the language of this process, except in blocks that use another."""
    if language not in LANGUAGES:
        raise ValueError(_("Bahasa tidak dikenal: %(language)s. Pilihan: id, en.") % {"language": language})
    global _of_process
    _of_process = language


def current_language() -> str:
    """Return the language in force, "id" or "en"."""
    return _of_block.get(_of_process)


@contextmanager
def using_language(language: str) -> Iterator[None]:
    """Use ``language`` inside the block, then the former one again."""
    token = _of_block.set(language)
    try:
        yield
    finally:
        _of_block.reset(token)


def _(message: str) -> str:
    """Return ``message`` in the language in force; untranslated messages stay Indonesian.

    >>> _("Temuan utama: %(n)s") % {"n": 3}
    'Temuan utama: 3'
    """
    return _catalogue(current_language()).get(message, message)


def say_again(text: str) -> str:
    """Return a text composed of messages, such as a note of a table, in the language in force.

    A message with a full stop is recognised by its words, whatever fills its placeholders; what no message
    fits stays as it is.

    >>> say_again("Nama hampir sama; tulis persis seperti nama resmi.")
    'Nama hampir sama; tulis persis seperti nama resmi.'
    """
    if not (catalogue := _catalogue(current_language())):
        return text
    known = [m for m in catalogue if m.endswith(".") and not m.startswith("%(")]
    known.sort(key=len, reverse=True)
    said, rest = [], text
    while rest:
        found = next(((m, hit) for m in known if (hit := _form_of(m).match(rest))), None)
        if found:
            message, hit = found
            words, end = hit.groupdict(), hit.end()
            said.append(catalogue[message] % words if words else catalogue[message])
        else:
            end = (rest + ". ").index(". ") + 1
            said.append(rest[:end])
        rest = rest[end:].lstrip()
    return " ".join(said)


@cache
def _form_of(message: str) -> re.Pattern[str]:
    """Return what a message looks like when it is said, to the end of a sentence."""
    first, *more = re.split(r"%\((\w+)\)s", message.replace("%%", "%"))
    form, names = re.escape(first), set()
    for name, words in zip(more[::2], more[1::2], strict=True):
        form += (f"(?P={name})" if name in names else f"(?P<{name}>.+?)") + re.escape(words)
        names.add(name)
    return re.compile(form + r"(?=\s|$)", re.DOTALL)


class lazy:
    """A message of module level: translated when it is shown, not when it is imported.

    >>> str(lazy("Dapat dilanjutkan"))
    'Dapat dilanjutkan'
    """

    def __init__(self, message: str) -> None:
        self.message = message

    def __str__(self) -> str:
        return _(self.message)

    def __repr__(self) -> str:
        return repr(str(self))


@dataclass(frozen=True)
class Sentence:
    """A sentence kept as message and arguments, so that either language can say it.

    Numbers are written in the locale's form when it is said, text is translated where the catalogue has it.
    Only a sentence that is ``publik`` shows its arguments in the public edition.

    >>> str(Sentence("Terdata %(share)s %% dari %(total)s UMK.", {"share": 87.5, "total": 1200}))
    'Terdata 87,5 % dari 1.200 UMK.'
    """

    message: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    access: str = "publik"

    def __post_init__(self) -> None:
        # a number out of a frame becomes a plain one, as JSON knows it
        plain = {n: v.item() if hasattr(v, "item") else v for n, v in self.arguments.items()}
        object.__setattr__(self, "arguments", plain)

    def __str__(self) -> str:
        from perantara.text.formats import format_number

        shown = {
            name: _(str(value)) if isinstance(value, str | bool) else format_number(value)
            for name, value in self.arguments.items()
        }
        return _(self.message) % shown

    def as_json(self) -> dict[str, Any]:
        """Return the sentence as the findings keep it."""
        kept = {"message": self.message, "arguments": dict(self.arguments)}
        return kept if self.access == "publik" else kept | {"access": self.access}

    def withheld(self) -> str:
        """Return the sentence as the public edition has it: what is not public is only named."""
        hidden = dict.fromkeys(self.arguments, _("[hanya edisi internal]"))
        return str(self if self.access == "publik" else Sentence(self.message, hidden))

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Sentence:
        """Return the sentence that ``as_json`` kept."""
        return cls(kept["message"], kept["arguments"], kept.get("access", "publik"))
