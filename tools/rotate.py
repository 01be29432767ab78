"""Rotates the certificate of a stack's project: one command for the two certificates, without a request that fails.

Agora takes tokens of both certificates of a project, the primary and the secondary. So the new one becomes
known first, then it signs, and the old one is forgotten when its last token has ended:

  make rotate            asks for the new certificate (FROM=file, FROM=-), and has it sign
  make rotate FINISH=1   forgets the old one; then Agora Console may delete it

STACK, PROJECT and YES=1 mean what they mean to `make secret`.
"""

from __future__ import annotations

import os

import account
import secret
import source
from script import say

STEPS = f"""The new certificate signs, and the old one is still recognised.

What is left, in this order:
  1. Wait until the last token that the old certificate signed has ended: a day, if your policy has no shorter
     `maxLifetime`.
  2. In Agora Console, make the new certificate the primary one, and delete the old one.
  3. {source.command('rotate')} FINISH=1

If tokens of the new one are refused with `invalid token`, it is not the project's: `{source.command('secret')} CHANGE=swap` goes back."""


def main() -> None:
    session, stack = account.session(source.command("rotate")), os.environ.get("STACK") or "agora-token"
    if os.environ.get("FINISH") == "1":
        secret.change_secret(stack, session, "forget")
        return
    say("In Agora Console, enable the project's secondary certificate: it is the new one.\n")
    say("First, the new certificate becomes known beside the old one.")
    secret.change_secret(stack, session, "secondary")
    say("\nThen the two change places.")
    secret.change_secret(stack, session, "swap")
    say(f"\n{STEPS}")


if __name__ == "__main__":
    secret.run(main)
