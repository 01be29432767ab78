"""What deploy.sh runs: the scripts that deploy and change a secret, with AWS by its CLI and the code of a release."""

from __future__ import annotations

import os
import signal
import sys

import deploy
import key
import rotate
import secret
from script import USAGE, stop

COMMANDS = {"deploy": deploy.run, "secret": lambda: secret.run(secret.main), "key": lambda: secret.run(key.main),
            "rotate": lambda: secret.run(rotate.main)}


def interrupted(*_) -> None:
    raise KeyboardInterrupt


def main() -> None:
    signal.signal(signal.SIGTERM, interrupted)
    words = sys.argv[1:]
    name = words.pop(0) if words and "=" not in words[0] else "deploy"
    if name not in COMMANDS:
        stop(f"sh deploy.sh {name}: there are {', '.join(COMMANDS)}", USAGE)
    for word in words:
        variable, equals, value = word.partition("=")
        if not equals or not variable.replace("_", "").isalpha() or not variable.isupper():
            stop(f"{variable}: expected NAME=value, such as STACK=agora-token", USAGE)
        if variable == "APP_CERTIFICATE":
            stop("APP_CERTIFICATE is not taken from an argument, which everybody on this machine can read: set it in the "
                 "environment, or FROM=file (FROM=- reads standard input)", USAGE)
        os.environ[variable] = value
    COMMANDS[name]()


if __name__ == "__main__":
    main()
