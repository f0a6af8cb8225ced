"""延期 is granted once, in time, by the head, and told the same day; 现场勘验 takes two officers and stops no clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from common.errors import Conflict, NotAllowed, Refused, WrongState
from licences.states import DocumentKind
from tests.factories import identity as people
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import DepartmentReview, SiteInspection
from workflow.services import InspectionRecord, Photo

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def fire(cast, clock) -> DepartmentReview:
    """消防's review: accepted 2026-09-18, due by promise on 09-24, by law on 10-09."""
    clock.set("2026-09-18 10:00")
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    return at.review_of(application, "cs-fire")


def extend(cast, review, days=5, reason="需要专家论证", by=None):
    by = by or cast.rep(review.department.code)
    return services.extend(review.pk, by=by, days=days, reason=reason)


def test_the_granted_days_are_added_to_promise_and_law_and_told_the_same_day(cast, fire):
    """I-95, I-79, D-12."""
    assert (at.local(fire.due_at), at.local(fire.statutory_due_at)) == (
        "2026-09-24 16:30",
        "2026-10-09 16:30",
    )
    extended = extend(cast, fire, days=3)
    assert (at.local(extended.due_at), at.local(extended.statutory_due_at)) == (
        "2026-09-30 16:30",
        "2026-10-13 16:30",
    )
    [notice] = at.documents(fire.application, DocumentKind.EXTENSION_NOTICE)
    assert notice.snapshot["reason"] == "需要专家论证"
    [fact] = at.told(fire.application, "ReviewExtended")
    assert (fact["days"], fact["due_at"]) == (3, extended.due_at.isoformat())


def test_the_whole_moves_with_the_review_on_its_critical_path(cast, fire):
    """I-110."""
    extend(cast, fire, days=3)
    assert at.local(at.now(fire.application).due_at) == "2026-09-30 16:30"


def test_there_is_no_second_extension(cast, fire):
    """I-95."""
    extend(cast, fire)
    with pytest.raises(Conflict, match="已经延期过一次"):
        extend(cast, fire, days=1)


def test_after_the_due_date_it_is_too_late(cast, fire, clock):
    """I-95: until closing time of the last day, not a minute longer."""
    clock.set("2026-09-24 16:31")
    with pytest.raises(WrongState, match="期限已过"):
        extend(cast, fire)
    clock.set("2026-09-24 16:30")
    extend(cast, fire)


@pytest.mark.parametrize(
    ("joint", "days", "granted"),
    [
        pytest.param(False, 10, True, id="I-81 ten days"),
        pytest.param(False, 11, False, id="I-81 not eleven"),
        pytest.param(True, 15, True, id="I-81 fifteen where departments decide jointly"),
        pytest.param(True, 16, False, id="I-81 not sixteen"),
    ],
)
def test_the_law_says_how_long_it_may_be(cast, fire, joint, days, granted):
    application = fire.application if joint else at.alone(cast.li, "cs-fire")
    if not joint:
        shop.complete(cast, application, "cs-fire")
    review = at.review_of(application, "cs-fire")
    if granted:
        assert extend(cast, review, days=days).extended_days == days
    else:
        with pytest.raises(Refused, match="延长期限为1至"):
            extend(cast, review, days=days)


def test_it_needs_a_reason_and_the_head(cast, fire):
    """I-95."""
    with pytest.raises(Refused, match="写明理由"):
        extend(cast, fire, reason=" ")
    with pytest.raises(NotAllowed):
        extend(cast, fire, by=cast.reviewer("xiaofang"))
    with pytest.raises(NotAllowed):
        extend(cast, fire, by=cast.rep("gongan"))


def test_what_is_decided_is_not_extended(cast, fire):
    """A decided review is never edited in place (design section 12)."""
    at.approve(cast, fire.application, "cs-fire")
    with pytest.raises(WrongState, match="不在办理中"):
        extend(cast, fire)
    assert at.review_of(fire.application, "cs-fire").due_at == fire.due_at


def a_visit(**changed) -> InspectionRecord:
    facts = {
        "inspected_at": timezone.now(),
        "place": "望湖区科创街道3号",
        "inspectors": ["检查员甲", "检查员乙"],
        "passed": True,
        "record": "消防通道畅通",
        "signed": True,
        "no_photo_reason": "住户不同意拍照",
    }
    return InspectionRecord(**facts | changed)


def visit(cast, review, **changed) -> SiteInspection:
    officer = cast.reviewer(review.department.code)
    return services.record_inspection(review.pk, by=officer, record=a_visit(**changed))


