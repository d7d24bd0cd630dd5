"""The audit read and proved: the history of a row, the chains of all tenants, the roots over them.

The database writes it (`tenants.audit`); nothing here changes anything.
"""

from kimhub.core.audit.chain import Break, BrokenLink
from kimhub.core.audit.history import HistoryItem, RowChange, ValueChange, history, joint_history
from kimhub.core.audit.verify import ChainReport, Root, RootReport, verify_chain, verify_roots

__all__ = [
    "Break",
    "BrokenLink",
    "ChainReport",
    "HistoryItem",
    "Root",
    "RootReport",
    "RowChange",
    "ValueChange",
    "history",
    "joint_history",
    "verify_chain",
    "verify_roots",
]
