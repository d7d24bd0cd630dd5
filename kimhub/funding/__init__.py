"""The money of KIM: financing plans now; grants, allocations and expenditure follow (domain.md §2 to §4)."""
