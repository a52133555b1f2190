"""What a date says, and what it does not say."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.read.dates import date_line, parse_date
from tests.timing import processor_seconds


@pytest.mark.parametrize(
    "written",
    [
        "2019-01-04",
        "2019-1-4",
        "2019/01/04",
        "2019-01-04 10:00",
        "2019-01-04T23:30:00-05:00",  # already the 5th in London: the date stays as written
        "2019-01-04T00:30:00+09:00",
        "20190104",
        "20190104T101500Z",
        "Fri, 04 Jan 2019 23:10:00 -0800",
        "Fri, 4 Jan 2019",
        "January 4, 2019",
        "Jan. 4, 2019",
        "Friday, January 4, 2019 at 10:30 AM EST",
        "4 Jan 2019",
        "4th of January 2019",
        "4 janvier 2019",
        "4. Januar 2019",
        "4 января 2019 г.",
        "2019年1月4日",
        "1546560000",  # 2019-01-04 00:00:00 UTC: 17,900 days of 86,400 seconds since 1970
        "1546560000000",
        1546560000,
        date(2019, 1, 4),
        datetime(2019, 1, 4, 23, 59, tzinfo=timezone(timedelta(hours=-8))),
        "  2019-01-04\n",
    ],
)
def test_one_day_in_its_spellings(written: object) -> None:
    assert parse_date(written) == "2019-01-04"


@pytest.mark.parametrize(
    "written",
    [
        *("03/04/2019", "3-4-2019 10:00", "3/4/19", "13/4/19", "3.4.19"),  # which is the month, the century?
        *("2019", "2019-01", "January 2019", "May 2019 14:30", "4 January", "Jan 4", "2019-W01", "Q1 2019"),
        *("today", "yesterday", "2 days ago", "last Friday", "10:30", "1st"),
        *("1970-01-01T00:00:00Z", "0001-01-01T00:00:00", "۱۳۹۸/۰۱/۰۴", "۴ دی ۱۳۹۸"),  # no time; years of another count
        *("2019-02-30", "31 April 2019", "20191304", "0000-00-00", "99999999"),
        *("12 troops in May 2019", "25,000 troops 2019", "unknown", "", "   ", "-", "2019-004"),
        *(None, True, float("nan"), float("inf"), -1, 10**30, [], {"year": 2019}),
    ],
)
def test_what_names_no_day_is_unknown(written: object) -> None:
    assert parse_date(written) is None


@pytest.mark.parametrize(
    ("written", "day"),
    [
        *(("13/04/2019", "2019-04-13"), ("04/13/2019", "2019-04-13"), ("04/04/2019", "2019-04-04")),
        *(
            ("3.4.2019", "2019-04-03"),
            ("03.04.2019 10:00", "2019-04-03"),
            ("Mi., 03.04.2019 um 10.00 Uhr", "2019-04-03"),
        ),
        ("04.13.2019", None),  # full stops part the day from the month behind it
    ],
)
def test_numbers_that_can_only_be_read_one_way(written: str, day: str | None) -> None:
    assert parse_date(written) == day


@pytest.mark.parametrize(
    "written",
    [
        *("3 May 2024 10:15 CET", "May 3rd, 2024", "2024.05.03", "3.5.2024", "20240503101500", "202405031015"),
        *("10:15:07 PM EDT May 3, 2024", "Fri 10:15 AM, May 3, 2024", "Updated 10:15 AM ET, Fri May 3, 2024"),
        *(
            "May 3, 2024 - 10:15 AMT",
            "3 May 2024 | 10:15",
            "Fri 3 May 2024 10.15 GMT",
            "Fri, May 3 2024 10:15:00 +0000",
        ),
        *("Fri May 3 2024 10:15:00 GMT+0200 (Central European Summer Time)", "Fri May  3 10:15:00 CEST 2024"),
        *(
            "May 3, 2024, 10:15 p.m.",
            "10:15 PM MAY 3, 2024",
            "10.15pm, 3 May 2024",
            "2024-05-03,10:15",
            "2024-05-03 23:30:00-08:00",
        ),
        *(
            "Fri, 03 May 24 10:15:00 CEST",
            "03 May 24 10:15 +0200",
            "3-May-24",
            "3May2024",
            "2024-W18-5",
            "2024/5/3 10:15 PM",
        ),
        *(
            "Freitag, 3. Mai 2024, 10:15 Uhr",
            "vendredi 3 mai 2024 à 08h00",
            "3 de mayo de 2024",
            "ven, 03 mag 2024 10:15",
        ),
        *("3 maja 2024 r., godz. 10:15", "3 мая 2024, 10:15", "3 mei 2024, 10.15 uur", "3. mai 2024 kl. 10.15"),
        *(
            "2024년 5월 3일 10:15",
            "2024年05月03日10:15",
            "2024. 5. 3.",
            "令和6年5月3日",
            "٣ مايو ٢٠٢٤",
            "3 พฤษภาคม 2567",
        ),
        *("45415", 45415, "45415.75", "1714700000", 1714700000000.0, "1714700000000.0", 1714700000.5),
    ],
)
def test_spellings_that_archives_and_agencies_use(written: object) -> None:
    """45,415 days after 30 December 1899, and 1,714,700,000 seconds after 1970, it was the third of May 2024."""
    assert parse_date(written) == "2024-05-03"


@pytest.mark.parametrize(
    "written", ["May 2024 14:30", "10:15 PM EDT", "Updated 10:15", "2024-W18", "1.5 million, May 2019"]
)
def test_a_time_of_day_makes_no_day(written: str) -> None:
    assert parse_date(written) is None


def test_the_future_is_no_publication_date() -> None:
    today = datetime.now(UTC).date()
    assert parse_date(today.isoformat()) == today.isoformat()
    assert parse_date((today + timedelta(days=3)).isoformat()) is None
    assert parse_date("2999-01-01") is None


@pytest.mark.parametrize("line", ["Friday, January 4, 2019", "Published: 4 Jan 2019", "Posted on 2019-01-04 10:00"])
def test_a_line_that_is_nothing_but_a_date(line: str) -> None:
    assert date_line(line) == "2019-01-04"


@pytest.mark.parametrize(
    "line",
    ["January 4, 2019 was a Friday.", "On 4 January 2019", "The vote is on 4 January 2019", "2019", "Friday", ""],
)
def test_a_line_that_says_more_or_less_than_a_date(line: str) -> None:
    assert date_line(line) is None


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2024, 1, 1)))
def test_every_day_survives_being_written(day: date) -> None:
    month = ("January February March April May June July August September October November December").split()
    assert parse_date(day.isoformat()) == day.isoformat()
    assert parse_date(f"{month[day.month - 1]} {day.day}, {day.year:04}") == day.isoformat()


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=90))
def test_any_text_is_a_day_or_unknown(text: str) -> None:
    found = parse_date(text)
    assert found is None or date.fromisoformat(found).isoformat() == found


def test_usual_dates_do_not_import_dateparser() -> None:
    code = (
        "import sys; from ingest.read.dates import parse_date\n"
        "for v in ('2019-01-04', 'January 4, 2019', 'Fri, 04 Jan 2019 23:10:00 GMT', '03/04/2019'): parse_date(v)\n"
        "print('dateparser' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


_DATE_PIECES = [
    "3",
    "12",
    "45415",
    "2024",
    " ",
    ", ",
    ".",
    "/",
    "-",
    ":",
    "May",
    "mai",
    "Fri",
    "PM",
    "GMT",
    "+0200",
    "年",
    "令和",
    "พ",
    "٣",
    "(",
]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(_DATE_PIECES), max_size=12).map("".join) | st.text(max_size=90))
def test_whatever_is_written_is_a_day_or_unknown(written: str) -> None:
    day = parse_date(written)
    assert day is None or date.fromisoformat(day).isoformat() == day


@pytest.mark.parametrize("piece", ["1:00 ", "3 May ", "令和", "2.", "GMT+1 ", "(a) ", "1/", "٣"])
def test_a_long_line_is_no_date_at_once(piece: str) -> None:
    assert parse_date(piece * 50_000) is None
    assert processor_seconds(lambda: parse_date(piece * 50_000)) < 0.5
