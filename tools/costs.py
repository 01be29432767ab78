"""Writes what a million tokens cost into the documentation, or with --check says where it differs.

It is computed from list prices and from bytes. The bytes are measured by the rehearsal, which fails where they
are others than those below.
"""

from __future__ import annotations

import sys

from repository import ROOT, TEMPLATE
from routes import between, cells
from script import say, stop

# List prices of us-east-1 in US dollars, as known in late 2025: per million requests, gigabyte-second, gigabyte.
GATEWAY, INVOCATIONS, GIGABYTE_SECOND, LOGS, DATA_OUT = 1.00, 0.20, 0.0000133334, 0.50, 0.09
# Of CloudFront the requests alone. What it sends to callers costs a little less than from a region, and what it sends to
# functions makes up for that; of the former a terabyte a month is free, too.
CLOUDFRONT = 1.00
# Of an RTC token for a service, in a stack named agora-token: its audit line, with what CloudWatch adds to each;
# the answer, with its headers; and the gateway's line, if it writes one.
LINE, ANSWER, ACCESS_LINE = 552 + 26, 560, 290 + 26
MEMORY_GB, SECONDS = 0.125, 0.001

HEAD = "| for | how much of it | list price | per million tokens |\n|---|---|---|---|\n"
OTHERWISE = "| otherwise | per million tokens |\n|---|---|\n"


def gigabytes(size: int) -> float:
    """Of a million requests with so many bytes."""
    return size * 1_000_000 / 1e9


def parts() -> dict[str, tuple[str, str, float]]:
    """What a million tokens consist of: how much of each, its list price, and what that makes."""
    return {
        "HTTP API": ("1 request", "1.00 per million (0.90 beyond 300 million a month)", GATEWAY),
        "Lambda, requests": ("1 request", "0.20 per million", INVOCATIONS),
        "Lambda, time": ("1 ms × 0.125 GB", "0.0000133334 per GB-second", 1e6 * SECONDS * MEMORY_GB * GIGABYTE_SECOND),
        "CloudWatch Logs": (f"{LINE} bytes: the audit line", "0.50 per GB", LOGS * gigabytes(LINE)),
        "data out": (f"{ANSWER} bytes", "0.09 per GB", DATA_OUT * gigabytes(ANSWER)),
    }


def total() -> float:
    return sum(price for _, _, price in parts().values())


def otherwise() -> dict[str, float]:
    """What it costs where it is set up in another way."""
    made = {name: price for name, (_, _, price) in parts().items()}
    return {
        "`LogLevel=WARN`: no line for a token that is issued": total() - made["CloudWatch Logs"],
        "`AccessLog=enabled`: a line of the gateway, too": total() + LOGS * gigabytes(ACCESS_LINE),
        "[function URLs](#function-urls) behind CloudFront in place of the HTTP API, up to the 10 million requests a "
        "month that are free there": total() - made["HTTP API"] - made["data out"],
        "the same, beyond those": total() - made["HTTP API"] + CLOUDFRONT,
        "one function URL without CloudFront": total() - made["HTTP API"],
        "CloudFront in front of the HTTP API, beyond those": total() + CLOUDFRONT,
    }


def dollars(price: float) -> str:
    return f"{price:.2f}" if price >= 0.01 else f"{price:.3f}"


def tables() -> tuple[str, str]:
    """Both tables of docs/deployment.md."""
    rows = [cells(name, much, price, dollars(made)) for name, (much, price, made) in parts().items()]
    rows.append(cells("**together**", "", "", f"**{dollars(total())}**").replace("|  |", "| |").replace("|  |", "| |"))
    return HEAD + "".join(rows), OTHERWISE + "".join(cells(name, dollars(price)) for name, price in otherwise().items())


def main() -> None:
    page = ROOT / "docs" / "deployment.md"
    text = page.read_text()
    first, second = tables()
    wanted = between(between(text, HEAD, first), OTHERWISE, second)
    constant = f"n*{total() / 1e6:.8f}"
    if constant not in TEMPLATE.read_text():
        stop(f"the dashboard of template.yaml does not count with {constant}, a millionth of what a million costs")
    if "--check" not in sys.argv[1:]:
        page.write_text(wanted)
    elif wanted != text:
        stop("docs/deployment.md tells other costs than tools/costs.py; `make costs` writes them")
    say(f"A million tokens cost {dollars(total())} USD")


if __name__ == "__main__":
    main()
