"""How often one user may ask: a bucket of tokens each, in the memory of this task.

Every task counts for itself, so with n tasks a user may ask up to n times as often.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable

READ, WRITE = 1, 5
"""What a request costs. Uploads pay a model; a page of history reads twenty thumbnails."""
MOST_USERS = 10_000


class RateLimit:
    """`per_minute` tokens flow into each bucket, which holds `burst`."""

    def __init__(
        self, per_minute: int, burst: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._per_second = per_minute / 60
        self._burst = float(burst)
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, user: str, cost: int) -> int:
        """Pay for a request; answers 0, or after how many whole seconds there is enough for it."""
        with self._lock:
            now = self._clock()
            left, at = self._buckets.pop(user, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._per_second)
            enough = left >= cost
            self._buckets[user] = (left - cost if enough else left, now)
            # The one that has rested longest is the fullest: forgetting it gives least away.
            if len(self._buckets) > MOST_USERS:
                self._buckets.popitem(last=False)
            return 0 if enough else math.ceil((cost - left) / self._per_second)
