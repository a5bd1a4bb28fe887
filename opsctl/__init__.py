"""opsctl: the operations runbook of the Image Caption Generator as commands."""

__version__ = "0.1.0"
