"""How much is tried: everything where CI looks before a change lands, a part of it in between.

`make test` lets fewer visitors come (tests/support/site.py) and tries fewer generated examples; what it tries changes
from run to run. KIMHUB_TEST_MATRIX=full tries all, as ``.ci/run`` does.
"""

from __future__ import annotations

import os

WHOLE = os.environ.get("KIMHUB_TEST_MATRIX") == "full"
_PART = 4
_FEWEST = 5


def examples(number: int) -> int:
    """Return how many of `number` generated examples a run tries."""
    return number if WHOLE else max(_FEWEST, number // _PART)
