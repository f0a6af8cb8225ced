"""What is left of a text when the person has been taken out of it (H-141)."""

import pytest

from hotline.rules.redacting import betrays, redact


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("打我电话13800001234", "打我电话***"),
        ("身份证330102199003070021丢了", "身份证***丢了"),
        ("单位电话0990-5501234没人接", "单位电话***没人接"),
        ("写信到li.ming@example.com", "写信到***"),
        ("我叫王建国，住在附近", "我叫***，住在附近"),
        ("我是业主，门口乱停车", "我是业主，门口乱停车"),
        ("银行卡6222021234567890123", "银行卡***"),
    ],
)
def test_h_141_numbers_and_names_are_taken_out(text, left):
    assert redact(text) == left


def test_h_141_what_the_complainant_gave_is_taken_out_wherever_it_stands():
    text = "请告诉李小明，虹桥路的李小明家漏水"
    assert redact(text, said=["李小明", ""]) == "请告诉***，虹桥路的***家漏水"


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("车牌云A12345挡路", "车牌***挡路"),
        ("新能源车云AD12345挡路", "新能源车***挡路"),
        ("住听松里3号楼2单元501室", "住听松里***"),
        ("住听松里2单元", "住听松里***"),
    ],
)
def test_h_141_strictly_the_plate_and_the_door_go_too(text, left):
    assert redact(text, strictly=True) == left
    assert redact(text) == text


def test_h_146_a_text_that_names_a_door_betrays_somebody():
    assert betrays("听松里3号楼2单元501室漏水")
    assert not betrays("听松里小区门口的路灯不亮")
