"""The command `siyu-sandbox`: the vendor's stand-in on this machine only."""

import argparse
import os
import socket
import sys
from pathlib import Path

import uvicorn

from siyu_sandbox.schemas import Mode
from siyu_sandbox.store import Store
from siyu_sandbox.vendor import change_control
from siyu_sandbox.web import create_app

HOST = "127.0.0.1"
DEFAULT_KEY = "sandbox"
KEY_VARIABLE = "SIYU_SANDBOX_KEY"


def main(arguments: list[str] | None = None) -> int:
    """The server has run until it was told to stop.

    returns  the exit status: 0, or 1 if the port is taken
    """
    options = _parser().parse_args(arguments)
    # The protocol is named because asyncio turns Nagle's delay off (40 ms an answer) only where it is.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((HOST, options.port))
        except OSError as refused:
            sys.stderr.write(f"siyu-sandbox: port {options.port} cannot be used: {refused.strerror}\n")
            return 1
        port = listening.getsockname()[1]
        store = Store(options.home)
        if options.mode is not None:
            change_control(store, {"mode": options.mode})
        key = os.environ.get(KEY_VARIABLE, DEFAULT_KEY)
        config = uvicorn.Config(
            create_app(store, key=key, seed=options.seed),
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=3,
        )
        listening.listen(128)  # before it is said: who reads the address calls at once
        sys.stdout.write(f"siyu-sandbox: http://{HOST}:{port}\n")
        sys.stdout.flush()
        try:
            uvicorn.Server(config).run(sockets=[listening])
        except KeyboardInterrupt:
            return 0
        finally:
            store.close()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="siyu-sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=8787, help="0 takes any free port and prints it")
    parser.add_argument(
        "--home", type=Path, default=None, help="folder to remember in; without it, memory only"
    )
    parser.add_argument("--mode", choices=[mode.value for mode in Mode], help="how to behave from the start")
    parser.add_argument("--seed", type=int, default=1, help="the same seed fails the same messages")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
