"""What deploy.sh runs: the scripts that deploy and change a secret, with AWS by its CLI and the code of a release."""

from __future__ import annotations

import difflib
import os
import sys

import deploy
import key
import rotate
import secret
from script import USAGE, stop

COMMANDS = {"deploy": deploy.run, "secret": lambda: secret.run(secret.main), "key": lambda: secret.run(key.main),
            "rotate": lambda: secret.run(rotate.main)}
# What they take. A variable that is misspelt says nothing; an argument can be told.
SETTINGS = """
    ACCOUNT ADD APP_CERTIFICATE APP_ID ARCHITECTURE BUCKET CALL_URL CHANGE CHANNEL EXPIRES FINISH FROM KEY KEY_NAME NAME
    ORIGINS PARAMETERS PERMISSIONS POLICY PROJECT PROVISIONED PUBLISHABLE RELEASE_URL REMOVE ROLLOUT SECRET_ARN STACK
    SUBJECT TAGS UID YES
""".split()


def main() -> None:
    words = sys.argv[1:]
    name = words.pop(0) if words and "=" not in words[0] else "deploy"
    if name not in COMMANDS:
        stop(f"sh deploy.sh {name}: there are {', '.join(COMMANDS)}", USAGE)
    for word in words:
        variable, equals, value = word.partition("=")
        if not equals or not variable.replace("_", "").isalpha() or not variable.isupper():
            stop(f"{variable}: expected NAME=value, such as STACK=agora-token", USAGE)
        if variable not in SETTINGS and not variable.startswith("AWS_"):
            near = difflib.get_close_matches(variable, SETTINGS, 1)
            stop(f"there is no setting {variable}" + (f"; {near[0]}?" if near else ""), USAGE)
        if variable == "APP_CERTIFICATE":
            stop("APP_CERTIFICATE is not taken from an argument, which everybody on this machine can read: set it in the "
                 "environment, or FROM=file (FROM=- reads standard input)", USAGE)
        os.environ[variable] = value
    COMMANDS[name]()


if __name__ == "__main__":
    main()
