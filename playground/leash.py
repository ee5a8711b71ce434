"""Turns into the program that it is given, and has the kernel end that with whoever started it.

Linux only. It is run as a file, by an interpreter that reads in as little as possible.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # of prctl(2): the signal that this process gets when its parent ends

if __name__ == "__main__" and sys.platform == "linux":
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    os.execv(sys.executable, [sys.executable, *sys.argv[1:]])  # noqa: S606 - of our own
