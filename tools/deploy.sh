#!/bin/sh
# Deploys a release to AWS: checks, uploads the zips to a bucket of yours, deploys, shows a first token. It needs
# the AWS CLI, Python 3, curl and sha256sum, which AWS CloudShell has, and neither Rust nor a clone.
#
#   sh deploy.sh                  creates the stack agora-token, or brings it to this release
#
# It takes the files of the release from its own folder, or fetches them. In the environment:
#
#   APP_ID, APP_CERTIFICATE       the Agora project of a new stack; asked for where they are missing
#   FROM=file                     a file with the certificate alone (FROM=- reads standard input)
#   SECRET_ARN                    instead: a secret that holds the project already
#   PARAMETERS="Name=value ..."   other parameters, quoted as in a shell
#   STACK, AWS_REGION, AWS_PROFILE, ARCHITECTURE=x86_64, BUCKET
#   YES=1                         asks nothing
#
# It exits with 0 where all is well, 1 where something failed, 2 where it could not begin and did nothing, 3 where the
# stack is there and gives no token, 130 where it was interrupted.
set -eu

RELEASE_URL="${RELEASE_URL:-}"
STACK="${STACK:-agora-token}"
ARCHITECTURE="${ARCHITECTURE:-arm64}"
TEMPLATE="template-$ARCHITECTURE.yaml"
WORK="" DEPLOYING=""

fail() { # STATUS TEXT
    status=$1
    shift
    printf 'error: %s\n' "$*" >&2
    exit "$status"
}

clean() { if [ -n "$WORK" ]; then rm -rf "$WORK"; fi; }

interrupted() {
    stty echo 2>/dev/null || true
    if [ -n "$DEPLOYING" ]; then
        printf '\nCloudFormation goes on with what it began; run this again, and it waits for it.\n' >&2
    else
        printf '\nInterrupted; nothing was deployed.\n' >&2
    fi
    exit 130
}
trap clean EXIT
trap interrupted INT TERM

agree() {
    if [ "${YES:-}" = 1 ]; then return 0; fi
    printf '\n%s [y/N] ' "$1"
    read -r answer || fail 2 "there is nobody to ask; YES=1 says yes to every question"
    case "$answer" in y | Y | yes) ;; *) return 1 ;; esac
}

# ---- What has to be there ----

for tool in aws python3 sha256sum; do
    command -v "$tool" >/dev/null || fail 2 "$tool cannot be found; AWS CloudShell has all that this needs"
done
case "$ARCHITECTURE" in arm64 | x86_64) ;; *) fail 2 "ARCHITECTURE is arm64 or x86_64" ;; esac
case "$STACK" in [!A-Za-z]* | *[!A-Za-z0-9-]*) fail 2 "STACK has letters, digits and hyphens, and begins with a letter" ;; esac
[ "${#STACK}" -le 85 ] || fail 2 "STACK has more than the 85 characters that have room in the names that are made of it"

REGION="${AWS_REGION:-${AWS_DEFAULT_REGION:-$(aws configure get region 2>/dev/null || true)}}"
[ -n "$REGION" ] || fail 2 "no region is set; for example: AWS_REGION=eu-central-1 sh deploy.sh"
export AWS_REGION="$REGION" AWS_DEFAULT_REGION="$REGION" AWS_PAGER=""
WORK=$(mktemp -d)
chmod 700 "$WORK"
CALLER=$(aws sts get-caller-identity --query '[Account,Arn]' --output text 2>"$WORK/error") ||
    fail 2 "AWS does not let us in: $(cat "$WORK/error")"
ACCOUNT=$(printf '%s' "$CALLER" | cut -f1)

# ---- The release, as its checksums say it is ----

HERE=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
if [ -f "$HERE/SHA256SUMS" ]; then
    RELEASE=$HERE
else
    [ -n "$RELEASE_URL" ] || fail 2 "the files of the release are not beside this script, and RELEASE_URL does not say where they are"
    RELEASE=$WORK/release
    mkdir "$RELEASE"
    curl -fsSL --proto '=https' "$RELEASE_URL/SHA256SUMS" -o "$RELEASE/SHA256SUMS" || fail 2 "$RELEASE_URL cannot be reached"
fi
grep -E "  ([a-z0-9]+-$ARCHITECTURE\.zip|$TEMPLATE)$" "$RELEASE/SHA256SUMS" >"$WORK/sums" ||
    fail 2 "the release has nothing for $ARCHITECTURE"
