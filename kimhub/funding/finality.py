"""When a Bescheid becomes final (bestandskräftig) if nobody objects."""

from __future__ import annotations

from datetime import date

from kimhub.programme.public import SOURCE_OF_FINALITY, AnnouncedBy, Finality, announced, finality

SOURCE = f"§ 41 Abs. 2 VwVfG NRW; {SOURCE_OF_FINALITY}"


def suggested_finality(issued_on: date, received_on: date) -> Finality:
    """Return the first day of Bestandskraft of a Bescheid that came by post, with its reckoning.

    It is taken as posted on its own date. When it came later than the law supposes, the day of receipt counts. How it
    really came and whether its Rechtsbehelfsbelehrung is right is not known here: somebody has to check the day.
    """
    return finality(announced(AnnouncedBy.LETTER, issued_on, received_on=received_on))
