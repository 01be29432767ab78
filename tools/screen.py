"""What a person sees: colour where the terminal has it, progress in place, and a request as one line."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
import unicodedata
from datetime import datetime

from repository import ROOT, end

COLOURS = {"red": "31", "green": "32", "yellow": "33", "cyan": "36", "bold": "1", "dim": "2"}
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Screen:
    """Standard output, for several threads."""

    def __init__(self, out=None, env=os.environ):
        self.out = out or sys.stdout
        self.tty = self.out.isatty() and env.get("TERM") != "dumb"
        self.colour = self.tty and not env.get("NO_COLOR")
        self._lock = threading.RLock()
        self._in_place = False
        self._last = 0.0

    @property
    def width(self) -> int | None:
        """The columns of the terminal; none where there is no terminal and nothing needs to fit."""
        return max(60, shutil.get_terminal_size().columns) if self.tty else None

    def paint(self, text: str, *colours: str) -> str:
        """The text in a colour, where there is colour."""
        if not self.colour or not colours:
            return text
        return f"\x1b[{';'.join(COLOURS[colour] for colour in colours)}m{text}\x1b[0m"

    def say(self, text: str = "") -> None:
        """A line that stays."""
        with self._lock:
            self._wipe()
            self._write(f"{text}\n")

    def progress(self, text: str) -> None:
        """How far it is: in place on a terminal, else a line now and then."""
        with self._lock:
            if self.tty:
                self._wipe()
                self._write(self.paint(cut(f"  {text}", self.width - 1), "dim"))
                self._in_place = True
            elif time.monotonic() - self._last > 20:
                self._write(f"  {text}\n")
                self._last = time.monotonic()

    def step(self, text: str) -> None:
        """The heading of something that takes a while."""
        self.say(text)
        # The first line of progress comes when there is something to wait for.
        self._last = time.monotonic() - 15

    @contextlib.contextmanager
    def ticking(self, text: str):
        """Shows how long something takes that doesn't say how far it is."""
        began, done = time.monotonic(), threading.Event()

        def tick() -> None:
            while not done.wait(1):
                self.progress(f"{text}, {took(time.monotonic() - began)}")

        ticker = threading.Thread(target=tick)
        ticker.start()
        try:
            yield
        finally:
            done.set()
            ticker.join()
            self.clear()

    def clear(self) -> None:
        """Takes the progress away."""
        with self._lock:
            self._wipe()

    def _wipe(self) -> None:
        if self._in_place:
            self._write("\r\x1b[K")
            self._in_place = False

    def _write(self, text: str) -> None:
        encoding = self.out.encoding or "utf-8"
        self.out.write(text.encode(encoding, "replace").decode(encoding))
        self.out.flush()


# ---- Text ----


def visible(text: str) -> str:
    """The text without anything that could steer a terminal."""
    return "".join(c if c.isprintable() else "?" for c in text)


def columns(text: str) -> int:
    """How many columns a terminal needs for it."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else not unicodedata.combining(c) for c in text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns."""
    if columns(text) <= width:
        return text
    while columns(text) > width - 1:
        text = text[:-1]
    return text + "…"


def fit(text: str, width: int) -> str:
    """The text in exactly `width` columns."""
    text = cut(text, width)
    return text + " " * (width - columns(text))


