"""The processor's seconds for one call, for tests that a way is not quadratic."""

import gc
import time
from collections.abc import Callable


def processor_seconds(call: Callable[[], object]) -> float:
    """What CALL takes of this thread's processor, without the collector: late in a run of thousands of tests one full
    collection takes half a second, and falls to whoever allocates next."""
    gc.disable()
    try:
        began = time.thread_time()
        call()
        return time.thread_time() - began
    finally:
        gc.enable()
