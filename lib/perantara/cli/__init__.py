"""The command ``perantara``."""
