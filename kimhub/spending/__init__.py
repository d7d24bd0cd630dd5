"""What was spent: bookings with their receipts, entered one by one or imported (ANBest-G 6, issue „Expenditure“).

A booking is never changed and never deleted. A wrong one is reversed in full and booked anew, as in double-entry
bookkeeping (§ 28 KomHVO NRW), so that every figure that was ever reported can be followed to its receipts.
"""
