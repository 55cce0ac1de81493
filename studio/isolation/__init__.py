"""Work on untrusted input in child processes with limits, which can be killed at any moment.

Neither Qt nor torch nor numpy is imported here: a child starts in the time that Python takes.
"""

from studio.isolation.limits import Limits
from studio.isolation.run import run_isolated

__all__ = ["Limits", "run_isolated"]
