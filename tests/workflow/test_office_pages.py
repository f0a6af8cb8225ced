"""A department's workplace: its trays, one review with what its matter needs, and every act on it."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from identity.models import Account, Post
from identity.roles import Role
from tests.factories import workflow as at
from tests.factories.files import a_png
from tests.factories.identity import SINCE, an_account
from workflow import selectors, services
from workflow.models import Application, DepartmentReview, SubmittedMaterial
from workflow.rules.reading import answers_for_matter
from workflow.states import ProcedureKind, ReviewStatus

R = ReviewStatus

#: Reading who is logged in is counted apart: session, account, person, posts and what they stand for.
WHO = re.compile(r'FROM "(?:django_session|identity_(?:account|person|post|representation|authorisation))"')


def at_desk(account) -> Client:
    """A browser in which this officer is logged in."""
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def newborn(cast) -> Application:
    """李明's newborn: seven matters of four departments."""
    return at.filed(cast.li)


@pytest.fixture
def birth(newborn) -> DepartmentReview:
    """The birth certificate: handed out at once, nothing to upload."""
    return at.review_of(newborn, "nb-birth-certificate")


@pytest.fixture
def expense(newborn) -> DepartmentReview:
    """The reimbursement: papers were uploaded, its department must say whether they are complete."""
    return at.review_of(newborn, "nb-maternity-expense")


@pytest.fixture
def desk(cast, birth) -> Client:
    return at_desk(cast.reviewer(birth.department.code))


@pytest.fixture
def expense_desk(cast, expense) -> Client:
    return at_desk(cast.reviewer(expense.department.code))


def page_of(review) -> str:
    return reverse("workflow:review", args=[review.pk])


def act(review, verb) -> str:
    return reverse("workflow:act_on_review", args=[review.pk, verb])


def said(verb, **given) -> dict[str, str]:
    return {f"{verb}-{key}": value for key, value in given.items()}


