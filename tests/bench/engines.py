"""What `user purge` does to objects and items, as a process of its own that can be measured.

    python engines.py objects|items ENDPOINT [REPORT]

Counts, erases, and counts again, with the collector set as the installed program sets it. The
file REPORT gets the most memory that the process held, in MiB.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path


def main() -> None:
    gc.disable()
    from opsctl.aws import Aws
    from opsctl.targets import Target, default_names

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    what, endpoint, *rest = sys.argv[1:]
    account = "123456789012"
    names = default_names("local", account)
    aws = Aws(
        Target(env="local", account=account, region="us-east-1", endpoint_url=endpoint, **names)
    )
    key = {"PK": "USER#user"}
    with aws.changing():
        if what == "objects":
            before = aws.object_versions.inventory("bucket", "images/user/").versions
            erased = aws.object_versions.erase("bucket", "images/user/").versions
            left = aws.object_versions.inventory("bucket", "images/user/").versions
        else:
            before = aws.items.inventory("table", key).items
            erased = aws.items.erase("table", key).items
            left = aws.items.inventory("table", key).items
    assert before == erased
    assert left == 0
    if rest:
        status = Path("/proc/self/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        Path(rest[0]).write_text(str(int(peak.split()[1]) / 1024))
    gc.freeze()


if __name__ == "__main__":
    main()
