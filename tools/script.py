"""What every script does: it says something, and ends with a sentence instead of a traceback."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn


def say(text: str = "") -> None:
    """Prints at once, so that a person who waits sees how far it is."""
    print(text, flush=True)


# What a script exits with: something failed; it was called wrongly or cannot begin, and did nothing; what it
# made does not do what it should; somebody interrupted it.
FAILED, USAGE, UNSOUND, INTERRUPTED = 1, 2, 3, 130


class Stopped(SystemExit):
    """The end of a script, which has said why."""

    def __init__(self, text: str, status: int):
        super().__init__(status)
        self.text = text


def stop(text: str, status: int = FAILED) -> NoReturn:
    """Ends the script with a sentence instead of a traceback."""
    sys.stdout.flush()
    print(f"error: {text}", file=sys.stderr)
    raise Stopped(text, status)


def interruptible() -> None:
    """Has a script end as by Ctrl-C where it is told to end, or its terminal is closed: nothing of it stays behind."""
    def interrupted(*_) -> None:
        raise KeyboardInterrupt

    for told in (signal.SIGTERM, signal.SIGHUP):
        # nohup has it ignored.
        if signal.getsignal(told) == signal.SIG_DFL:
            signal.signal(told, interrupted)


class Failed(Exception):
    """A command failed, and the text says how."""
