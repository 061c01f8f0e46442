"""What a notebook talks to: opens its tables and parameters, writes its findings and its gate."""

from perantara.stage.stage import Stage

__all__ = ["Stage"]
