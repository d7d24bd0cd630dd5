"""What the platform's operator does: it keeps the register, admits tenants and proves the audit.

It signs in as the owner role, which row-level security keeps from every tenant's data (ADR 4).
"""
