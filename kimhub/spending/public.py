"""What other features use of the books: what was spent, booking, reversing."""

from __future__ import annotations

from kimhub.spending.errors import AlreadyReversedError, ReceiptBookedError
from kimhub.spending.list_queries import booked_years
from kimhub.spending.models import STAFF_OF_POSITIONS, Expenditure
from kimhub.spending.queries import SPENT, Spent, get_expenditure, spent
from kimhub.spending.usecases.book_expenditure import BookExpenditure, book_expenditure
from kimhub.spending.usecases.reverse_expenditure import ReverseExpenditure, reverse_expenditure

__all__ = [
    "SPENT",
    "STAFF_OF_POSITIONS",
    "AlreadyReversedError",
    "BookExpenditure",
    "Expenditure",
    "ReceiptBookedError",
    "ReverseExpenditure",
    "Spent",
    "book_expenditure",
    "booked_years",
    "get_expenditure",
    "reverse_expenditure",
    "spent",
]
