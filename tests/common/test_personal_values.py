"""Personal values: unreadable at rest, findable by hash, masked on the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common import crypto


def test_a_token_is_different_each_time_and_opens_to_the_same_text():
    one, other = crypto.encrypt("李明"), crypto.encrypt("李明")
    assert one != other
    assert one.startswith("enc:")
    assert crypto.decrypt(one) == crypto.decrypt(other) == "李明"


def test_a_rotation_keeps_old_tokens_readable_and_hashes_findable(settings):
    settings.FIELD_ENCRYPTION_KEY = "first"
    token, look_up = crypto.encrypt("李明"), crypto.keyed_hash("李明")
    settings.FIELD_ENCRYPTION_KEY = "second,first"
    assert crypto.decrypt(token) == "李明"
    assert crypto.keyed_hash("李明") == look_up
    settings.FIELD_ENCRYPTION_KEY = "second"
    with pytest.raises(ValueError, match="FIELD_ENCRYPTION_KEY"):
        crypto.decrypt(token)


def test_only_the_named_values_are_encrypted_rows_of_tables_too():
    answers = {
        "child_name": "李安",
        "mother_id": "330101199003070021",
        "account": 62220001,
        "members": [{"id_number": "330101199003070021", "share": 40}],
        "address": {"road": "文三路", "city": "杭州"},
        "father_id": None,
    }
    keys = {"mother_id", "account", "members.id_number", "address.road", "father_id"}
    stored = crypto.encrypt_values(answers, keys)
    assert "330101199003070021" not in str(stored)
    assert "文三路" not in str(stored)
    assert stored["child_name"] == "李安"
    assert stored["father_id"] is None
    assert stored["members"][0]["share"] == 40
    assert crypto.decrypt_values(stored) == answers


def test_text_that_looks_like_a_token_is_left_alone():
    assert crypto.decrypt_values({"note": "enc:1234"}) == {"note": "enc:1234"}
    with pytest.raises(ValueError, match="not an encrypted"):
        crypto.decrypt("1234")


leaves = st.none() | st.text() | st.integers() | st.booleans()
names = st.text(min_size=1).filter(lambda name: "." not in name)


@given(st.dictionaries(names, leaves | st.lists(st.dictionaries(names, leaves))), st.sets(names))
def test_whatever_is_encrypted_comes_back(answers, keys):
    assert crypto.decrypt_values(crypto.encrypt_values(answers, keys)) == answers


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("身份证33010119900307001X。", "身份证3301**********001X。"),
        ("电话13812345678", "电话138****5678"),
        ("电话 138 1234 5678", "电话 138****5678"),
        ("电话138-1234-5678", "电话138****5678"),
        ("卡号6222021234567890123", "卡号6222***********0123"),
        ("流水号2026030400001238", "流水号2026030400001238"),
        ("信用代码913301007200000003", "信用代码913301007200000003"),
    ],
)
def test_free_text_is_scrubbed(written, shown):
    assert crypto.scrub(written) == shown


def test_masks_say_as_little_as_they_can():
    assert crypto.mask_name("李明") == "李*"
    assert crypto.mask_id_number("33010119900307001X") == "3301**********001X"
    assert crypto.mask_id_number("123") == "***"
    assert crypto.mask_mobile("13812345678") == "138****5678"
    assert crypto.mask_mobile("110") == "***"
