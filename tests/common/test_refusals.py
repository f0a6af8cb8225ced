"""An error carries its reasons and what the edge needs to say them."""

import pytest

from common import errors


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.BadInput, 400),
        (errors.NotAllowed, 403),
        (errors.NotFound, 404),
        (errors.WrongState, 409),
        (errors.Conflict, 409),
        (errors.Gone, 410),
        (errors.TooLarge, 413),
        (errors.UnsupportedType, 415),
        (errors.Refused, 422),
    ],
)
def test_each_error_has_the_status_of_the_contract(error, status):
    assert error("不行").status_code == status
    assert error(["甲", "乙"]).reasons == ["甲", "乙"]
    assert str(error(["甲", "乙"])) == "甲；乙"


def test_an_error_may_name_its_code_and_the_fields():
    error = errors.Conflict("不同的内容", code="idempotency_mismatch", fields={"key": ["重复"]})
    assert (error.code, error.fields) == ("idempotency_mismatch", {"key": ["重复"]})
    assert errors.Conflict("x").code == "conflict"


def test_a_wrong_state_says_what_is_allowed():
    assert errors.WrongState("现在不行", allowed=["withdraw"]).allowed == ["withdraw"]


def test_objections_refuse_and_silence_does_not():
    errors.refuse_if([])
    with pytest.raises(errors.Refused, match="缺少材料"):
        errors.refuse_if(["缺少材料"])
