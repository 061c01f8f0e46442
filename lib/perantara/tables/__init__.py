"""Reads, checks and writes declared tables; the one place that knows the data folders."""
