"""Runs a command and writes the CPU seconds of everything that it started to a file: count_cpu.py FILE COMMAND…

bubblewrap does not wait for the first process of its sandbox, so that nobody is told what that has used. Here orphans
come to this process (Linux, prctl(2), PR_SET_CHILD_SUBREAPER), which waits for them.
"""

import ctypes
import os
import resource
import subprocess
import sys

PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    path, *command = sys.argv[1:]
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    code = subprocess.call(command)
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    with open(path, "w", encoding="utf-8") as file:
        file.write(str(used.ru_utime + used.ru_stime))
    return code


if __name__ == "__main__":
    sys.exit(main())