def test_a_visit_stops_no_clock(cast, fire):
    """I-91: 现场勘验 runs inside the limit."""
    visit(cast, fire)
    after = at.review_of(fire.application, "cs-fire")
    assert (after.due_at, after.status) == (fire.due_at, fire.status)
    assert [fact["passed"] for fact in at.told(fire.application, "InspectionRecorded")] == [True]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        pytest.param({"inspectors": ["检查员甲"]}, "2名以上", id="I-94 one inspector"),
        pytest.param({"inspectors": ["检查员甲", " 检查员甲 "]}, "2名以上", id="I-94 the same one twice"),
        pytest.param({"signed": False}, "签字", id="I-94 unsigned"),
        pytest.param({"record": " "}, "填写勘验记录", id="I-94 no record"),
    ],
)
def test_a_visit_takes_two_officers_and_a_signed_record(cast, fire, changed, why):
    with pytest.raises(Refused, match=why):
        visit(cast, fire, **changed)


def photo(cast, review, **changed) -> Photo:
    officer = cast.reviewer(review.department.code)
    return Photo(**{"upload_id": at.upload(officer).pk, "taken_at": timezone.now()} | changed)


def test_photos_with_their_time_are_part_of_the_record(cast, fire):
    """I-94."""
    taken = photo(cast, fire, taken_at=timezone.now() - timedelta(minutes=10))
    recorded = visit(cast, fire, photos=[taken], no_photo_reason="")
    [kept] = recorded.photos.all()
    assert (kept.file_id, kept.taken_at) == (taken.upload_id, taken.taken_at)


def test_a_record_has_photos_or_says_why_not(cast, fire):
    """I-94: a household may forbid them, and then the record says so."""
    with pytest.raises(Refused, match="请上传现场照片"):
        visit(cast, fire, no_photo_reason=" ")
    assert visit(cast, fire, no_photo_reason="住户不同意拍照").no_photo_reason == "住户不同意拍照"


@pytest.mark.parametrize(
    ("shift", "why"),
    [
        pytest.param(timedelta(hours=1), "不能晚于现在", id="I-94 not taken yet"),
        pytest.param(timedelta(days=-1), "勘验当天", id="I-94 of another day"),
    ],
)
def test_photos_are_of_the_very_visit(cast, fire, shift, why):
    with pytest.raises(Refused, match=why):
        visit(cast, fire, photos=[photo(cast, fire, taken_at=timezone.now() + shift)])


def test_nobody_takes_a_photo_that_somebody_else_uploaded(cast, fire):
    """Design section 12: a file is its uploader's until it is filed."""
    theirs = Photo(at.upload(cast.li).pk, timezone.now())
    with pytest.raises(Refused, match="没有找到上传的文件"):
        visit(cast, fire, photos=[theirs])


def test_over_the_api_photos_come_as_uploads_and_are_for_the_department_alone(cast, fire):
    """I-94."""
    officer = cast.reviewer("xiaofang")
    body = {
        "inspected_at": timezone.now().isoformat(),
        "place": "望湖区科创街道3号",
        "inspectors": ["检查员甲", "检查员乙"],
        "passed": True,
        "record": "消防通道畅通",
        "signed": True,
        "photos": [{"upload_id": str(at.upload(officer).pk), "taken_at": timezone.now().isoformat()}],
    }
    answer = people.api(officer).post(f"/api/v1/reviews/{fire.pk}/record_inspection/", body)
    assert answer.status_code == 200, answer.json()
    [shown] = answer.json()["inspections"][0]["photos"]
    assert b"".join(people.api(officer).get(shown["url"]).streaming_content)
    assert people.api(cast.reviewer("gongan")).get(shown["url"]).status_code == 404
    assert people.api(cast.li).get(shown["url"]).status_code == 404


def test_nobody_records_a_visit_that_has_not_taken_place(cast, fire):
    """I-94."""
    with pytest.raises(Refused, match="不能晚于现在"):
        visit(cast, fire, inspected_at=timezone.now() + timedelta(hours=1))


def test_where_a_visit_is_due_nothing_is_granted_before_it_was_passed(cast, fire):
    """I-91, I-94: a failed visit does not do."""
    DepartmentReview.objects.filter(pk=fire.pk).update(needs_inspection=True)
    officer = cast.reviewer("xiaofang")
    with pytest.raises(WrongState, match="现场勘验"):
        services.approve(fire.pk, by=officer)
    visit(cast, fire, passed=False, record="堆放杂物")
    with pytest.raises(WrongState, match="现场勘验"):
        services.approve(fire.pk, by=officer)
    visit(cast, fire)
    services.approve(fire.pk, by=officer)


def test_visits_are_of_reviews_in_hand(cast, fire):
    at.approve(cast, fire.application, "cs-fire")
    with pytest.raises(WrongState, match="不在办理中"):
        visit(cast, fire)
