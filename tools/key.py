"""Shows the API keys of a stack, adds one, removes one: `make secret` for keys alone.

Without more, it shows what is in the secret. ADD=name adds a key with that name, which is shown once; EXPIRES, POLICY,
PUBLISHABLE and ORIGINS are those of `make secret`. REMOVE=name removes the key with that name or short name. STACK,
PROJECT and YES=1 mean what they mean there.
"""

from __future__ import annotations

import os

import secret
from script import USAGE, stop


def main() -> None:
    add, remove = os.environ.get("ADD"), os.environ.get("REMOVE")
    if add and remove:
        stop("ADD and REMOVE are two changes: add first, move the callers over, then remove", USAGE)
    if add:
        os.environ |= {"CHANGE": "add-key", "NAME": add}
    elif remove:
        os.environ |= {"CHANGE": "remove-key", "KEY": remove}
    else:
        os.environ["CHANGE"] = "show"
    secret.main("key")


if __name__ == "__main__":
    secret.run(main)