if [ "$RELEASE" != "$HERE" ]; then
    while read -r _ file; do
        curl -fsSL --proto '=https' "$RELEASE_URL/$file" -o "$RELEASE/$file" || fail 2 "$file cannot be fetched"
    done <"$WORK/sums"
fi
(cd "$RELEASE" && sha256sum -c "$WORK/sums" >"$WORK/checked" 2>&1) ||
    fail 2 "files of the release are not what SHA256SUMS says: $(grep -v ': OK$' "$WORK/checked" | head -3)"
echo "The release: $(wc -l <"$WORK/sums") files for $ARCHITECTURE, all as their checksums say."

# ---- The stack ----

status() {
    if ! aws cloudformation describe-stacks --stack-name "$STACK" --query 'Stacks[0].StackStatus' --output text 2>"$WORK/error"; then
        grep -q 'does not exist' "$WORK/error" || fail 2 "the stack cannot be looked at: $(cat "$WORK/error")"
        echo NONE
    fi
}

STATUS=$(status) TOLD="" WAITED=0
while case "$STATUS" in REVIEW_IN_PROGRESS) false ;; *_IN_PROGRESS) true ;; *) false ;; esac do
    [ "$STATUS" = "$TOLD" ] || echo "Stack $STACK is $STATUS: something else is at work on it. Waiting until that is over."
    TOLD=$STATUS
    WAITED=$((WAITED + 10))
    [ "$WAITED" -le 3600 ] || fail 2 "$STACK is still $STATUS after an hour; look at its events in the console"
    sleep 10
    STATUS=$(status)
done
case "$STATUS" in
ROLLBACK_COMPLETE | ROLLBACK_FAILED | CREATE_FAILED)
    echo "The creation of $STACK failed ($STATUS), and what is left of it cannot be updated."
    agree "Delete what is left, and create it anew?" || fail 2 "nothing was done"
    aws cloudformation delete-stack --stack-name "$STACK"
    aws cloudformation wait stack-delete-complete --stack-name "$STACK" || fail 1 "$STACK could not be deleted; its events say why"
    NEW=1
    ;;
NONE | REVIEW_IN_PROGRESS | DELETE_COMPLETE) NEW=1 ;;
DELETE_FAILED) fail 2 "$STACK is half deleted; its events say why. Delete it again with --retain-resources" ;;
UPDATE_ROLLBACK_FAILED)
    fail 2 "the last update of $STACK failed, and so did going back. Mend the cause, then: aws cloudformation continue-update-rollback --stack-name $STACK"
    ;;
*) NEW="" ;;
esac

# ---- The project: in the environment or in a file, so that no list of processes shows it ----

if [ -n "$NEW" ] && [ -z "${SECRET_ARN:-}" ]; then
    if [ -z "${APP_ID:-}" ]; then
        [ "${YES:-}" != 1 ] || fail 2 "YES=1 asks nothing: set APP_ID, and APP_CERTIFICATE or FROM=file; or SECRET_ARN"
        printf 'App ID (from Agora Console): '
        read -r APP_ID || fail 2 "there is nobody to ask; set APP_ID"
    fi
    case "${FROM:-}" in
    "") ;;
    -) APP_CERTIFICATE=$(cat) ;;
    *) APP_CERTIFICATE=$(cat "$FROM") || fail 2 "FROM=$FROM cannot be read" ;;
    esac
    if [ -z "${APP_CERTIFICATE:-}" ]; then
        [ "${YES:-}" != 1 ] || fail 2 "YES=1 asks nothing: set APP_CERTIFICATE, or FROM=file"
        printf 'Primary certificate (not shown): '
        stty -echo 2>/dev/null || true
        read -r APP_CERTIFICATE || fail 2 "there is nobody to ask; set APP_CERTIFICATE"
        stty echo 2>/dev/null || true
        echo
    fi
fi

# ---- Parameters, in a file that nobody else can read ----

BUCKET="${BUCKET:-agora-token-$ACCOUNT-$REGION}"
PREFIX="agora-token/$(sha256sum "$RELEASE/SHA256SUMS" | cut -c1-16)"
export NEW STACK BUCKET PREFIX APP_ID APP_CERTIFICATE
umask 077
python3 - "$RELEASE/$TEMPLATE" "$WORK/parameters.json" <<'PYTHON' || exit 2
"""Writes the parameters of the deployment, or says what is wrong with them."""
import json, os, re, shlex, sys

template, place = sys.argv[1:]
new = os.environ["NEW"]
# Each parameter is a line of the template: its name, then its `Type`.
known = set(re.findall(r"\b(\w+): \{Type: (?:String|Number|CommaDelimitedList)\b", open(template).read()))


