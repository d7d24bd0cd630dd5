"""Where a body can be reached: the offices that are responsible, each with its Funktionspostfach and telephone.

What concerns a body and nobody there has the role for goes to such an address (`kimhub.inbox`), and whoever works on a
file with it reads there whom to call (docs/adr/0040-reached-where-nobody-is-named.md). No person is named.
"""
