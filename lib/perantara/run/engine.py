"""The papermill engine of ours: a notebook runs in a process forked from a warm server."""

from __future__ import annotations

from typing import Any

from perantara.run import apart


class _WarmEngine:
    """What papermill loads while it is itself being imported, so nothing of it is named here.

    Where forking is not to be had, this is papermill's own engine.
    """

    def __getattr__(self, name: str) -> Any:
        from papermill.engines import NBClientEngine

        from perantara.run.client import ManagedEngine

        return getattr(ManagedEngine if apart.can_fork() else NBClientEngine, name)


warm_engine = _WarmEngine()
