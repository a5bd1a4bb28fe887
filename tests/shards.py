"""How the journeys are shared out among the processes: about as much time for each."""

from __future__ import annotations

from pathlib import Path

_MODULES = {
    "by hand": {"test_by_hand_"},
    "commands under their own policies": {
        "test_permissions", "test_alarms", "test_browser", "test_building", "test_checklist",
        "test_completion", "test_containment", "test_diagnosis", "test_incident", "test_logs",
        "test_backup_", "test_notices", "test_peers",
    },
}  # fmt: skip
_OTHERS = "others"
NAMES = (*_MODULES, _OTHERS)


def of(module: Path) -> int:
    """The place in NAMES of the shard that a module of journeys belongs to."""
    for place, starts in enumerate(_MODULES.values()):
        if module.stem.startswith(tuple(starts)):
            return place
    return NAMES.index(_OTHERS)
