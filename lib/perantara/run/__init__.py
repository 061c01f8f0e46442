"""Executes notebooks through papermill: what is fresh stays, what is complete appears."""