def wrong(text):
    sys.exit(f"error: {text}")


try:
    given = dict(word.split("=", 1) for word in shlex.split(os.environ.get("PARAMETERS", "")))
except ValueError:
    wrong("PARAMETERS holds pairs such as Name=value; quote what has spaces or quotes: PARAMETERS=\"Name='a b'\"")
if unknown := sorted(set(given) - known):
    wrong(f"the template has no parameter {', '.join(unknown)}")
if secrets := sorted(set(given) & {"AppCertificate", "CodeBucket", "CodePrefix", "Architecture"}):
    wrong(f"{', '.join(secrets)} cannot be given in PARAMETERS; the head of this script says what can")
if new:
    if os.environ.get("SECRET_ARN"):
        given["ExistingSecretArn"] = os.environ["SECRET_ARN"]
    else:
        given |= {"AppId": os.environ["APP_ID"].strip(), "AppCertificate": os.environ["APP_CERTIFICATE"].strip()}
        for name in ("AppId", "AppCertificate"):
            if not re.fullmatch("[0-9a-fA-F]{32}", given[name]):
                wrong(f"{name} has 32 hexadecimal digits, as Agora Console shows it; this is something else")
        if given["AppId"] == given["AppCertificate"]:
            wrong("APP_ID and the certificate are the same; Agora Console shows the certificate beside the App ID")
elif lost := sorted({"AppId", "ExistingSecretArn"} & set(given)):
    wrong(f"{', '.join(lost)} can be given to a new stack only: CloudFormation would make the secret anew, with another API key")
secret = given.get("ExistingSecretArn", "")
if secret and not re.fullmatch(r"arn:aws[a-z-]*:secretsmanager:[^:]+:\d{12}:secret:\S+-\w{6}", secret):
    wrong("SECRET_ARN is the full ARN of a secret, with the six characters at its end")
if secret and secret.split(":")[3] != os.environ["AWS_REGION"]:
    wrong(f"the secret is in {secret.split(':')[3]} and the stack in {os.environ['AWS_REGION']}; the functions read one of "
          "their own region")
if policy := given.get("Policy", "").strip():
    try:
        json.loads(policy)
    except ValueError as error:
        wrong(f"Policy is no JSON: {error}")
# Lambda has room for 4096 bytes of variables, which it counts as JSON.
variables = dict(re.findall(r"\b(AGORA_\w+): !Ref '(\w+)'", open(template).read()))
size = len(json.dumps({name: given.get(value, "") for name, value in variables.items()})) + 300
if size > 4096:
    wrong(f"the settings take about {size} bytes as JSON, and Lambda has room for 4096: shorten Policy, where each "
          "quotation mark takes two")
given |= {"CodeBucket": os.environ["BUCKET"], "CodePrefix": os.environ["PREFIX"]}
with open(place, "w") as file:
    json.dump([f"{name}={value}" for name, value in given.items()], file)
PYTHON
unset APP_CERTIFICATE

echo "Stack $STACK in $REGION, account $ACCOUNT: $([ -n "$NEW" ] && echo new || echo an update)."
echo "The zips go to the bucket $BUCKET."
[ -z "$NEW" ] || echo "What it creates, and what that costs: docs/deployment.md#what-is-created."
agree "Go on?" || fail 2 "nothing was done"

# ---- The bucket and what is in it ----

if ! aws s3api head-bucket --bucket "$BUCKET" >/dev/null 2>"$WORK/error"; then
    grep -q '404' "$WORK/error" || fail 1 "the bucket $BUCKET cannot be used: $(cat "$WORK/error")"
    if [ "$REGION" = us-east-1 ]; then
        aws s3api create-bucket --bucket "$BUCKET" >/dev/null
    else
        aws s3api create-bucket --bucket "$BUCKET" --create-bucket-configuration "LocationConstraint=$REGION" >/dev/null
    fi
    aws s3api put-public-access-block --bucket "$BUCKET" --public-access-block-configuration \
        BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true
    echo "Made the bucket $BUCKET, which nobody else can read."
fi
while read -r _ file; do
    # A folder is one release, so what is there is right.
    aws s3api head-object --bucket "$BUCKET" --key "$PREFIX/$file" >/dev/null 2>&1 ||
        aws s3 cp --only-show-errors "$RELEASE/$file" "s3://$BUCKET/$PREFIX/$file" || fail 1 "$file cannot be uploaded"
