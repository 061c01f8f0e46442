"""Language, numbers and dates in the locale's form, and the terms of a district."""

from perantara.text.formats import NO_VALUE, format_date, format_number, format_size, is_missing
from perantara.text.messages import (
    Sentence,
    _,
    current_language,
    lazy,
    say_again,
    set_language,
    using_language,
)
from perantara.text.terms import in_terms, label_of, terms_of

__all__ = [
    "NO_VALUE", "Sentence", "_", "current_language", "format_date", "format_number", "format_size", "in_terms",
    "is_missing", "label_of", "lazy", "say_again", "set_language", "terms_of", "using_language",
]  # fmt: skip
