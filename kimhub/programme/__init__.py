"""The programme KIM (§ 9 TIntG) as rules and arithmetic: Förderrichtlinien, plans, what they cost and earn.

Pure: no database, no web. Planner page, API, reports and the command line compute with the same code.
"""
