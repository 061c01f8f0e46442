"""Messages that methods write into tables: marked here for the catalogue, translated where a table is shown."""


def N_(message: str) -> str:
    """Mark a message for the catalogue, by the name that gettext and babel know; it stays as it is."""
    return message
