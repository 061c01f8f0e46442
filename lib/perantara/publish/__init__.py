"""Executed notebooks become self-contained HTML reports, and the index pages that lead to them."""