done <"$WORK/sums"
echo "Uploaded. CloudFormation is at work; that takes some minutes."

# ---- The deployment ----

DEPLOYING=1
aws cloudformation deploy --stack-name "$STACK" --template-file "$RELEASE/$TEMPLATE" \
    --s3-bucket "$BUCKET" --s3-prefix "$PREFIX/templates" --capabilities CAPABILITY_IAM CAPABILITY_AUTO_EXPAND \
    --no-fail-on-empty-changeset --parameter-overrides "file://$WORK/parameters.json" >"$WORK/deployed" 2>&1 || {
    cat "$WORK/deployed" >&2
    aws cloudformation describe-stack-events --stack-name "$STACK" --output text --query \
        "reverse(StackEvents[?ends_with(ResourceStatus, '_FAILED')].[LogicalResourceId, ResourceStatusReason])" 2>/dev/null | head -3 >&2
    fail 1 "the deployment failed"
}
DEPLOYING=""
output() { aws cloudformation describe-stacks --stack-name "$STACK" --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue" --output text; }
parameter() { aws cloudformation describe-stacks --stack-name "$STACK" --query "Stacks[0].Parameters[?ParameterKey=='$1'].ParameterValue" --output text; }
if [ -z "$(parameter ExistingSecretArn | tr -d '[:space:]')" ]; then
    # An update elsewhere that would replace the secret is refused.
    aws cloudformation set-stack-policy --stack-name "$STACK" --stack-policy-body '{"Statement":[
        {"Effect":"Allow","Principal":"*","Action":"Update:*","Resource":"*"},
        {"Effect":"Deny","Principal":"*","Action":["Update:*"],"Resource":"LogicalResourceId/Secret"}]}'
fi

# ---- The first token ----

API_KEY=$(output ApiKey) FIRST=$(output FirstToken)
printf '\nTo have a token:\n\n  %s\n  %s\n\n' "$API_KEY" "$FIRST"
aws secretsmanager get-secret-value --secret-id "$(output SecretArn)" --query SecretString --output text >"$WORK/secret" 2>"$WORK/error" || {
    echo "(no first token: you may not read the secret yourself; the lines above do for those who may)"
    exit 0
}
URL=${CALL_URL:-${FIRST##* }}
python3 - "$URL" "$WORK/secret" <<'PYTHON' || fail 3 "the stack is there, and gives no token. What the functions write says more: $(output Log)"
"""Asks for the first token, and has the service itself read it."""
import json, sys, time, urllib.error, urllib.request

url, place = sys.argv[1:]
try:
    document = json.load(open(place))
    parts = [document, *document.get("projects", [])]
    key = next(key for part in parts for key in [part.get("apiKey"), *part.get("apiKeys", [])] if isinstance(key, str))
except (ValueError, AttributeError):
    sys.exit("error: the secret does not hold the JSON document that docs/configuration.md describes")
except StopIteration:
    print("(no first token: the secret holds no API key)")
    sys.exit(0)


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"x-api-key": key, "content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=15) as answer:
        return json.load(answer)


# A new API and a new role are not there at once.
until = time.monotonic() + 60
while True:
    try:
        token = post(url, {"channelName": "demo", "uid": 1, "role": "publisher"})["token"]
        break
    except urllib.error.HTTPError as error:
        why = f"the service answered {error.code}: {error.read().decode(errors='replace')[:500]}"
    except (OSError, ValueError, KeyError) as error:
        why = f"the service cannot be asked: {error}"
    if time.monotonic() > until:
        sys.exit(f"error: {why}")
    time.sleep(3)
print(f"Your first token:\n\n  {token}\n")
try:
    verdict = post(url.removesuffix("/v1/rtc") + "/v1/inspect", {"token": token, "channelName": "demo", "uid": 1})["verdict"]
except (OSError, ValueError, KeyError):
    sys.exit(0)
if verdict != "valid":
    sys.exit(f"error: the service itself finds the token {verdict}")
print(
    "It is well formed, and signed by the certificate in the secret. Only Agora can tell whether that is the\n"
    "certificate of your project: paste App ID, channel `demo`, uid 1 and the token into Agora's web demo,\n"
    "https://webdemo.agora.io/basicVideoCall/index.html."
)
PYTHON
BASE=$(output BaseUrl)
cat <<TEXT

What is next: your apps call $BASE. Who may have what, alarms and a domain are parameters:
  PARAMETERS="AllowedOrigins=https://app.example.com AlarmEmail=me@example.com" sh deploy.sh
TEXT
