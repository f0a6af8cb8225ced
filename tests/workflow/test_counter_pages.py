"""The windows: a clerk finds, takes in, accepts under a mandate and hands over, without a line of JavaScript."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from files.services import store
from licences.models import Document
from licences.states import DocumentStatus
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from tests.factories.identity import a_person, an_id_number
from tests.factories.matters import mandate_for_everything
from workflow import services
from workflow.models import Application
from workflow.services import OnBehalfOf
from workflow.states import ApplicationStatus, Channel, DeliveryMethod, MaterialMode

S = ApplicationStatus


def at_window(account) -> Client:
    """A browser in which this clerk is logged in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def window(cast):
    return at_window(cast.window1)


@pytest.fixture
def on_paper(cast) -> Application:
    """李明 brought the papers of a newborn to the window; the clerk has typed them in."""
    li = cast.li.person
    behalf = OnBehalfOf(name=li.name, id_number=li.id_number)
    return at.filed(cast.window1, on_behalf_of=behalf, channel=Channel.COUNTER)


def page_of(application) -> str:
    return reverse("workflow:at_counter", args=[application.reference])


def act(application, verb) -> str:
    return reverse("workflow:act_at_counter", args=[application.reference, verb])


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def receipt_form(application, **changed) -> dict[str, str]:
    brought = application.materials.filter(mode__in=["upload", "commitment"])
    said = {}
    for paper in brought:
        said |= {f"receive-form_{paper.pk}": "复印件", f"receive-count_{paper.pk}": "2"}
    return said | {f"receive-{key}": value for key, value in changed.items()}


def taken_in(cast, application) -> Application:
    services.receive(application.pk, by=cast.window1)
    application.refresh_from_db()
    return application


# Finding


@pytest.mark.parametrize(
    "address",
    [reverse("workflow:counter"), reverse("workflow:exit_desk"), reverse("workflow:counter_start")],
)
def test_a_citizen_has_no_business_behind_the_counter(cast, address):
    assert at_window(cast.li).get(address).status_code == 403
    assert Client().get(address).headers["Location"].startswith("/login/?next=")


def test_a_reviewer_does_not_work_at_the_window(cast, on_paper):
    reviewer = at_window(cast.reviewer("weijian"))
    assert reviewer.get(page_of(on_paper)).status_code == 403
    assert reviewer.post(act(on_paper, "receive")).status_code == 403


def test_the_clerk_sees_what_waits_to_be_taken_in(window, on_paper):
    assert on_paper.reference in text(window.get(reverse("workflow:counter")))


def find(window, wanted):
    return window.post(reverse("workflow:counter_find"), {"wanted": wanted})


def test_a_number_leads_straight_to_the_application(window, on_paper):
    assert find(window, on_paper.reference).headers["Location"] == page_of(on_paper)


def test_the_code_on_a_receipt_leads_to_its_application(window, on_paper, cast):
    taken_in(cast, on_paper)
    code = Document.objects.get(kind="receipt", subject=on_paper.subject).verify_code
    assert find(window, f"https://portal.example/verify/{code}/").headers["Location"] == page_of(on_paper)
    typed = "-".join(code[start : start + 4] for start in (0, 4, 8)).lower()
    assert find(window, typed).headers["Location"] == page_of(on_paper)


def test_a_persons_number_is_never_in_an_address(window, on_paper, cast):
    answer = find(window, cast.li.person.id_number)
    assert answer.status_code == 200
    assert on_paper.reference in text(answer)
    assert not re.search(rf'(?:href|action)="[^"]*{cast.li.person.id_number}', answer.content.decode())


def test_an_enterprise_is_found_by_its_credit_code(window, cast):
    filed = at.filed(cast.huarong, "restaurant-opening")
    assert filed.reference in text(find(window, cast.company.credit_code.lower()))


def test_a_stranger_to_the_portal_is_simply_not_found(window):
    assert "没有查到办件" in text(find(window, an_id_number()))


def test_a_mistyped_number_is_kept_and_explained(window):
    answer = find(window, "34010219900716")
    assert answer.status_code == 422
    assert "34010219900716" in text(answer)
    assert "请核对位数" in text(answer)


def test_the_desk_costs_the_same_however_much_waits(window, cast, statements):
    li = OnBehalfOf(name=cast.li.person.name, id_number=cast.li.person.id_number)
    at.filed(cast.window1, on_behalf_of=li, channel=Channel.COUNTER)
    with statements() as one:
        window.get(reverse("workflow:counter"))
    for _ in range(4):
        at.filed(cast.window1, on_behalf_of=li, channel=Channel.COUNTER)
    with statements() as five:
        window.get(reverse("workflow:counter"))
    assert len(five) == len(one)


