#!/bin/sh
# Deploys a release to AWS, and operates what it deployed. It needs the AWS CLI, Python 3.9 or newer and curl, which
# AWS CloudShell has, and neither Rust nor a clone.
#
#   sh deploy.sh           creates the stack agora-token, or brings it to this release
#   sh deploy.sh secret    changes what is in its secret
#   sh deploy.sh key       shows, adds or removes API keys
#   sh deploy.sh rotate    rotates the certificate
#
# These are `make deploy`, `make secret`, `make key` and `make rotate` of a clone, and take the same settings, from the
# environment or as arguments: sh deploy.sh PARAMETERS="AlarmEmail=me@example.com". Besides:
#
#   ARCHITECTURE=x86_64    for a new stack, in place of arm64
#   BUCKET                 where the code goes; agora-token-ACCOUNT-REGION by default
#   RELEASE_URL            where the files of the release are that are not beside this script
#
# It exits with 0 where all is well, 1 where something failed, 2 where it could not begin and did nothing, 3 where the
# stack is there and gives no token, 130 where it was interrupted.
set -eu

RELEASE_URL="${RELEASE_URL:-}"

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 2
}

for tool in python3 aws curl; do
    command -v "$tool" >/dev/null || fail "$tool cannot be found; AWS CloudShell has all that this needs"
done
python3 -c 'import sys; sys.exit(sys.version_info < (3, 9))' || fail "$(python3 --version 2>&1) is too old; 3.9 or newer is needed"

RELEASE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ ! -f "$RELEASE/SHA256SUMS" ]; then
    [ -n "$RELEASE_URL" ] || fail "the files of the release are not beside this script, and RELEASE_URL does not say where they are"
    RELEASE=$(mktemp -d)
    trap 'rm -rf "$RELEASE"' EXIT
    for file in SHA256SUMS deploy.pyz; do
        curl -fsSL --proto '=https' "$RELEASE_URL/$file" -o "$RELEASE/$file" || fail "$RELEASE_URL cannot be reached"
    done
fi
# Nothing runs that is not what the checksums say. What runs then verifies each file that it takes.
(cd "$RELEASE" && python3 - <<'PYTHON') || fail "deploy.pyz is not what SHA256SUMS says: it was changed, or broke off on its way"
import hashlib
line = hashlib.sha256(open("deploy.pyz", "rb").read()).hexdigest() + "  deploy.pyz"
raise SystemExit(line not in open("SHA256SUMS").read().splitlines())
PYTHON
export RELEASE RELEASE_URL
trap 'exit 130' INT TERM
python3 -I "$RELEASE/deploy.pyz" "$@"
