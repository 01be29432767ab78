"""Runs the arm64 binary of a function, as it ships, under QEMU's user mode, and has it issue a token.

Needs qemu-aarch64-static and the arm64 C library (Debian: qemu-user-static, libc6-arm64-cross), or a
machine of that kind. Ends with the line `N passed, N failed`.
"""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import platform
import queue
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import package
from repository import HOST, ROOT, SAMPLE_APP_ID, SAMPLE_CERTIFICATE, TOOLS, end, tool_env
from script import Failed, say, stop

FUNCTION = "rtc"
KEY = "rehearsal-api-key-0123456789"
LIBRARIES = Path("/usr/aarch64-linux-gnu")

EVENT = {
    "version": "2.0",
    "routeKey": "POST /v1/rtc",
    "rawPath": "/v1/rtc",
    "rawQueryString": "",
    "headers": {"content-type": "application/json", "x-api-key": KEY, "host": "example.com"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "api",
        "domainName": "example.com",
        "domainPrefix": "example",
        "http": {"method": "POST", "path": "/v1/rtc", "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "x"},
        "requestId": "request",
        "routeKey": "POST /v1/rtc",
        "stage": "$default",
        "time": "12/Mar/2026:19:03:58 +0000",
        "timeEpoch": 1773342238000,
    },
    "body": json.dumps({"channelName": "demo", "uid": 7, "role": "publisher"}),
    "isBase64Encoded": False,
}


class Runtime(http.server.BaseHTTPRequestHandler):
    """Lambda's Runtime API for one function: hands out the event once and keeps the answer."""

    protocol_version = "HTTP/1.1"
    events: queue.Queue = queue.Queue()
    answers: queue.Queue = queue.Queue()

    def do_GET(self) -> None:
        # The request after the last event waits, as it would on Lambda, until the function is ended.
        body = json.dumps(self.events.get()).encode()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-4a5c-8000-000000000000")
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 60_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:us-east-1:123456789012:function:rtc")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length") or 0)) or self._chunks()
        self.answers.put((self.path, text))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _chunks(self) -> bytes:
        text = b""
        while self.headers.get("Transfer-Encoding") == "chunked" and (size := int(self.rfile.readline(), 16)):
            text += self.rfile.read(size)
            self.rfile.readline()
        return text

    def log_message(self, *_) -> None:
        pass


def command(binary: Path) -> list[str]:
    """How this machine runs it."""
    if platform.machine() in ("aarch64", "arm64"):
        return [str(binary)]
    qemu = shutil.which("qemu-aarch64-static") or shutil.which("qemu-aarch64")
    if not qemu or not LIBRARIES.is_dir():
        stop("this needs qemu-aarch64-static and an arm64 C library; on Debian: apt-get install qemu-user-static libc6-arm64-cross")
    return [qemu, "-L", str(LIBRARIES), str(binary)]


def binary() -> Path:
    """The binary out of the zip that is packed for release; packed now if there is none."""
    archive = ROOT / "dist" / package.version() / f"{FUNCTION}-arm64.zip"
    folder = Path(tempfile.mkdtemp(prefix="agora-arm64-"))
    if os.environ.get("PACKED") == "1" and archive.exists():
        shutil.unpack_archive(archive, folder)
    else:
        built = package.build("arm64", tool_env(), [FUNCTION])[FUNCTION]
        package.pack(built, folder / f"{FUNCTION}.zip")
        say(f"  {built.stat().st_size / 1e6:.2f} MB, zipped {(folder / f'{FUNCTION}.zip').stat().st_size / 1e6:.2f} MB")
        shutil.copyfile(built, folder / "bootstrap")
    (folder / "bootstrap").chmod(0o755)
    return folder / "bootstrap"


def main() -> int:
    say("The arm64 binary, on this machine.")
    bootstrap = binary()
    server = http.server.ThreadingHTTPServer((HOST, 0), Runtime)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    env = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": f"{HOST}:{server.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": FUNCTION,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128",
        "AWS_REGION": "us-east-1",
        "AGORA_APP_ID": SAMPLE_APP_ID,
        "AGORA_APP_CERTIFICATE": SAMPLE_CERTIFICATE,
        "AGORA_API_KEY": KEY,
    }
    words = command(bootstrap)
    say(f"$ {' '.join(words)}")
    Runtime.events.put(EVENT)
    began = time.monotonic()
    process = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL, start_new_session=True)
    try:
        path, text = Runtime.answers.get(timeout=60)
    except queue.Empty:
        stop(f"no answer within a minute (the function {'still runs' if process.poll() is None else 'ended'})")
    finally:
        end(process, signal.SIGTERM)
        server.shutdown()
        shutil.rmtree(bootstrap.parent, ignore_errors=True)
    took = time.monotonic() - began
    answer = json.loads(text)
    token = json.loads(answer["body"]).get("token", "") if answer.get("statusCode") == 200 else ""
    told = subprocess.run(
        ["node", str(Path(__file__).with_name("verify.js"))],
        input=json.dumps([{"token": token, "certificate": SAMPLE_CERTIFICATE}]), capture_output=True, text=True,
        env={"PATH": os.environ["PATH"], "NODE_PATH": str(TOOLS / "npm" / "node_modules")}, check=True,
    )
    [found] = json.loads(told.stdout)
    good = found["signed"] and found["appId"] == SAMPLE_APP_ID and found["services"][0]["uid"] == "7"
    say(f"  {'ok  ' if good else 'FAIL'} it answers {path.rpartition('/')[2]} after {took:.2f} s, emulated processor and all")
    say(f"       {token or text.decode(errors='replace')}")
    say(f"\n{int(bool(good))} passed, {int(not good)} failed")
    return 0 if good else 1


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        try:
            sys.exit(main())
        except Failed as error:
            stop(str(error))
    sys.exit(130)
