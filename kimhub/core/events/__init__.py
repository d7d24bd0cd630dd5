"""Events: what a use case has done, told to the tenants whom it concerns (docs/adr/0038-events-are-facts.md).

A use case writes one row per concerned tenant in its own transaction, never one per imported row, and nothing else: who
is told, and how, is decided by the tenant that is concerned, when it receives the event (`kimhub.inbox`).
"""
