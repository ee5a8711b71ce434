"""What every test starts from.

Hypothesis looks at the same examples in every run, and does not judge the machine's speed;
``HYPOTHESIS_PROFILE=search`` looks at new ones each time.
"""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("suite", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# What a shell starts in the background ignores Ctrl-C, and so would every process of the tests.
signal.signal(signal.SIGINT, signal.default_int_handler)
