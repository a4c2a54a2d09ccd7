"""How a worker ends that cannot be asked to: at once, with all that it has started. Others carry on with its job."""

import os
import signal
from typing import NoReturn


def end_at_once() -> NoReturn:
    """End this process; where it leads a group of its own, the whole group."""
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)
