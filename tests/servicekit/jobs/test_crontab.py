"""A crontab's five fields, as crontab(5) has them."""

from datetime import datetime

import pytest

from longhand.servicekit.jobs.crontab import Crontab


@pytest.mark.parametrize(
    ("text", "due", "not_due"),
    [
        ("* * * * *", ["2030-01-05 02:30"], []),
        ("30 2 * * *", ["2030-01-05 02:30"], ["2030-01-05 02:31", "2030-01-05 03:30"]),
        ("*/15 * * * *", ["2030-01-05 02:45"], ["2030-01-05 02:46"]),
        ("5/20 * * * *", ["2030-01-05 02:45", "2030-01-05 02:05"], ["2030-01-05 02:00"]),
        ("10-20/5,50 * * * *", ["2030-01-05 02:15", "2030-01-05 02:50"], ["2030-01-05 02:25", "2030-01-05 02:16"]),
        ("0 0 1 1-3 *", ["2030-02-01 00:00"], ["2030-04-01 00:00", "2030-02-02 00:00"]),
        ("0 0 * * 0", ["2030-01-06 00:00"], ["2030-01-05 00:00"]),
        ("0 0 * * 7", ["2030-01-06 00:00"], ["2030-01-07 00:00"]),
        ("0 0 * * 1-5", ["2030-01-07 00:00"], ["2030-01-06 00:00"]),
        ("0 0 13 * 5", ["2030-01-11 00:00", "2030-01-13 00:00"], ["2030-01-12 00:00"]),
    ],
)
def test_it_is_due_when_its_fields_say_so(text: str, due: list[str], not_due: list[str]):
    crontab = Crontab.parse(text)
    assert all(crontab.matches(datetime.fromisoformat(moment)) for moment in due)
    assert not any(crontab.matches(datetime.fromisoformat(moment)) for moment in not_due)


@pytest.mark.parametrize(
    "wrong",
    [
        *("", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 8"),
        *("a * * * *", "5-1 * * * *", "*/0 * * * *", "1, * * * *", "-1 * * * *", "1.5 * * * *", "** * * * *"),
    ],
)
def test_what_is_no_crontab_is_refused(wrong: str):
    with pytest.raises(ValueError):
        Crontab.parse(wrong)
