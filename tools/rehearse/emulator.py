"""The cloud on this machine: a local emulator that speaks AWS's own API, bound to loopback."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from repository import HOST, TOOLS, end, tool_env

REGION = "us-east-1"


class Emulator:
    """Runs inside a `with`; all its files are in a folder of its own, removed at the end."""

    def __enter__(self) -> Emulator:
        self.folder = Path(tempfile.mkdtemp(prefix="agora-rehearsal-"))
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            self.port = probe.getsockname()[1]
        self.endpoint = f"http://{HOST}:{self.port}"
        # It hands its whole environment to every function, so it gets next to none.
        env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.folder),
            "TMPDIR": str(self.folder),
            "BIND_HOST": HOST,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "localhost",
            "STATE_DIR": str(self.folder / "state"),
            "S3_DATA_DIR": str(self.folder / "s3"),
            "LAMBDA_EXECUTOR": "local",
            "IOT_MTLS_ENABLED": "0",
            "AWS_ENDPOINT_URL": self.endpoint,
            "PYTHONUNBUFFERED": "1",
        }
        self.log = self.folder / "emulator.log"
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [str(TOOLS / "emulator" / "bin" / "ministack")],
                cwd=self.folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_) -> None:
        end(self.process, signal.SIGTERM)
        shutil.rmtree(self.folder, ignore_errors=True)

    def env(self, **extra: str) -> dict[str, str]:
        """The environment of a person who works against the emulator: its address, dummy credentials."""
        env = {name: value for name, value in tool_env().items() if not name.startswith("AWS_")}
        return env | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        } | extra

    def tail(self, lines: int = 40) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""

    def _wait(self) -> None:
        for _ in range(300):
            if self.process.poll() is not None:
                break
            with contextlib.suppress(OSError, http.client.HTTPException):
                connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
                with contextlib.closing(connection):
                    connection.request("GET", "/_ministack/health")
                    if connection.getresponse().status == 200:
                        return
            time.sleep(0.1)
        raise RuntimeError(f"the emulator did not start:\n{self.tail()}")
