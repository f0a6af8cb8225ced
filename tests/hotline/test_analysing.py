"""`manage.py analyse_hotline`: a file of messages becomes a table of topics and a table of members."""

import csv
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from hotline.states import OrderStatus
from tests.factories import hotline as at
from tests.hotline.letters import NOISE, PARKING, letters, said_of

HEAD = ["留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "反对数", "点赞数"]


def rows():
    told = [*letters(said_of("丽澜新城", NOISE), "a"), *letters(said_of("枫溪苑小区", PARKING), "b")]
    return [[m.key, m.person, m.title, f"{m.at:%Y/%m/%d %H:%M:%S}", m.text, 1, 7] for m in told]


def write_csv(path, head=HEAD, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([head, *rows()])
    return path


def analyse(*arguments):
    told = StringIO()
    call_command("analyse_hotline", *map(str, arguments), stdout=told)
    return told.getvalue()


def test_a_workbook_becomes_two_tables(tmp_path):
    """Topics ranked by heat with people, span, place; members with the topic they are of."""
    book = Workbook()
    for row in [HEAD, *rows()]:
        book.active.append(row)
    book.save(tmp_path / "in.xlsx")
    analyse("--from", tmp_path / "in.xlsx", "--out", tmp_path / "out.xlsx")
    topics, members = load_workbook(tmp_path / "out.xlsx").worksheets
    assert topics.max_row == 3
    assert {topics.cell(row, 5).value for row in (2, 3)} == {"丽澜新城", "枫溪苑"}
    assert [topics.cell(2, column).value for column in (1, 7, 8, 9, 10)] == [1, 4, 4, 28, 4]
    assert "2026/03/01 至 2026/03/04" in {topics.cell(row, 4).value for row in (2, 3)}
    assert members.max_row == 9
    assert {members.cell(row, 2).value[0] for row in range(2, 10) if members.cell(row, 1).value == 1} in (
        {"a"},
        {"b"},
    )


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_csv_of_office_programs_is_read_and_written(tmp_path, encoding):
    """A csv beside a csv, in either encoding."""
    told = analyse("--from", write_csv(tmp_path / "in.csv", encoding=encoding), "--out", tmp_path / "out.csv")
    assert "2 个热点问题" in told
    with (tmp_path / "out_members.csv").open(encoding="utf-8-sig") as file:
        assert len(list(csv.reader(file))) == 9


def test_columns_may_have_other_names(tmp_path):
    """--id and the others say which column is which; a missing one is named."""
    head = ["no", "who", "subject", "when", "what", "down", "up"]
    path = write_csv(tmp_path / "in.csv", head)
    names = dict(zip(("id", "user", "title", "time", "text", "against", "for"), head, strict=True))
    arguments = [part for option, name in names.items() for part in (f"--{option}", name)]
    assert "2 个热点问题" in analyse("--from", path, *arguments)
    with pytest.raises(CommandError, match="留言编号"):
        analyse("--from", path)


def test_a_row_that_cannot_be_read_is_named(tmp_path):
    """The row is said, nothing is guessed."""
    (tmp_path / "in.csv").write_text(",".join(HEAD) + "\n1,u,t,昨天,x,0,0\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 2 行"):
        analyse("--from", tmp_path / "in.csv")
    with pytest.raises(CommandError, match="读不出来"):
        analyse("--from", tmp_path / "none.xlsx")


@pytest.mark.django_db
def test_stored_orders_are_analysed_by_what_departments_may_read():
    """H-143: titles and redacted text, no person; invalid ones are left out."""
    for number, (title, text) in enumerate(said_of("丽澜新城", NOISE)):
        at.an_order(OrderStatus.ACCEPTED, title=title, redacted=text, complainant_key=f"k{number}")
        at.an_order(OrderStatus.INVALID, title=title, redacted=text)
    told = analyse()
    assert "1 个热点问题" in told
    assert "丽澜新城" in told
    assert "王小二" not in told
