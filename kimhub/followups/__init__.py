"""What has no state of its own and yet stands on Heute: a promise, and a reminder that was put to a day.

Everything else that waits follows from proceedings (docs/adr/0036-heute-asks.md); these are rows, because nothing else
knows of them (docs/adr/0045-a-row-where-nothing-else-knows.md).
"""
