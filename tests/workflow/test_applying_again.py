"""Applying again with what was brought: answers and sound papers are taken over, promises are signed anew (I-108, I-144)."""

import pytest

from common.errors import NotAllowed, WrongState
from tests.factories import shop
from tests.factories import workflow as at
from workflow import services
from workflow.models import Application, SubmittedMaterial
from workflow.services import OnBehalfOf, drafts
from workflow.states import ApplicationStatus, Channel, MaterialMode, MaterialState

pytestmark = pytest.mark.usefixtures("on_offer")


@pytest.fixture
def withdrawn(cast) -> Application:
    application = shop.filed(cast.li)
    services.withdraw(application.pk, by=cast.li)
    return at.now(application)


def again(by, application, matter=""):
    draft = services.apply_again(application.pk, by=by, matter=matter)
    return drafts.draft_of(draft.pk, by=by)


def reuse(by, application, matter=""):
    return services.foresee_again(application, list(application.reviews.all()), by=by, matter=matter).reuse


def test_the_answers_and_the_papers_come_along_i144(cast, withdrawn):
    draft = again(cast.li, withdrawn)
    assert draft.typed == shop.answers()
    papers = {paper.name: paper for paper in draft.papers}
    assert all(papers[name].mode == MaterialMode.UPLOAD for name in (shop.LEASE, shop.PHOTO, shop.SIGN))
    assert set(draft.sources.values()) == {"上次申请"}
    assert draft.application.answers["owner_id"].startswith("enc:")


def test_promises_are_read_and_signed_anew_i59_i144(cast, withdrawn):
    draft = again(cast.li, withdrawn)
    [unsigned] = [paper for paper in draft.papers if paper.needs_signature]
    assert unsigned.name == shop.HYGIENE
    assert not draft.is_ready


def test_once_signed_it_is_submitted_with_the_same_files(cast, withdrawn):
    draft = drafts.sign_promises(again(cast.li, withdrawn).pk, by=cast.li, names=[shop.HYGIENE])
    drafts.save_answers(draft.pk, by=cast.li, typed={}, delivery=draft.delivery)
    seen = str(draft.application.bundle_version_id)
    new = drafts.submit_draft(draft.pk, by=cast.li, declared=True, seen_version=seen)
    for name in (shop.LEASE, shop.PHOTO):
        assert new.materials.get(name=name).file_id == withdrawn.materials.get(name=name).file_id
    assert new.reference != withdrawn.reference


def test_a_paper_found_wrong_is_not_taken_over_and_it_says_why(cast, on_offer, clock):
    clock.set("2026-11-23 10:00")
    application = shop.in_correction(cast, cast.li)
    services.withdraw(application.pk, by=cast.li)
    known = reuse(cast.li, at.now(application))
    assert known.anew == {shop.PHOTO: "上次提出要补正，请换成改好的"}
    assert shop.PHOTO not in known.taken


def test_a_deferral_that_was_broken_is_not_offered_again_i51(cast):
    application = shop.filed(cast.li, {shop.PLAN: MaterialMode.DEFERRED})
    services.withdraw(application.pk, by=cast.li)
    application = at.now(application)
    assert reuse(cast.li, application).to_sign[shop.PLAN] == MaterialMode.DEFERRED
    SubmittedMaterial.objects.filter(name=shop.PLAN).update(state=MaterialState.LATE)
    assert shop.PLAN in reuse(cast.li, application).anew


def test_asked_twice_the_first_draft_is_the_answer(cast, withdrawn):
    assert again(cast.li, withdrawn).pk == again(cast.li, withdrawn).pk
    assert Application.objects.filter(status=ApplicationStatus.DRAFT).count() == 1
    assert len(at.told(withdrawn, "ApplicationBegunAgain")) == 1


def test_what_the_window_took_in_becomes_the_applicants_own_upload(cast):
    """The clerk scanned it; the applicant goes on at home."""
    said = OnBehalfOf(name="李明", id_number=cast.li.person.id_number)
    application = shop.filed(cast.window1, channel=Channel.COUNTER, on_behalf_of=said)
    services.withdraw(application.pk, by=cast.li)
    papers = {paper.name: paper for paper in again(cast.li, application).papers}
    old = application.materials.get(name=shop.LEASE).file
    assert papers[shop.LEASE].upload_id not in {"", str(old.pk)}


def test_only_what_was_not_granted_is_applied_for_again_i108(cast):
    application = shop.filed(cast.li)
    shop.complete(cast, application, *shop.UPLOADS)
    at.approve(cast, application, "cs-fire")
    review = at.review_of(application, "cs-police")
    services.deny(
        review.pk, by=shop.officer(cast, "cs-police"), opinion="", reasons="不符合", legal_basis="第一条"
    )
    with pytest.raises(WrongState, match="还在办理"):
        again(cast.li, application)
    with pytest.raises(WrongState, match="已经办好"):
        again(cast.li, application, "cs-fire")
    draft = again(cast.li, application, "cs-police")
    assert (draft.application.kind, draft.application.code) == ("single", "cs-police")
    assert {paper.name for paper in draft.papers if paper.mode == MaterialMode.UPLOAD} == {shop.LEASE}


def test_nobody_applies_again_for_a_stranger(cast, withdrawn):
    for account in (cast.wang, cast.window1):
        with pytest.raises(NotAllowed):
            again(account, withdrawn)
