"""The pages that every public portal owes: imprint, privacy, accessibility statement, feedback.

DDG § 5 (imprint), Art. 13 DSGVO (privacy), § 10e BGG NRW with BITVNRW (accessibility statement and feedback).
"""
