"""How long a test waits for what takes a moment, before it says that it does not happen.

Waiting ends with what is waited for, so only a red test is slow. A machine with many other things to do may take a
hundred times as long as an idle one; that is no failure.
"""

PATIENCE = 120.0
"""Seconds."""