def wrapped(text: str, first: str, width: int | None, further: int | None = None) -> str:
    """The text behind `first`, its further lines below its beginning, or `further` columns in."""
    indent = " " * (len(first) if further is None else further)
    if not width:
        return first + text
    return textwrap.fill(text, width - 1, initial_indent=first, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


def took(seconds: float) -> str:
    """A duration."""
    return f"{seconds:.1f} s" if seconds < 60 else f"{int(seconds) // 60} min {int(seconds) % 60:02} s"


# ---- The functions' log ----


def request_line(line: dict, function: str, screen: Screen) -> str:
    """An audit line for a person: time, status, route, who, what came of it, how long."""
    at = datetime.fromisoformat(line["timestamp"]).astimezone().strftime("%H:%M:%S")
    status = line["status"]
    nowhere = f"{line['method']} {line['path']}" if "path" in line else f"({function})"
    route = line.get("route") or nowhere
    micros = line["durationMicros"]
    duration = f"{micros:,} µs" if micros < 100_000 else f"{micros // 1000:,} ms"
    return in_columns(at, status, route, line.get("principal") or "-", outcome(line), duration, screen)


def in_columns(at: str, status: int, route: str, who: str, what: str, duration: str, screen: Screen) -> str:
    """One request; on a terminal, it fits."""
    method, space, path = visible(route).partition(" ")
    route, what = f"{method:<4} {path}" if space else method, visible(what)
    if screen.width:
        rest = screen.width - 1 - len("hh:mm:ss 200  anonymous   ") - 10
        share = min(max(22, rest * 2 // 5), 44)
        route, what = fit(route, share), fit(what, rest - share)
    else:
        route = f"{route:<30}"
    colour = "green" if status < 400 else "yellow" if status < 500 else "red"
    return " ".join([
        screen.paint(at, "dim"), screen.paint(str(status), colour), route, f" {who:<9}",
        what if status < 400 else screen.paint(what, colour), screen.paint(f" {cut(duration, 9):>9}", "dim"),
    ])


def outcome(line: dict) -> str:
    """What came of a request: the tokens, or why there are none."""
    refused = [f"{ask.get('code')}: {token(ask)}" for ask in line.get("refused", [])]
    issued = [token(one) for one in line.get("tokens", [])]
    if line["outcome"] != "issued":
        return refused[0] if len(refused) == 1 else line["outcome"]
    if len(issued) + len(refused) == 1:
        return (issued + refused)[0]
    text = f"{len(issued)} issued: {', '.join(one['tokenType'] for one in line.get('tokens', []))}"
    return f"{text}; {len(refused)} refused: {', '.join(refused)}" if refused else text


def token(described: dict) -> str:
    """A token in a few words: its kind, for what and whom, and its seconds."""
    words = [described["tokenType"]]
    for name, value in described.items():
        if name == "services":
            words.append("+".join(str(service.get("type")) for service in value))
        elif name not in ("tokenType", "appId", "lifetime", "fingerprint", "code") and isinstance(value, (str, int)):
            words.append(str(value))
    if "lifetime" in described:
        words.append(f"{described['lifetime']} s")
    return " ".join(words)


def trouble_line(line: dict, screen: Screen) -> str:
    """A warning or an error of a function."""
    colour = "red" if line["level"] in ("ERROR", "FATAL") else "yellow"
    text = visible(f"{line.get('code', '')}: {line.get('message', '')}".removeprefix(": "))
    at, level = time.strftime("%H:%M:%S"), f"{line['level']:<5}"
    lines = wrapped(text, f"{at} {level} ", screen.width).split("\n")
    lines[0] = f"{screen.paint(at, 'dim')} {screen.paint(level, colour, 'bold')} {lines[0][len(at) + len(level) + 2:]}"
    return "\n".join(lines)


# ---- Cargo ----

PROGRESS = re.compile(r"\s*(\w+) \[[=> -]*\] (\d+)/(\d+)(?:: *(.*))?$")
# What cargo says beside it; some of it is worth a word.
BUSY = re.compile(r"\s*(Downloading|Downloaded|Updating|Locking|Adding|Blocking) (.+)$")
DULL = re.compile(r"\s*(Compiling|Checking|Fresh|Finished|Executable) .+$")


def cargo_progress(piece: str) -> str | None:
    """What a piece of cargo's output says of how far it is; nothing where it is something else."""
    if found := PROGRESS.match(piece):
        verb, done, total, now = found.groups()
        what = "crates compiled" if verb == "Building" else verb.lower()
        return f"{done} of {total} {what}" + (f": {now.strip()}" if now else "")
    if found := BUSY.match(piece):
        verb, what = found.groups()
        return "waits for another cargo" if verb == "Blocking" else f"{verb.lower()} {what}"
    return "" if DULL.match(piece) else None


def cargo_env(env: dict[str, str], screen: Screen) -> dict[str, str]:
    """The environment in which cargo says how far it is, terminal or not."""
    return env | {
        "CARGO_TERM_PROGRESS_WHEN": "always", "CARGO_TERM_PROGRESS_WIDTH": "160",
        "CARGO_TERM_COLOR": "always" if screen.colour else "never",
    }


def pieces(pipe):
    """What comes out of a pipe, piece by piece: what stands between line ends, and what overwrites a line."""
    rest = b""
    while chunk := pipe.read1(65536):
        *whole, rest = re.split(rb"\r\n|\r|\n", rest + chunk)
        yield from (piece.decode(errors="replace") for piece in whole)
    if rest:
        yield rest.decode(errors="replace")


def cargo(arguments: list[str], env: dict[str, str], screen: Screen) -> tuple[int, str]:
    """Runs cargo and shows how far it is; its status, and its standard output.

    What the compiler has to say is said; cargo's own words are not.
    """
    told: list[str] = []
    output: list[bytes] = []
    with subprocess.Popen(
        ["cargo", *arguments], cwd=ROOT, env=cargo_env(env, screen), stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
    ) as process:
        reader = threading.Thread(target=lambda: output.append(process.stdout.read()))
        reader.start()
        try:
            for piece in pieces(process.stderr):
                text = cargo_progress(ESCAPES.sub("", piece))
                if text:
                    screen.progress(text)
                elif text is None and (piece.strip() or told):
                    told.append(piece)
        except BaseException:
            end(process, signal.SIGINT)
            raise
        finally:
            screen.clear()
            reader.join()
    if any(line.strip() for line in told):
        screen.say("\n".join(told))
    return process.returncode, b"".join(output).decode(errors="replace")
