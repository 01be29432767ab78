#!/bin/sh
# Deploys a release to AWS, and operates what it deployed. It needs the AWS CLI, Python 3.9 or newer and curl, which
# AWS CloudShell has, and neither Rust nor a clone.
#
#   sh deploy.sh           creates the stack agora-token, or brings it to this release
#   sh deploy.sh secret    changes what is in its secret
#   sh deploy.sh key       shows, adds or removes API keys
#   sh deploy.sh rotate    rotates the certificate
#   sh deploy.sh help      shows this
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
# Of deploy.pyz, which knows those of the other files: whoever trusts this script can trust all that it takes.
SHA256=""

fail() {
    printf 'error: %s\n' "$*" >&2
    exit 2
}

case "${1:-}" in help | -h | --help)
    while IFS= read -r line && [ "$line" != "set -eu" ]; do
        case "$line" in "# "* | "#") line=${line#"#"} && printf '%s\n' "${line# }" ;; esac
    done <"$0"
    exit
    ;;
esac
for word; do
    case "$word" in RELEASE_URL=*) RELEASE_URL=${word#*=} ;; esac
done
for tool in python3 aws curl; do
    command -v "$tool" >/dev/null || fail "$tool cannot be found; AWS CloudShell has all that this needs"
done
python3 -I -c 'import sys; sys.exit(sys.version_info < (3, 9))' ||
    fail "$(python3 --version 2>&1) is too old; 3.9 or newer is needed"

RELEASE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# What runs is in a folder that nobody else can write to.
RELEASE_WORK=$(mktemp -d)
trap 'rm -rf "$RELEASE_WORK"' EXIT
trap 'exit 130' HUP INT TERM
if [ -f "$RELEASE/deploy.pyz" ]; then
    cp "$RELEASE/deploy.pyz" "$RELEASE_WORK"
elif [ -n "$RELEASE_URL" ]; then
    curl -fsSL --proto '=https' "$RELEASE_URL/deploy.pyz" -o "$RELEASE_WORK/deploy.pyz" || fail "$RELEASE_URL cannot be reached"
else
    fail "deploy.pyz is not beside this script, and RELEASE_URL does not say where the files of the release are"
fi
python3 -I -c '
import hashlib, sys
sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])
' "$RELEASE_WORK/deploy.pyz" "$SHA256" || fail "deploy.pyz is not that of this release: it was changed, or broke off on its way"
export RELEASE RELEASE_URL RELEASE_WORK
# In place of this shell, so that signals arrive. It removes the folder.
exec python3 -I "$RELEASE_WORK/deploy.pyz" "$@"