def text(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def now(review) -> DepartmentReview:
    review.refresh_from_db()
    return review


# Who may come in


def test_a_neighbour_department_finds_nothing(cast, birth):
    neighbour = at_desk(cast.reviewer("jiaoyu"))
    assert neighbour.get(page_of(birth)).status_code == 404
    assert neighbour.post(act(birth, "approve")).status_code == 404
    assert now(birth).status == R.ASSIGNED


def test_a_citizen_has_no_business_in_the_office(cast, birth):
    for address in (page_of(birth), reverse("workflow:inbox"), reverse("workflow:applications")):
        assert at_desk(cast.li).get(address).status_code == 403


def test_a_stranger_is_sent_to_the_login(birth):
    for address in (page_of(birth), reverse("workflow:inbox")):
        assert Client().get(address).headers["Location"].startswith("/login/?next=")


def test_an_officer_of_two_hats_does_not_review_what_they_took_in(cast, birth):
    """I-01 compares persons: the applicant who is also the reviewer is told why, and refused."""
    Post.objects.create(account=cast.li, department=birth.department, role=Role.REVIEWER, valid_from=SINCE)
    li = at_desk(cast.li)
    assert "您经手过本件的申请或收件" in text(li.get(page_of(birth)))
    assert li.post(act(birth, "approve")).status_code == 403


def test_an_auditor_reads_and_touches_nothing(cast, birth):
    auditor = an_account("auditor")
    Post.objects.create(account=auditor, department=birth.department, role=Role.AUDITOR, valid_from=SINCE)
    shown = at_desk(auditor).get(page_of(birth))
    assert shown.status_code == 200
    assert "现在没有需要您办理的" in text(shown)
    assert at_desk(auditor).post(act(birth, "approve")).status_code == 403


# The inbox


def test_papers_to_confirm_come_first(expense_desk, expense):
    shown = text(expense_desk.get(reverse("workflow:inbox")))
    assert page_of(expense) in shown
    assert "最迟答复" in shown


def tray(client, key, **more):
    return client.get(reverse("workflow:inbox"), {"tray": key, **more})


def test_a_review_lies_in_the_tray_of_its_state(desk, birth, cast):
    assert page_of(birth) in text(tray(desk, "in_hand"))
    desk.post(
        act(birth, "start_special_procedure"),
        said(
            "start_special_procedure", kind="testing", expected_end=str(timezone.localdate() + timedelta(20))
        ),
    )
    assert page_of(birth) not in text(tray(desk, "in_hand"))
    assert page_of(birth) in text(tray(desk, "special"))


def test_what_is_late_has_its_own_tray_and_is_marked(desk, birth, newborn):
    DepartmentReview.objects.filter(pk=birth.pk).update(due_at=timezone.now() - timedelta(days=2))
    shown = text(tray(desk, "overdue"))
    assert page_of(birth) in shown
    assert "已超期" in shown


def test_one_matter_alone_can_be_listed(desk, birth, cast):
    other = DepartmentReview.objects.filter(department=birth.department, status=R.ASSIGNED).exclude(
        pk=birth.pk
    )
    shown = text(tray(desk, "in_hand", matter=birth.code))
    assert page_of(birth) in shown
    assert other.exists()
    assert not any(page_of(one) in shown for one in other)


def many(birth, count) -> None:
    """So many more reviews in the same tray, due one after the other."""
    application = birth.application
    rows = [
        DepartmentReview(
            application=application,
            matter_id=birth.matter_id,
            department_id=birth.department_id,
            code=f"{birth.code}-{number}",
            name=f"{birth.name}之{number:03d}",
            stage=1,
            status=R.ASSIGNED,
            project_no=str(number),
            promised_days=5,
            is_instant=False,
            is_licence=False,
            accepted_at=birth.accepted_at,
            assigned_at=birth.assigned_at,
            due_at=birth.due_at + timedelta(minutes=number // 3),
        )
        for number in range(count)
    ]
    DepartmentReview.objects.bulk_create(rows)


@pytest.mark.parametrize("rows", [5, 50])
def test_the_inbox_costs_four_statements_however_full_it_is(desk, birth, statements, rows):
    many(birth, rows)
    with statements() as sent:
        assert tray(desk, "in_hand").status_code == 200
    page = [sql for sql in sent if not WHO.search(sql.split(" INNER JOIN ")[0].split(" LEFT OUTER")[0])]
    assert len(page) <= 4, str(sent)


def test_turning_the_pages_shows_every_review_once_in_the_order_of_due_dates(desk, birth):
    many(birth, 50)
    seen, address = [], f"{reverse('workflow:inbox')}?tray=in_hand&matter="
    while address:
        shown = desk.get(address).content.decode()
        seen += [int(pk) for pk in re.findall(r'href="/reviews/(\d+)/"', shown)]
        onward = re.search(r'rel="next" href="([^"]+)"', shown)
        address = reverse("workflow:inbox") + onward[1].replace("&amp;", "&") if onward else ""
    own = DepartmentReview.objects.filter(department=birth.department, status=R.ASSIGNED)
    assert seen == list(own.order_by("due_at", "id").values_list("pk", flat=True))


def test_a_place_in_the_list_that_makes_no_sense_is_said_so(desk):
    assert tray(desk, "in_hand", after="nonsense").status_code == 400


def test_the_inbox_is_served_by_its_partial_index(cast, birth):
    many(birth, 300)
    account = cast.reviewer(birth.department.code)
    rows = selectors.inbox(account, statuses=[R.ASSIGNED, R.IN_PROGRESS])[:21]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workflow_departmentreview")
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert "workflow_inbox" in rows.explain()


def test_htmx_gets_the_list_without_the_house_around_it(desk, birth):
    shown = desk.get(reverse("workflow:inbox"), {"tray": "in_hand"}, headers={"HX-Request": "true"})
    assert page_of(birth) in text(shown)
    assert "<html" not in text(shown)


# One review


def test_only_what_the_matter_uses_is_shown_and_numbers_are_masked(expense_desk, expense, newborn):
    shown = text(expense_desk.get(page_of(expense)))
    answers = at.answers("newborn")
    definition = at.definition("newborn")
    personal = [
        str(answers[field.key])
        for field in definition.fields
        if field.type in {"resident_id", "mobile"} and answers.get(field.key)
    ]
    assert personal
    assert not any(number in shown for number in personal)
    unused = [
        field
        for field in definition.fields
        if field.type == "text"
        and field.used_by
        and expense.code not in field.used_by
        and answers.get(field.key)
    ]
    assert unused
    labels = {row.label for row in answers_for_matter(definition, expense.code, answers)}
    assert not labels & {field.label for field in unused}


def test_a_table_of_people_is_masked_cell_by_cell(db):
    definition = at.definition("transport-company-opening")
    table = next(field for field in definition.fields if field.key == "drivers")
    number = "11010519491231002X"
    row = {column.key: number if column.type == "resident_id" else "甲" for column in table.columns}
    rows = answers_for_matter(definition, table.used_by[0], {table.key: [row]})
    cells = [cell for answer in rows for line in answer.rows for _label, cell in line]
    assert "1101**********002X" in cells
    assert number not in cells


def uploaded(review) -> SubmittedMaterial:
    papers = review.application.materials.filter(needed_by__contains=[review.code], superseded=False)
    return papers.filter(mode="upload").first()


def file_of(review, paper) -> str:
    return reverse("workflow:review_material", args=[review.pk, paper.pk])


def test_the_reviewer_reads_the_uploaded_paper(expense_desk, expense):
    address = file_of(expense, uploaded(expense))
    assert address in text(expense_desk.get(page_of(expense)))
    answer = expense_desk.get(address)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_a_picture_is_seen_at_once(expense_desk, expense, cast):
    paper = uploaded(expense)
    paper.file = at.a_stored_file(by=cast.li, name="发票.png", content=a_png())
    paper.save(update_fields=["file"])
    assert f'<img src="{file_of(expense, paper)}"' in text(expense_desk.get(page_of(expense)))


def test_a_paper_of_another_matter_is_not_served(desk, birth, expense, cast):
    paper = uploaded(expense)
    assert birth.code not in paper.needed_by
    assert desk.get(file_of(birth, paper)).status_code == 404
    assert at_desk(cast.reviewer("jiaoyu")).get(file_of(expense, paper)).status_code == 404
    assert at_desk(cast.li).get(file_of(expense, paper)).status_code == 403


def test_a_review_page_costs_the_same_for_many_papers(expense_desk, expense, statements):
    with statements() as few:
        expense_desk.get(page_of(expense))
    SubmittedMaterial.objects.bulk_create(
        SubmittedMaterial(
            application=expense.application,
            name=f"材料{number}",
            source="申请人提交",
            mode="upload",
            state="present",
            needed_by=[expense.code],
            file=uploaded(expense).file,
        )
        for number in range(12)
    )
    with statements() as lots:
        expense_desk.get(page_of(expense))
    assert len(lots) == len(few)


# Before acceptance


def test_complete_papers_are_accepted_with_one_button(expense_desk, expense):
    """I-103, C-04."""
    assert expense_desk.post(act(expense, "confirm_complete")).status_code == 302
    assert now(expense).accepted_at


def defects(review, **changed) -> dict[str, str]:
    pk = uploaded(review).pk
    parts = {"defect": "缺少印章", "basis": "《办事指南》第2项", "how_to_fix": "到医院补盖"} | changed
    return said("request_correction", **{f"{part}_{pk}": value for part, value in parts.items()})


def test_a_correction_names_material_defect_basis_and_remedy(expense_desk, expense):
    """I-31."""
    assert expense_desk.post(act(expense, "request_correction"), defects(expense)).status_code == 302
    assert now(expense).status == R.CORRECTING
    assert "缺少印章" in text(expense_desk.get(page_of(expense)))


def test_an_incomplete_correction_comes_back_with_what_was_typed(expense_desk, expense):
    answer = expense_desk.post(act(expense, "request_correction"), defects(expense, basis=""))
    assert answer.status_code == 422
    assert "到医院补盖" in text(answer)
    box = f"id_request_correction-basis_{uploaded(expense).pk}"
    assert f'href="#{box}"' in text(answer)
    assert f'id="{box}"' in text(answer)
    assert now(expense).status == R.WAITING


def test_a_correction_that_names_nothing_is_refused(expense_desk, expense):
    answer = expense_desk.post(act(expense, "request_correction"))
    assert answer.status_code == 422
    assert "请至少写明一份材料的问题" in text(answer)


def test_papers_that_data_fill_cannot_be_asked_for(expense_desk, expense):
    """I-07: there is no box for them."""
    shared = expense.application.materials.filter(needed_by__contains=[expense.code], mode="shared").first()
    fetched = expense.application.materials.filter(needed_by__contains=[expense.code], mode="licence").first()
    shown = text(expense_desk.get(page_of(expense)))
    for paper in filter(None, [shared, fetched]):
        assert f"request_correction-defect_{paper.pk}" not in shown
    assert f"request_correction-defect_{uploaded(expense).pk}" in shown
    assert shared or fetched


def test_after_the_one_notice_a_second_is_greyed_with_its_reason(expense_desk, expense, cast, newborn):
    """I-34."""
    expense_desk.post(act(expense, "request_correction"), defects(expense))
    entries = newborn.correction.entries.values_list("material", flat=True)
    supplies = [services.Supply(name, at.upload(cast.li).pk) for name in entries]
    services.supply_correction(newborn.pk, by=cast.li, supplies=supplies)
    assert "补正只能一次性告知" in text(expense_desk.get(page_of(expense)))
    assert expense_desk.post(act(expense, "request_correction"), defects(expense)).status_code == 409


def test_declining_needs_a_ground_of_the_closed_list(expense_desk, expense):
    """I-38."""
    assert expense_desk.post(act(expense, "decline"), said("decline", ground="busy")).status_code == 422
    given = said("decline", ground="no_licence_needed", reasons="无需办理")
    assert expense_desk.post(act(expense, "decline"), given).status_code == 302
    assert now(expense).status == R.DECLINED


# Deciding


def test_a_reviewer_takes_it_in_hand_and_approves_until_a_day(desk, birth):
    """C-10, C-13."""
    assert desk.post(act(birth, "claim")).status_code == 302
    given = said("approve", opinion="情况属实", valid_until="2036-12-31")
    assert desk.post(act(birth, "approve"), given).status_code == 302
    assert (now(birth).status, birth.opinion) == (R.APPROVED, "情况属实")
    assert birth.result == {"valid_until": "2036-12-31"}
    assert "情况属实" in text(desk.get(page_of(birth)))


def test_a_result_that_is_over_before_it_begins_is_refused_and_the_opinion_kept(desk, birth):
    answer = desk.post(act(birth, "approve"), said("approve", opinion="情况属实", valid_until="2020-01-01"))
    assert answer.status_code == 422
    assert "有效期至必须晚于今天" in text(answer)
    assert "情况属实" in text(answer)


def test_a_date_nobody_can_read_is_explained(desk, birth):
    answer = desk.post(act(birth, "approve"), said("approve", valid_until="明年"))
    assert answer.status_code == 422
    assert "日期要写成 2026-03-02 这样" in text(answer)


def test_a_refusal_needs_its_reasons_and_its_article(desk, birth):
    """C-14."""
    answer = desk.post(act(birth, "deny"), said("deny", reasons="材料不实"))
    assert answer.status_code == 422
    assert "材料不实" in text(answer)
    given = said("deny", reasons="材料不实", legal_basis="《出生医学证明管理办法》第十条")
    assert desk.post(act(birth, "deny"), given).status_code == 302
    assert (now(birth).status, birth.legal_basis) == (R.DENIED, "《出生医学证明管理办法》第十条")


def test_what_is_decided_already_is_told_and_nothing_is_overwritten(desk, birth):
    desk.post(act(birth, "approve"), said("approve", opinion="情况属实"))
    answer = desk.post(act(birth, "deny"), said("deny", reasons="材料不实", legal_basis="第十条"))
    assert answer.status_code == 409
    assert "材料不实" in text(answer)
    assert now(birth).status == R.APPROVED


@pytest.fixture
def restaurant(cast) -> DepartmentReview:
    """A matter of the restaurant that somebody must look at on the spot, handed out."""
    application = at.filed(cast.huarong, "restaurant-opening")
    at.confirm_all(cast, application)
    ready = DepartmentReview.objects.filter(application=application, needs_inspection=True)
    while not (found := ready.filter(status=R.ASSIGNED).select_related("department", "application").first()):
        free = application.reviews.filter(status=R.ASSIGNED).values_list("code", flat=True)
        at.approve(cast, application, *free)
    return found


def test_nothing_is_granted_before_the_place_was_seen(cast, restaurant):
    """I-91, I-94."""
    officer = at_desk(cast.reviewer(restaurant.department.code))
    assert "先完成现场勘验" in text(officer.get(page_of(restaurant)))
    given = said(
        "record_inspection",
        inspected_at="2026-11-20 09:30",
        place="和平街18号",
        inspectors="张三",
        passed="yes",
        record="三防齐全",
        signed="true",
    )
    alone = officer.post(act(restaurant, "record_inspection"), given)
    assert alone.status_code == 422
    assert "2名以上工作人员" in text(alone)
    assert "三防齐全" in text(alone)
    given["record_inspection-inspectors"] = "张三、李四"
    assert "请上传现场照片" in text(officer.post(act(restaurant, "record_inspection"), given))
    given["record_inspection-photo_1"] = SimpleUploadedFile("现场.png", a_png())
    assert officer.post(act(restaurant, "record_inspection"), given).status_code == 302
    visit = restaurant.inspections.get()
    assert visit.inspectors == ["张三", "李四"]
    seen = reverse("workflow:review_photo", args=[restaurant.pk, visit.photos.get().pk])
    assert seen in text(officer.get(page_of(restaurant)))
    assert b"".join(officer.get(seen).streaming_content)
    assert at_desk(cast.li).get(seen).status_code == 403
    assert officer.post(act(restaurant, "approve")).status_code == 302
    assert now(restaurant).status == R.APPROVED


# The clock


def test_a_special_procedure_stops_the_clock_until_its_result(desk, birth):
    """I-90…I-93, C-11, C-12."""
    begun = said(
        "start_special_procedure", kind="testing", expected_end=str(timezone.localdate() + timedelta(9))
    )
    assert desk.post(act(birth, "start_special_procedure"), begun).status_code == 302
    assert now(birth).status == R.SPECIAL_PROCEDURE
    assert desk.post(act(birth, "end_special_procedure")).status_code == 422
    ended = said("end_special_procedure", outcome="检测合格")
    assert "请写明结果文书" in text(desk.post(act(birth, "end_special_procedure"), ended))
    ended["end_special_procedure-result_reference"] = "检测报告 检字〔2026〕12号"
    ended["end_special_procedure-result_file"] = SimpleUploadedFile("报告.png", a_png())
    assert desk.post(act(birth, "end_special_procedure"), ended).status_code == 302
    assert now(birth).status == R.IN_PROGRESS
    page = text(desk.get(page_of(birth)))
    assert "检测合格" in page
    kept = reverse("workflow:procedure_result", args=[birth.pk, birth.procedures.get().pk])
    assert kept in page
    assert "检字〔2026〕12号" in page
    assert b"".join(desk.get(kept).streaming_content)


def test_a_procedure_past_its_end_is_yellow_until_the_department_says_more(desk, birth):
    """I-92: on the inbox, the review and the list; the verb explains it and names the new end."""
    services.start_special_procedure(
        birth.pk,
        by=Account.objects.get(pk=desk.session["_auth_user_id"]),
        kind=ProcedureKind.TESTING,
        expected_end=timezone.localdate(),
    )
    assert "超过预计时间" not in text(desk.get(page_of(birth)))
    yesterday = timezone.localdate() - timedelta(1)
    birth.procedures.update(started_on=yesterday, noticed_on=yesterday, expected_end=yesterday)
    inbox = text(desk.get(reverse("workflow:inbox"), {"tray": "special"}))
    assert "超过预计时间，待说明" in inbox
    assert "特别程序超过预计时间" in text(desk.get(reverse("workflow:applications")))
    assert "请说明原因" in text(desk.get(page_of(birth)))
    later = timezone.localdate() + timedelta(5)
    given = said("explain_special_procedure", reason="样品要重做", expected_end=str(later))
    assert desk.post(act(birth, "explain_special_procedure"), given).status_code == 302
    assert birth.procedures.get().expected_end == later
    page = text(desk.get(page_of(birth)))
    assert "样品要重做" in page
    assert "请说明原因" not in page


def test_a_procedure_outside_the_law_needs_a_basis_of_its_own(desk, birth):
    given = said(
        "start_special_procedure", kind="other", expected_end=str(timezone.localdate() + timedelta(9))
    )
    answer = desk.post(act(birth, "start_special_procedure"), given)
    assert answer.status_code == 422
    assert "须写明单独的法律依据" in text(answer)


def test_only_the_head_extends_and_only_once(cast, birth, desk):
    """I-95."""
    given = said("extend", days="3", reason="案情复杂")
    assert "这不是本部门的办件，或您的岗位没有此项权限" in text(desk.get(page_of(birth)))
    assert desk.post(act(birth, "extend"), given).status_code == 403
    head = at_desk(cast.rep(birth.department.code))
    before = birth.due_at
    assert head.post(act(birth, "extend"), given).status_code == 302
    assert now(birth).due_at > before
    assert "已经延期过一次" in text(head.get(page_of(birth)))
    assert head.post(act(birth, "extend"), given).status_code == 409


def test_a_review_is_terminated_on_a_ground_of_the_list(desk, birth):
    """I-140."""
    given = said("terminate", ground="applicant_gone", facts="申请人已死亡")
    assert desk.post(act(birth, "terminate"), given).status_code == 302
    assert now(birth).status == R.TERMINATED
    assert "现在没有需要您办理的" in text(desk.get(page_of(birth)))


def test_an_act_nobody_knows_is_not_found(desk, birth):
    assert desk.post(act(birth, "hand_over")).status_code == 404
    assert desk.get(act(birth, "approve")).status_code == 405


# All applications


def test_a_department_lists_what_concerns_it_and_a_neighbour_does_not(cast, newborn, birth, desk):
    listed = reverse("workflow:applications")
    assert newborn.reference in text(desk.get(listed))
    assert newborn.reference not in text(at_desk(cast.reviewer("jiaoyu")).get(listed))
    assert newborn.reference not in text(desk.get(listed, {"status": "closed"}))
    assert newborn.reference in text(desk.get(listed, {"q": newborn.reference[:10]}))


def test_the_application_leads_to_ones_own_reviews_alone(desk, newborn, birth, expense):
    shown = text(desk.get(reverse("workflow:office_application", args=[newborn.reference])))
    assert page_of(birth) in shown
    assert page_of(expense) not in shown


def test_the_window_is_led_to_its_own_page(cast, newborn):
    answer = at_desk(cast.window1).get(reverse("workflow:office_application", args=[newborn.reference]))
    assert answer.headers["Location"] == reverse("workflow:at_counter", args=[newborn.reference])
