"""The papermill engine of ours: a notebook runs in a process forked from a warm server."""

from __future__ import annotations

from typing import Any

from perantara.run import apart


class WarmEngine:
    """What papermill loads while it is itself being imported, so nothing of it is named here.

    Where forking is not to be had, this is papermill's own engine.
    """

    @staticmethod
    def execute_notebook(*given: Any, **named: Any) -> Any:
        """Execute a notebook as papermill's engines do."""
        from papermill.engines import NBClientEngine

        from perantara.run.client import ManagedEngine

        engine = ManagedEngine if apart.can_fork() else NBClientEngine
        return engine.execute_notebook(*given, **named)
