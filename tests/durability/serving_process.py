"""Serving processes that can be killed, one after the other: the application is built once, and then forked.

Run as `python -m tests.durability.serving_process` with the settings of an installation in the environment. Each line
that it reads starts a process that serves the application and does its jobs; the answer is its number and its port.
"""

import os
import signal
import sys
from dataclasses import replace

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

import config
from pb.app import create_app
from pb.voting.jobs import tick
from pb.worker import Background


class Quiet(WSGIRequestHandler):
    def log_request(self, *_arguments: object) -> None:
        """Nobody reads it."""


def main() -> None:
    app = create_app(replace(config.from_environment(), limits=False))
    child = 0
    try:
        for _line in sys.stdin:
            if child:
                os.waitpid(child, 0)  # the one before was killed
            read, write = os.pipe()
            child = os.fork()
            if child == 0:
                os.close(read)
                serve(app, write)
            os.close(write)
            with os.fdopen(read) as told:
                sys.stdout.write(f"{child} {told.readline()}")
                sys.stdout.flush()
    finally:
        if child:
            os.kill(child, signal.SIGKILL)


def serve(app: Flask, ready: int) -> None:
    """Serves until it is killed; writes its port when it listens."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the log: the starter alone speaks there
    app.extensions["database"].engine.dispose(close=False)  # whatever was opened is another process's
    Background(app, tick).start()
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    os.write(ready, f"{server.server_port}\n".encode())
    os.close(ready)
    server.serve_forever()


if __name__ == "__main__":
    main()
