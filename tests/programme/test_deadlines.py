"""Until when a grant is applied for."""

from __future__ import annotations

from datetime import date

from kimhub.programme.deadlines import application_deadline
from kimhub.programme.guideline_files import load_foerderrichtlinien

GUIDELINES = load_foerderrichtlinien()


def test_an_application_for_2027_is_due_at_the_end_of_october_2026_and_nobody_has_verified_that():
    """31.10.2026 is a Saturday, the Sunday after it Allerheiligen; whether such a day moves is read differently."""
    deadline = application_deadline(date(2027, 1, 1), GUIDELINES)
    assert deadline.day == date(2026, 11, 2)
    assert deadline.reckoned.text == "31.10.2026, das ist ein Samstag: bis 02.11.2026"
    assert deadline.reckoned.earliest == date(2026, 10, 30)
    assert deadline.reckoned.caution.startswith("Sicher ist bis 30.10.2026")
    assert not deadline.verified
    assert deadline.source
    assert deadline.guideline.startswith("Förderung Kommunales Integrationsmanagement")


def test_the_last_day_is_in_time_and_the_day_after_is_not():
    deadline = application_deadline(date(2027, 5, 1), GUIDELINES)
    assert not deadline.missed_on(date(2026, 11, 2))
    assert deadline.missed_on(date(2026, 11, 3))


def test_the_guideline_of_2020_names_no_deadline_and_before_it_there_is_no_guideline():
    assert application_deadline(date(2021, 5, 1), GUIDELINES) is None
    assert application_deadline(date(2019, 1, 1), GUIDELINES) is None
