"""How hypothesis looks: the same examples in every run, and no judgement of the machine's speed.

``HYPOTHESIS_PROFILE=search`` looks at new ones each time.
"""

from __future__ import annotations

import os

from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))