# Starting for somebody


def begin(window, person, **changed):
    said = {"what": "bundle:newborn", "name": person.name, "number": person.id_number} | changed
    return window.post(reverse("workflow:counter_start"), said)


def test_the_clerk_begins_for_the_person_in_front_of_the_window(window, cast):
    answer = begin(window, cast.li.person)
    draft = Application.objects.get(submitted_by=cast.window1)
    assert answer.headers["Location"] == reverse("workflow:questions", args=[draft.pk])
    assert (draft.applicant_person, draft.channel) == (cast.li.person, Channel.COUNTER)
    assert window.get(answer.headers["Location"]).status_code == 302


def test_papers_by_post_are_begun_as_post(window, cast):
    begin(window, cast.li.person, by_post="true")
    assert Application.objects.get(submitted_by=cast.window1).channel == Channel.POST


def test_what_was_begun_at_the_window_stays_there(window, cast):
    """A clerk is also a citizen: the two never mix (I-01)."""
    begin(window, cast.li.person)
    assert cast.li.person.name in text(window.get(reverse("workflow:counter_start")))
    draft = Application.objects.get(submitted_by=cast.window1)
    for other in (cast.window1, cast.li):
        assert reverse("workflow:tasks", args=[draft.pk]) not in text(at_window(other).get("/my/"))
    assert at_window(cast.li).get(reverse("workflow:tasks", args=[draft.pk])).status_code == 404


def test_somebody_elses_name_on_a_number_is_refused_beside_the_box(window, cast):
    answer = begin(window, cast.li.person, name="李大明")
    assert answer.status_code == 422
    assert "姓名与公民身份号码不一致" in text(answer)
    assert "李大明" in text(answer)
    assert not Application.objects.filter(submitted_by=cast.window1).exists()


def test_a_citizen_cannot_begin_for_others_at_the_window(cast):
    assert begin(at_window(cast.li), cast.wang.person).status_code == 403


# Taking in


def test_taking_in_says_of_every_paper_what_was_taken(window, on_paper):
    """D-01, I-26, I-28."""
    answer = window.post(
        act(on_paper, "receive"), receipt_form(on_paper, corrections_on_the_spot="门牌号漏写")
    )
    assert answer.status_code == 302
    on_paper.refresh_from_db()
    assert on_paper.status in {S.RECEIVED, S.ACCEPTED, S.IN_REVIEW}
    receipt = Document.objects.get(kind="receipt", subject=on_paper.subject)
    said = str(receipt.snapshot)
    assert "复印件" in said
    assert "门牌号漏写" in said


def test_a_letter_counts_from_the_day_the_centre_signed_for_it(cast, clock):
    """I-40."""
    clock.set("2026-11-26 10:00")
    li = OnBehalfOf(name=cast.li.person.name, id_number=cast.li.person.id_number)
    letter = at.filed(cast.window1, on_behalf_of=li, channel=Channel.POST)
    at_window(cast.window1).post(act(letter, "receive"), receipt_form(letter, received_on="2026-11-24"))
    letter.refresh_from_db()
    assert str(letter.received_at.date()) == "2026-11-24"


def test_a_slip_of_the_finger_loses_nothing(window, on_paper):
    said = receipt_form(on_paper, corrections_on_the_spot="门牌号漏写")
    said |= {key: "99" for key in said if "count" in key}
    answer = window.post(act(on_paper, "receive"), said)
    assert answer.status_code == 422
    assert "门牌号漏写" in text(answer)
    assert "error-summary" in text(answer)
    on_paper.refresh_from_db()
    assert on_paper.status == S.SUBMITTED


def test_taken_in_twice_is_told_and_not_done_twice(window, on_paper):
    window.post(act(on_paper, "receive"), receipt_form(on_paper))
    again = window.post(act(on_paper, "receive"), receipt_form(on_paper))
    assert again.status_code == 409
    assert Document.objects.filter(kind="receipt", subject=on_paper.subject).count() == 1


# Accepting under a mandate


def test_without_a_mandate_the_button_is_grey_and_says_why(window, on_paper, cast):
    taken_in(cast, on_paper)
    shown = text(window.get(page_of(on_paper)))
    assert "没有部门授权您受理这些事项" in shown
    assert window.post(act(on_paper, "accept")).status_code == 403


def test_under_a_mandate_the_window_accepts(window, on_paper, cast):
    """C-04."""
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    assert "授权书允许您代为受理" in text(window.get(page_of(on_paper)))
    assert window.post(act(on_paper, "accept")).status_code == 302
    assert not on_paper.reviews.filter(accepted_at=None).exists()


