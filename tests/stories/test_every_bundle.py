"""
Each of the thirteen, told through the API from the first question to the rating.

The applicant asks for the plan, uploads what is asked, files once; every
department answers for its papers and decides; documents are sealed and handed
over together; the applicant rates.
"""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from bundles.selectors import bundles
from licences.models import Document
from licences.services import seal
from tests.factories import workflow as at
from tests.factories.files import a_pdf, sent
from tests.factories.identity import Cast, api
from workflow import services
from workflow.models import Application, DepartmentReview
from workflow.states import ReviewStatus

V1 = "/api/v1"
ENTERPRISE = "enterprise"
BUNDLES = (
    "enterprise-info-change",
    "transport-company-opening",
    "restaurant-opening",
    "utility-joint-installation",
    "credit-repair",
    "listing-compliance-check",
    "bankruptcy-info-check",
    "enterprise-deregistration",
    "newborn",
    "school-enrolment",
    "social-security-card",
    "disability-services",
    "retirement",
)


@pytest.fixture
def applicant(request, cast):
    """The citizen 李明 for what persons need, 华荣's clerk for what enterprises need."""
    return (
        cast.huarong
        if at.definition(request.node.callspec.params["code"]).audience == ENTERPRISE
        else cast.li
    )


def brought(client, plan: dict) -> list[dict]:
    """Upload or promise what the plan asks the applicant for, and name nothing else."""
    named = []
    for paper in plan["materials"]:
        if paper["status"] == "upload" and paper["source"] == "申请人提交":
            stored = client.post(
                f"{V1}/uploads/", {"file": sent(a_pdf(paper["name"]))}, format="multipart"
            ).json()
            named.append({"name": paper["name"], "mode": "upload", "upload_id": stored["id"]})
        if paper["status"] == "promise":
            named.append({"name": paper["name"], "mode": "commitment"})
    return named


def file_once(client, code: str) -> dict:
    answers = at.answers(code)
    plan = client.post(f"{V1}/bundles/{code}/plan/", {"answers": answers}, format="json")
    assert plan.status_code == 200, plan.json()
    body = {
        "bundle": code,
        "answers": answers,
        "materials": brought(client, plan.json()),
        "delivery": {"method": "electronic"},
    }
    first = client.post(f"{V1}/applications/", body, format="json", headers={"Idempotency-Key": code})
    assert first.status_code == 201, first.json()
    again = client.post(f"{V1}/applications/", body, format="json", headers={"Idempotency-Key": code})
    assert (again.status_code, again.json()["reference"]) == (201, first.json()["reference"])
    assert again.headers["Idempotent-Replay"] == "true"
    return first.json()


def departments_answer(cast: Cast, application: Application) -> None:
    for review in application.reviews.select_related("department").filter(accepted_at=None):
        officer = api(cast.reviewer(review.department.code))
        answer = officer.post(f"{V1}/reviews/{review.pk}/confirm_complete/")
        assert answer.status_code == 200, answer.json()


def departments_decide(cast: Cast, application: Application) -> None:
    """Stage by stage: the machine looks first, then whoever's tray holds what is left."""
    while assigned := list(
        application.reviews.filter(status=ReviewStatus.ASSIGNED).select_related("department")
    ):
        for review in assigned:
            services.work(review.pk, round_number=review.round)
            review.refresh_from_db()
            if review.status == ReviewStatus.ASSIGNED:
                decide(cast, review)


def decide(cast: Cast, review: DepartmentReview) -> None:
    officer = api(cast.reviewer(review.department.code))
    tray = officer.get(f"{V1}/reviews/", {"page_size": 200}).json()["results"]
    assert review.pk in [row["id"] for row in tray]
    assert officer.post(f"{V1}/reviews/{review.pk}/claim/").status_code == 200
    if review.needs_inspection:
        at.inspect(cast, review)
    answer = officer.post(f"{V1}/reviews/{review.pk}/approve/", {"opinion": "同意"}, format="json")
    assert answer.status_code == 200, answer.json()
    assert answer.json()["status"] == "approved"


def seal_everything(tell_everybody: Callable[[], int]) -> None:
    tell_everybody()
    while waiting := list(Document.objects.filter(sealed_at=None).values_list("pk", flat=True)):
        for document_id in waiting:
            seal(document_id)
        tell_everybody()


@pytest.mark.parametrize("code", BUNDLES)
def test_from_the_first_question_to_the_rating(code, applicant, cast, deliver_events):
    client = api(applicant)
    reference = file_once(client, code)["reference"]
    application = Application.objects.get(reference=reference)
    departments_answer(cast, application)
    departments_decide(cast, application)
    seal_everything(deliver_events)

    shown = client.get(f"{V1}/applications/{reference}/").json()
    assert (shown["status"], shown["outcome"]) == ("closed", "all")
    assert {row["matter"] for row in shown["reviews"]} == set(
        at.definition(code).scenarios[0].expected_matters
    )
    results = [row for row in shown["documents"] if row["kind"] == "result"]
    assert len(results) == len(shown["reviews"])
    assert all(row["sealed"] and row["number"] for row in shown["documents"])
    assert readable(client, results[0]["url"])
    assert told_in_order(shown["timeline"])
    assert rated_once(client)


def readable(client, url: str) -> bool:
    pdf = client.get(url)
    assert pdf["Content-Type"] == "application/pdf"
    pages = PdfReader(BytesIO(b"".join(pdf.streaming_content))).pages
    return "云澜" in pages[0].extract_text() or "编号" in pages[0].extract_text()


def told_in_order(timeline: list[dict]) -> bool:
    texts = [entry["text"] for entry in timeline]
    return (
        texts[0] == "提交了申请"
        and texts[-1] == "办件完成"
        and texts.index("全部事项已有结果") < len(texts) - 1
    )


def rated_once(client) -> bool:
    [invitation] = client.get(f"{V1}/evaluations/invitations/").json()["results"]
    said = {"event_no": invitation["event_no"], "level": 5, "tags": ["513"]}
    first = client.post(f"{V1}/evaluations/", said, format="json")
    again = client.post(f"{V1}/evaluations/", said, format="json")
    assert (first.status_code, again.status_code) == (201, 409)
    return again.json()["fields"]["id"] == [str(first.json()["id"])]


@pytest.mark.django_db
def test_all_thirteen_are_told_here():
    assert {offered.definition.code for offered in bundles()} == set(BUNDLES)
