"""Every page that a person may meet on the applicant's path, with something on it; new pages join by themselves."""

from collections.abc import Iterator

from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from licences.models import Licence
from tests.factories import drafts as with_draft
from tests.factories import events
from tests.factories import workflow as at
from tests.factories.identity import Cast
from workflow import services
from workflow.models import Application

#: Addresses that are no page of the applicant's: staff, machines, switches, downloads.
ELSEWHERE = (
    "admin",
    "api",
    "counter",
    "office",
    "reviews",
    "styleguide",
    "healthz",
    "metrics",
    "elder",
    "language",
)
NOT_PAGES = ("demo", "enter", "logout", "export", "sheet", "download", "template", "track")
#: Only for those who are not logged in.
VISITORS = frozenset({"login"})
EXPENSE, RECEIPT = "nb-maternity-expense", "住院收费票据"


def every_page(cast: Cast) -> dict[str, str]:
    """Names and addresses, for 李明."""
    return {
        "home": "/",
        "home for firms": "/?for=enterprise",
        "search": "/search/?q=退休",
        "guide": "/bundles/newborn/",
        "guide of a matter": "/matters/nb-birth-hukou/",
        "start": "/bundles/newborn/start/",
        **{name: path for name, path in _without_arguments() if _is_a_page(cast, name, path)},
        **_of_a_draft(cast),
        **_of_an_application(cast),
        **_of_a_correction(cast),
        **_of_an_end(cast),
    }


def _without_arguments(resolver: URLResolver | None = None, names: str = "") -> Iterator[tuple[str, str]]:
    """Every address that needs no argument, asked of the house itself."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            space = f"{names}{entry.namespace}:" if entry.namespace else names
            if entry.namespace not in ELSEWHERE:
                yield from _without_arguments(entry, space)
        elif path := _page(entry, names):
            yield path.strip("/"), path


def _is_a_page(cast: Cast, name: str, path: str) -> bool:
    """Not a form's address, a download or a way through."""
    client = Client()
    if name not in VISITORS:
        client.force_login(cast.li)
    answer = client.get(path)
    return answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")


def _page(entry: URLPattern, names: str) -> str:
    try:
        path = reverse(f"{names}{entry.name}")
    except NoReverseMatch:
        return ""
    words = path.strip("/").split("/")
    is_elsewhere = words[0] in ELSEWHERE or any(word.startswith(NOT_PAGES) for word in words)
    return "" if is_elsewhere or not path.endswith("/") or path == "/" else path


def _of_a_draft(cast: Cast) -> dict[str, str]:
    draft = with_draft.ready(cast.li, "restaurant-opening")
    unsigned = with_draft.filled(cast.li, "newborn")
    kept = Application.objects.get(pk=unsigned.pk)
    kept.draft["offers"] = {RECEIPT: {"mode": "deferred", "upload_id": None, "signed": False}}
    kept.save()
    steps = ("plan", "form", "materials", "check")
    return {
        "tasks": f"/drafts/{draft.pk}/",
        "question": f"/drafts/{draft.pk}/questions/entity_type/",
        "promises": f"/drafts/{unsigned.pk}/promises/",
        "form of a newborn": f"/drafts/{unsigned.pk}/form/",
        "materials of a newborn": f"/drafts/{unsigned.pk}/materials/",
        **{step: f"/drafts/{draft.pk}/{step}/" for step in steps},
    }


def _of_an_application(cast: Cast) -> dict[str, str]:
    here = f"/applications/{at.filed(cast.li).reference}/"
    return {"application": here, "submitted": f"{here}submitted/", "withdraw": f"{here}withdraw/"}


def _of_a_correction(cast: Cast) -> dict[str, str]:
    application = at.filed(cast.li)
    review = at.review_of(application, EXPENSE)
    services.request_correction(
        review.pk, by=cast.reviewer(review.department.code), defects=[at.a_defect(RECEIPT)]
    )
    here = f"/applications/{application.reference}/"
    return {"application to correct": here, "correction": f"{here}correction/"}


def _of_an_end(cast: Cast) -> dict[str, str]:
    application = at.filed(cast.li)
    at.approve_everything(cast, application)
    at.seal(application)
    events.tell_everybody()
    here = f"/applications/{application.reference}/"
    licence = Licence.objects.filter(holder_person=cast.li.person).first()
    shown = {"show a licence": f"/my/licences/{licence.pk}/show/"} if licence else {}
    return {
        "application with results": here,
        "rate": f"{here}rate/",
        "verify": f"/verify/{application.application_documents.first().document.verify_code}/",
        **shown,
    }
