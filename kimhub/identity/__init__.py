"""Who is there: sign-in with local accounts, sessions, roles of people, and machine clients (ADR 13).

Sources: OWASP ASVS 5.0 chapters 6 to 10, BSI IT-Grundschutz APP.3.1, RFC 6749, RFC 6750, RFC 8414, RFC 9068.
"""