def defects_form(application, *, how_to_fix="请重新扫描") -> dict[str, str]:
    pk = application.materials.filter(mode="upload").first().pk
    return {
        f"request_correction-defect_{pk}": "复印件不清楚",
        f"request_correction-basis_{pk}": "《办事指南》第1项",
        f"request_correction-how_to_fix_{pk}": how_to_fix,
    }


def test_the_window_tells_all_defects_at_once(window, on_paper, cast):
    """I-31, I-32."""
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    assert window.post(act(on_paper, "request_correction"), defects_form(on_paper)).status_code == 302
    on_paper.refresh_from_db()
    assert on_paper.status == S.CORRECTING
    assert on_paper.correction.entries.get().how_to_fix == "请重新扫描"


def test_a_defect_without_its_remedy_is_asked_for_and_the_rest_kept(window, on_paper, cast):
    """I-31: a notice with an empty remedy is refused."""
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    answer = window.post(act(on_paper, "request_correction"), defects_form(on_paper, how_to_fix=""))
    assert answer.status_code == 422
    assert "复印件不清楚" in text(answer)
    assert "请填写这一项" in text(answer)


def test_declining_outside_ones_power_names_the_right_organ(window, on_paper, cast):
    """I-38."""
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    said = {"decline-ground": "outside_power", "decline-reasons": "属于省级权限"}
    refused = window.post(act(on_paper, "decline"), said)
    assert refused.status_code == 422
    assert "请写明应当向哪个机关申请" in text(refused)
    assert "属于省级权限" in text(refused)
    assert (
        window.post(act(on_paper, "decline"), said | {"decline-target_organ": "省卫生健康委"}).status_code
        == 302
    )


def test_corrected_papers_are_taken_in_at_the_window(window, on_paper, cast):
    """I-35: brought in person, scanned by the clerk; nothing chosen is asked for."""
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    window.post(act(on_paper, "request_correction"), defects_form(on_paper))
    assert "复印件不清楚。请重新扫描" in text(window.get(page_of(on_paper)))
    assert window.post(act(on_paper, "supply_correction")).status_code == 422
    scan = {"supply_correction-file_0": sent(a_pdf("清楚的复印件"))}
    assert window.post(act(on_paper, "supply_correction"), scan).status_code == 302
    on_paper.refresh_from_db()
    assert on_paper.correction.completed_at
    assert on_paper.status != S.CORRECTING


def test_a_file_of_the_wrong_kind_is_refused_at_the_window_too(window, on_paper, cast):
    mandate_for_everything(cast.window1)
    taken_in(cast, on_paper)
    window.post(act(on_paper, "request_correction"), defects_form(on_paper))
    scan = {"supply_correction-file_0": sent(b"MZ not a paper", "a.pdf")}
    answer = window.post(act(on_paper, "supply_correction"), scan)
    assert answer.status_code == 415
    assert "error-summary" in text(answer)


def test_deferred_papers_are_taken_in_at_the_window(window, cast):
    """I-50: the day they are brought counts."""
    paper = next(
        one
        for one in at.planned("restaurant-opening", at.answers("restaurant-opening")).materials
        if one.deferrable
    )
    filed = at.filed(cast.huarong, "restaurant-opening", modes={paper.name: MaterialMode.DEFERRED})
    at.confirm_all(cast, filed)
    shown = text(window.get(page_of(filed)))
    assert paper.name in shown
    assert "当天结束前补交" in shown
    scan = {"supply_deferred-file_0": sent(a_pdf("到了"))}
    assert window.post(act(filed, "supply_deferred"), scan).status_code == 302
    filed.refresh_from_db()
    assert filed.deferred_open == 0


# Handing over


@pytest.fixture
def decided(cast) -> Application:
    """Everything about 李明's newborn is decided; the results are to be fetched at the window."""
    application = at.filed(cast.li, delivery_method=DeliveryMethod.WINDOW)
    at.approve_everything(cast, application)
    return application


def sealed(application, by) -> None:
    """As the documents' workers leave them."""
    for document in Document.objects.filter(subject=application.subject):
        document.status, document.sealed_at, document.number = (
            DocumentStatus.SEALED,
            timezone.now(),
            str(document.pk)[:20],
        )
        document.file = store(sent(a_pdf(str(document.pk))), by=None)
        document.sha256 = document.file.sha256
        document.save()


