"""A table of the form from Excel, a CSV file or the clipboard: checked first, mended there, then applied."""

import csv
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from bundles.spec import Column, Field, FieldType
from common.errors import BadInput
from tests.factories import drafts as with_draft
from tests.workflow.test_applicant_pages import browser_of, summary, text, url
from workflow.forms import spreadsheets
from workflow.services import drafts

PEOPLE = Field(
    "people",
    "人员",
    FieldType.TABLE,
    columns=(
        Column("name", "姓名", FieldType.TEXT, required=True),
        Column("id_no", "证件号码", FieldType.RESIDENT_ID, required=True),
        Column("born", "出生日期", FieldType.DATE),
        Column("amount", "出资额（万元）", FieldType.DECIMAL),
        Column("leads", "是否负责人", FieldType.BOOLEAN),
    ),
)
HEAD = ["姓名", "证件号码", "出生日期", "出资额（万元）", "是否负责人"]
GOOD = ["李明", "420101199005150114", "1990年5月15日", "10", "是"]


def workbook(*rows) -> SimpleUploadedFile:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return SimpleUploadedFile("人员.xlsx", out.getvalue())


def file_of(text_, encoding="utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile("人员.csv", text_.encode(encoding))


def problems(sheet) -> list[tuple]:
    return [(one.row, one.column, one.value) for one in sheet.problems]


# What can be read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_is_read_however_excel_wrote_it(encoding):
    sheet = spreadsheets.read_upload(PEOPLE, file_of(f"{','.join(HEAD)}\r\n{','.join(GOOD)}\r\n", encoding))
    assert sheet.problems == []
    assert [row["name"] for row in sheet.rows] == ["李明"]


def test_a_workbook_is_read_with_its_dates_numbers_and_columns_in_any_order():
    sheet = spreadsheets.read_upload(
        PEOPLE,
        workbook(
            ["出生日期", "姓 名", "出资额", "备注", "证件号码（必填）"],
            [datetime(1990, 5, 15), "李明", 10.0, "老板", "420101199005150114"],
        ),
    )
    assert sheet.problems == []
    assert sheet.ignored == ["备注"]
    assert sheet.rows[0] == {
        "born": "1990-05-15",
        "name": "李明",
        "amount": "10",
        "id_no": "420101199005150114",
    }


def test_pasted_cells_are_read_with_and_without_their_heading():
    line = "\t".join(GOOD)
    assert (
        spreadsheets.read_pasted(PEOPLE, line).rows
        == spreadsheets.read_pasted(PEOPLE, "\t".join(HEAD) + "\n" + line + "\n").rows
    )


def test_what_was_read_can_be_sent_again_as_text():
    sheet = spreadsheets.read_pasted(PEOPLE, "\t".join(GOOD))
    assert spreadsheets.read_pasted(PEOPLE, spreadsheets.as_text(PEOPLE, sheet.rows)).rows == sheet.rows


# What cannot


def test_every_wrong_cell_is_told_with_the_row_of_the_spreadsheet_and_its_column():
    sheet = spreadsheets.read_upload(
        PEOPLE,
        workbook(HEAD, GOOD, [None] * 5, ["", "420101199005150114", "5月15日", "很多", "也许"]),
    )
    assert problems(sheet) == [
        (4, "姓名", ""),
        (4, "出生日期", "5月15日"),
        (4, "出资额（万元）", "很多"),
        (4, "是否负责人", "也许"),
    ]
    assert "请写上年份" in sheet.problems[1].reason


@pytest.mark.parametrize("cell", [420101199005150114, 4.20101199005150e17, "4.20101E+17"])
def test_an_id_number_that_excel_cut_says_how_to_mend_it(cell):
    sheet = spreadsheets.read_upload(PEOPLE, workbook(HEAD, ["李明", cell, None, None, None]))
    if sheet.problems:
        assert "设为“文本”格式" in sheet.problems[0].reason
    else:
        assert cell == 420101199005150114


@pytest.mark.parametrize(
    ("upload", "said"),
    [
        (SimpleUploadedFile("a.xlsx", b"PK\x03\x04 no workbook"), "打不开"),
        (SimpleUploadedFile("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "另存为 .xlsx"),
        (SimpleUploadedFile("a.csv", b"\xff\xff\xff\xff\x00\x81"), "不是表格"),
        (SimpleUploadedFile("a.csv", b""), "没有找到内容"),
        (SimpleUploadedFile("a.csv", "姓名,证件号码".encode()), "只有表头"),
        (SimpleUploadedFile("a.csv", "姓名,别的\n李明,1".encode()), "缺少“证件号码”这一列"),
        (SimpleUploadedFile("a.csv", b"x" * (spreadsheets.LARGEST + 1)), "文件太大"),
    ],
)
def test_what_is_no_such_table_is_refused_in_words(upload, said):
    with pytest.raises(BadInput) as refused:
        spreadsheets.read_upload(PEOPLE, upload)
    assert said in "".join(refused.value.reasons)


def test_more_rows_than_a_table_takes_are_refused():
    with pytest.raises(BadInput, match="最多填写200行"):
        spreadsheets.read_pasted(PEOPLE, "\n".join(["\t".join(GOOD)] * 201))


# The template


def test_the_template_keeps_long_numbers_whole_and_is_read_back():
    sheet = load_workbook(BytesIO(spreadsheets.template_xlsx(PEOPLE))).active
    assert [cell.value for cell in sheet[1]] == [
        "姓名（必填）",
        "证件号码（必填）",
        "出生日期（如2026-03-02）",
        "出资额（万元）",
        "是否负责人（是或否）",
    ]
    assert {sheet.column_dimensions[letter].number_format for letter in "ABCDE"} == {"@"}
    filled = StringIO(spreadsheets.template_csv(PEOPLE).decode("utf-8-sig"))
    heading = next(csv.reader(filled))
    assert spreadsheets.read_upload(PEOPLE, workbook(heading, GOOD)).problems == []


# On the page


@pytest.fixture
def boss(cast):
    return browser_of(cast.huarong)


@pytest.fixture
def draft(cast):
    return with_draft.filled(cast.huarong, "restaurant-opening")


def columns_of(draft) -> list[Column]:
    return list(next(f for f in draft.definition.fields if f.key == "shareholders").columns)


def rows_for(draft, **changed) -> list[list[str]]:
    """A heading and a row that this table takes."""
    row = {key: str(value) for key, value in draft.typed["shareholders"][0].items()}
    row |= {"name": "陈一", **changed}
    columns = columns_of(draft)
    return [[one.label for one in columns], [row.get(one.key, "") for one in columns]]


def test_rows_are_looked_at_before_they_count(draft, boss, cast, statements):
    address = url("table", draft.pk, "shareholders")
    with statements(at_most=8):
        assert "下载模板" in text(boss.get(address))
    looked = boss.post(address, {"file": workbook(*rows_for(draft))})
    assert "读到 1 行" in text(looked)
    assert drafts.draft_of(draft.pk, by=cast.huarong).typed == draft.typed
    answer = boss.post(address, {"text": looked.context["text"], "apply": "append"})
    assert answer.headers["Location"] == f"{url('form', draft.pk)}#id_shareholders"
    after = drafts.draft_of(draft.pk, by=cast.huarong).typed["shareholders"]
    assert after[:-1] == draft.typed["shareholders"]
    assert after[-1]["name"] == "陈一"


def test_replacing_leaves_only_the_new_rows(draft, boss, cast):
    pasted = "\n".join("\t".join(row) for row in rows_for(draft))
    boss.post(url("table", draft.pk, "shareholders"), {"text": pasted, "apply": "replace"})
    after = drafts.draft_of(draft.pk, by=cast.huarong).typed["shareholders"]
    assert [row["name"] for row in after] == ["陈一"]


def test_with_one_wrong_cell_nothing_is_applied(draft, boss, cast):
    heading, row = rows_for(draft)
    wrong = rows_for(draft, amount_wan="很多")[1]
    pasted = "\n".join("\t".join(line) for line in (heading, row, wrong))
    answer = boss.post(url("table", draft.pk, "shareholders"), {"text": pasted, "apply": "replace"})
    assert answer.status_code == 422
    assert "第 3 行" in text(answer)
    assert "很多" in text(answer)
    assert drafts.draft_of(draft.pk, by=cast.huarong).typed == draft.typed


def test_nothing_brought_is_told_beside_the_box(draft, boss):
    answer = boss.post(url("table", draft.pk, "shareholders"), {})
    assert summary(answer) == [("id_file", "请选择填好的表格文件，或者把单元格粘贴到下面的框里")]
    assert "<title> 错误：" in text(answer) or "<title>错误：" in text(answer).replace("> ", ">")


def test_pasted_cells_that_cannot_be_read_are_still_there(draft, boss):
    answer = boss.post(url("table", draft.pk, "shareholders"), {"text": "姓名或名称\t备注\n陈一\t老板"})
    assert answer.status_code == 422
    assert "陈一\t老板</textarea>" in answer.content.decode()


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_the_template_is_taken_from_the_page(draft, boss, kind):
    answer = boss.get(url("table_template", draft.pk, "shareholders", kind))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.content[:2] in (b"PK", b"\xef\xbb")


def test_only_a_table_of_the_form_and_only_to_its_owner(draft, boss, cast):
    assert boss.get(url("table", draft.pk, "area_sqm")).status_code == 404
    assert boss.get(url("table_template", draft.pk, "shareholders", "exe")).status_code == 404
    assert browser_of(cast.li).get(url("table", draft.pk, "shareholders")).status_code == 404
