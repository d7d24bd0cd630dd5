"""The audit read and proved: the history of a row, the chains of all tenants, the roots over them.

The database writes it (`tenants.audit`); nothing here changes anything.
"""

from kimhub.core.audit.batches import BatchBreak, BatchReport, BrokenBatch, verify_batches
from kimhub.core.audit.chain import Break, BrokenLink
from kimhub.core.audit.compare import CompareReport, Deviation, Difference, compare_with_history
from kimhub.core.audit.history import HistoryItem, Origin, RowChange, ValueChange, history, joint_history
from kimhub.core.audit.verify import ChainReport, Root, RootReport, verify_chain, verify_roots

__all__ = [
    "BatchBreak",
    "BatchReport",
    "Break",
    "BrokenBatch",
    "BrokenLink",
    "ChainReport",
    "CompareReport",
    "Deviation",
    "Difference",
    "HistoryItem",
    "Origin",
    "Root",
    "RootReport",
    "RowChange",
    "ValueChange",
    "compare_with_history",
    "history",
    "joint_history",
    "verify_batches",
    "verify_chain",
    "verify_roots",
]