def out_form(application, **changed) -> dict[str, str]:
    said = {
        "method": "window",
        "receiver": "李明",
        "relation": "本人",
        "identity_checked": "true",
        "id_tail": application.applicant_id_tail,
    }
    return {f"hand_over-{key}": value for key, value in (said | changed).items() if value}


def test_nothing_goes_out_before_its_seal(cast, decided):
    """C-16: the page says how many are still being made."""
    exit1 = at_window(cast.exit1)
    assert "制作中" in text(exit1.get(reverse("workflow:exit_desk")))
    assert "份文书正在制作" in text(exit1.get(page_of(decided)))
    assert exit1.post(act(decided, "hand_over"), out_form(decided)).status_code == 422


def test_the_exit_window_checks_the_identity_and_hands_over(cast, decided):
    """I-126, C-18."""
    sealed(decided, cast.exit1)
    exit1 = at_window(cast.exit1)
    assert decided.reference in text(exit1.get(reverse("workflow:exit_desk")))
    unchecked = exit1.post(act(decided, "hand_over"), out_form(decided, identity_checked=""))
    assert unchecked.status_code == 422
    assert "请先核对签收人的身份证件" in text(unchecked)
    assert exit1.post(act(decided, "hand_over"), out_form(decided)).status_code == 302
    decided.refresh_from_db()
    assert decided.status == S.CLOSED


def test_the_wrong_identity_card_is_refused(cast, decided):
    sealed(decided, cast.exit1)
    wrong = "0000" if decided.applicant_id_tail != "0000" else "1111"
    answer = at_window(cast.exit1).post(act(decided, "hand_over"), out_form(decided, id_tail=wrong))
    assert answer.status_code == 403
    assert "证件后四位与申请人不一致" in text(answer)


def test_what_was_posted_is_closed_when_it_has_arrived(cast, decided):
    """I-128, I-130."""
    sealed(decided, cast.exit1)
    exit1 = at_window(cast.exit1)
    assert exit1.post(act(decided, "hand_over"), out_form(decided, method="ems")).status_code == 422
    posted = exit1.post(act(decided, "hand_over"), out_form(decided, method="ems", waybill="EX123456789CN"))
    assert posted.status_code == 302
    assert decided.deliveries.get().waybill == "EX123456789CN"
    assert "已寄出，等待签收" in text(exit1.get(reverse("workflow:exit_desk")))
    proof = {"confirm_delivery-receiver": "李明", "confirm_delivery-relation": "本人"}
    assert exit1.post(act(decided, "confirm_delivery"), proof).status_code == 302
    decided.refresh_from_db()
    assert decided.status == S.CLOSED


def test_results_wanted_one_by_one_go_out_while_others_are_still_at_work(cast):
    """I-114."""
    filed = at.filed(cast.li, delivery_method=DeliveryMethod.WINDOW, deliver_together=False)
    at.approve(cast, filed, "nb-birth-certificate")
    sealed(filed, cast.exit1)
    exit1 = at_window(cast.exit1)
    assert filed.reference in text(exit1.get(reverse("workflow:exit_desk")))
    assert exit1.post(act(filed, "hand_over"), out_form(filed)).status_code == 302
    filed.refresh_from_db()
    assert filed.status == S.IN_REVIEW
    assert filed.reference not in text(exit1.get(reverse("workflow:exit_desk")))


def test_nobody_hands_over_what_they_decided(cast, decided):
    """I-01 compares persons: one login for each hat does not help."""
    sealed(decided, cast.exit1)
    review = decided.reviews.first()
    review.decided_by = cast.exit1
    review.save(update_fields=["decided_by"])
    exit1 = at_window(cast.exit1)
    assert "审查和出件不能是同一个人" in text(exit1.get(page_of(decided)))
    assert exit1.post(act(decided, "hand_over"), out_form(decided)).status_code == 403


def test_the_front_window_does_not_hand_over(cast, decided):
    """I-01: 收件 and 出件 are different roles."""
    assert at_window(cast.window1).post(act(decided, "hand_over"), out_form(decided)).status_code == 403


def test_the_exit_window_sees_nothing_before_the_decision(cast, on_paper):
    assert at_window(cast.exit1).get(page_of(on_paper)).status_code == 404


def test_an_act_nobody_knows_is_not_found(window, on_paper):
    assert window.post(act(on_paper, "approve")).status_code == 404
    assert window.get(act(on_paper, "receive")).status_code == 405


def test_a_persons_other_self_at_the_window_is_another_person(cast):
    """Somebody of the same name has their own list."""
    namesake = a_person("李明")
    assert "没有查到办件" in text(find(at_window(cast.window1), namesake.id_number))
