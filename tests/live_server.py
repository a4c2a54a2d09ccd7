"""The service, really started: uvicorn on a free port of this machine."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn

from app.connections import server_options
from app.main import create_app
from app.settings import Settings

STOP_SECONDS = 20


@contextmanager
def serving(settings: Settings) -> Iterator[str]:
    """The address of the running service, for as long as the block lasts.

    The socket listens before the server runs, so that a client that comes early waits instead of being refused.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(
            uvicorn.Config(create_app(settings), log_config=None, lifespan="on", **server_options(settings))
        )
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=STOP_SECONDS)
    assert not thread.is_alive(), "the server did not stop"
