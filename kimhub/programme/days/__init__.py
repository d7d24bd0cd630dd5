"""Days of the law: holidays, periods, Bekanntgabe and Bestandskraft, each with the text of its reckoning.

Everything here is pure: days in, days and sentences out. Where authorities or councils read a rule in more than one
way, the answer names the reading it follows and what the others give (docs/adr/0032-days-in-one-place.md).
"""
