"""What `user purge` does to objects and items, as a process of its own that can be measured.

    python engines.py objects|items ENDPOINT

Counts, erases, and counts again, with the collector set as the installed program sets it.
"""

from __future__ import annotations

import gc
import sys


def main() -> None:
    gc.disable()
    from opsctl.aws import Aws
    from opsctl.targets import Target, default_names

    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    what, endpoint = sys.argv[1:]
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
    gc.freeze()


if __name__ == "__main__":
    main()
