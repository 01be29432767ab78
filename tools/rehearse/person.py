"""A person without Rust: a machine that has next to nothing, a terminal, and the documentation, word by word."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import http.server
import ipaddress
import os
import pty
import re
import select
import shutil
import ssl
import subprocess
import sys
import termios
import textwrap
import threading
import time
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from repository import HOST, ROOT, TOOLS, end, heard

# What AWS CloudShell has, as far as a person or deploy.sh uses it.
HAS = ("bash", "cat", "cp", "curl", "cut", "dirname", "env", "grep", "jq", "ls", "mkdir", "mktemp", "rm", "sh", "sleep", "uname")
# How long a command may take, in seconds.
PATIENCE = 300


def documented(page: str, heading: str) -> list[str]:
    """The commands that a section of a page says to type, a block each."""
    text = (ROOT / "docs" / page).read_text()
    found = re.search(rf"^###? {re.escape(heading)}\n(.*?)(?=^##)", text, re.MULTILINE | re.DOTALL)
    blocks = re.finditer(r"^( *)```sh\n(.*?)^\1```", found[1], re.MULTILINE | re.DOTALL)
    return [textwrap.dedent(block[2]) for block in blocks]


class Web:
    """What a person's commands reach over HTTPS, whatever its name: the releases of GitHub, and the API of the stack.

    `release` is the folder that the latest release consists of; `post` answers for the API.
    """

    def __init__(self, folder: Path, post):
        self.release, web = Path(), self
        certificate(folder / "web.pem")

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                # Releases have their files at one address each, and the latest one at another.
                found = re.fullmatch(r"/OWNER/agora-token/releases/(?:latest/download|download/v[\w.]+)/([\w.-]+)", self.path)
                file = web.release / found[1] if found and self.headers["host"] == "github.com" else None
                there = file is not None and file.is_file()
                self.answer(200 if there else 404, file.read_bytes() if there else b"")

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                self.answer(*post(self.path, body, self.headers))

            def answer(self, status: int, body: bytes) -> None:
                self.send_response(status)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer((HOST, 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / "web.pem")
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port, self.trust = self.server.server_port, folder / "web.pem"

    def __enter__(self) -> Web:
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        self.server.shutdown()
        self.server.server_close()


def certificate(file: Path) -> None:
    """Writes a key and a certificate for the names that are asked here."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.timezone.utc)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A web of one machine")])
    names = [x509.DNSName("github.com"), x509.DNSName("*.execute-api.us-east-1.amazonaws.com"),
             x509.IPAddress(ipaddress.ip_address(HOST))]
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + made.public_bytes(serialization.Encoding.PEM))


class Person:
    """Somebody in an empty home, with the tools of CloudShell and no others."""

    def __init__(self, folder: Path, web: Web, env: dict[str, str]):
        self.home, tools = folder / "home", folder / "tools"
        self.home.mkdir(parents=True)
        tools.mkdir()
        for name in HAS:
            (tools / name).symlink_to(shutil.which(name, path="/usr/bin:/bin"))
        (tools / "python3").symlink_to(shutil.which("python3", path="/usr/bin:/bin") or sys.executable)
        (tools / "aws").symlink_to(TOOLS / "emulator" / "bin" / "aws")
        # All names lead to this machine. It is the file that curl itself reads.
        (self.home / ".curlrc").write_text(f'connect-to = "::{HOST}:{web.port}"\ncacert = "{web.trust}"\n')
        kept = {name: value for name, value in env.items() if name.startswith("AWS_")}
        # For Python: its first call goes by an address of this machine.
        trusted = {"CALL_URL": f"https://{HOST}:{web.port}/v1/rtc", "SSL_CERT_FILE": str(web.trust)}
        self.env = kept | trusted | {"PATH": str(tools), "HOME": str(self.home), "LANG": "C.UTF-8", "TERM": "xterm"}

    def types(self, command: str, *answers: tuple[str, str]) -> tuple[int, str]:
        """Types a command, and an answer to each question that then comes: the exit code, and what is on the screen."""
        def sits() -> None:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
            heard()

        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            ["bash", "-c", command], cwd=self.home, env=self.env, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True, preexec_fn=sits)
        os.close(theirs)
        screen, seen, left, until = "", 0, list(answers), time.monotonic() + PATIENCE
        try:
            while time.monotonic() < until:
                if select.select([ours], [], [], 1)[0]:
                    try:
                        data = os.read(ours, 65536)
                    except OSError:
                        # The other side was closed.
                        break
                    if not data:
                        break
                    screen += data.decode(errors="replace").replace("\r\n", "\n")
                if left and (at := screen.find(left[0][0], seen)) >= 0:
                    seen = at + 1
                    # A person is no faster, and the terminal may only now stop to show what is typed.
                    time.sleep(0.3)
                    os.write(ours, f"{left.pop(0)[1]}\n".encode())
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        finally:
            end(process, 9)
            os.close(ours)
        return process.returncode, screen + "".join(f"(never asked: {question})" for question, _ in left)
