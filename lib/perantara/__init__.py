"""perantara: helper library of the market-linkage workbook (Buku Kerja Keperantaraan Pasar)."""

__version__ = "0.1.0"
