"""我的空间: one's own side and each organisation's, what is under way and what is over, found by words, number or month."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from common.errors import NotFound
from common.workdays import SHANGHAI
from identity.models import Account, Organisation
from identity.selectors import Standing, standing
from workflow.models import Application, DepartmentReview
from workflow.rules.turns import Turn, turn_of
from workflow.selectors.moves import Move
from workflow.states import APPLICATION_FINAL, REVIEW_OPEN, ApplicationStatus

__all__ = ["ME", "OTHERS", "Following", "Side", "Sought", "followed", "own_rows", "side_of", "sides_of"]

#: The sides that are no organisation: one's own, and those of principals whom one is an agent of.
ME, OTHERS = "me", "others"
_ORGANISATION = "org-"
#: How many words of a search are looked at.
MOST_WORDS = 5


@dataclass(frozen=True)
class Side:
    """个人, or an organisation one acts for, or 代办; ``name`` is an organisation's and empty otherwise."""

    key: str
    name: str = ""


@dataclass(frozen=True)
class Sought:
    """What of the list is wanted: words or a number, a state (open, ended or one status), the month of filing."""

    side: str = ME
    words: str = ""
    state: str = ""
    month: date | None = None

    @property
    def is_everything(self) -> bool:
        """Nothing was chosen."""
        return not (self.words or self.state or self.month)


@dataclass(frozen=True)
class Following:
    """One line of the list: the application and whose move it is."""

    application: Application
    turn: Turn


def sides_of(account: Account) -> list[Side]:
    """个人 first, the organisations by name, then 代办 where somebody gave an authorisation."""
    who = standing(account)
    sides = [Side(ME)]
    if who.organisation_ids:
        rows = Organisation.objects.filter(pk__in=who.organisation_ids).order_by("name", "pk")
        sides += [Side(f"{_ORGANISATION}{pk}", name) for pk, name in rows.values_list("pk", "name")]
    return [*sides, Side(OTHERS)] if who.authorisations else sides


def side_of(application: Application, who: Standing) -> str:
    """The side on which the application is listed: one's own before an organisation's before a principal's."""
    if application.applicant_person_id and application.applicant_person_id == who.person_id:
        return ME
    if application.applicant_organisation_id in who.organisation_ids:
        return f"{_ORGANISATION}{application.applicant_organisation_id}"
    return OTHERS


def own_rows(account: Account, sought: Sought) -> QuerySet[Application]:
    """The account's own applications of one side that answer to what is sought; NotFound for a side that is not theirs."""
    rows = Application.objects.of_applicant(account).exclude(status=ApplicationStatus.DRAFT)
    rows = rows.filter(_on_side(sought.side, standing(account)))
    if sought.state in {"open", "ended"}:
        ended = Q(status__in=APPLICATION_FINAL)
        rows = rows.filter(ended if sought.state == "ended" else ~ended)
    elif sought.state:
        rows = rows.filter(status=sought.state)
    if sought.month:
        rows = rows.filter(
            submitted_at__gte=_begin(sought.month), submitted_at__lt=_begin(_next(sought.month))
        )
    for word in sought.words.split()[:MOST_WORDS]:
        rows = rows.filter(_answering_to(word))
    return rows.defer("answers", "draft", "advice", "delivery_address")


def _on_side(side: str, who: Standing) -> Q:
    if side == ME:
        return Q(applicant_person=who.person_id)
    if side == OTHERS:
        mine = Q(applicant_person=who.person_id) | Q(applicant_organisation__in=who.organisation_ids)
        return Q(authorisation__in=[grant.id for grant in who.authorisations]) & ~mine
    number = side.removeprefix(_ORGANISATION)
    if not number.isdecimal() or int(number) not in who.organisation_ids:
        raise NotFound(_("没有找到这个空间"))
    return Q(applicant_organisation=int(number))


def _answering_to(word: str) -> Q:
    matters = DepartmentReview.objects.filter(application=OuterRef("pk"), name__icontains=word)
    return (
        Q(reference__startswith=word)
        | Q(name__icontains=word)
        | Q(applicant_name__icontains=word)
        | Q(Exists(matters))
    )


def _begin(month: date) -> datetime:
    return datetime.combine(month.replace(day=1), time.min, SHANGHAI)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def followed(applications: Sequence[Application], moves: Iterable[Move]) -> list[Following]:
    """Whose move each of them is, with one look at their open reviews; ``moves`` are the applicant's own."""
    mine = _first_moves(moves)
    reviews: dict[int, list[DepartmentReview]] = {}
    running = [one.pk for one in applications if one.status not in APPLICATION_FINAL]
    if running:
        open_ = DepartmentReview.objects.filter(application__in=running, status__in=REVIEW_OPEN)
        for review in open_.select_related("department").order_by("stage", "id"):
            reviews.setdefault(review.application_id, []).append(review)
    return [_following(one, reviews.get(one.pk, []), mine.get(one.pk)) for one in applications]


def _first_moves(moves: Iterable[Move]) -> dict[int, Move]:
    """By application what presses most; the list is in that order."""
    first: dict[int, Move] = {}
    for move in moves:
        if not move.is_voluntary:
            first.setdefault(move.application.pk, move)
    return first


def _following(application: Application, reviews: list[DepartmentReview], move: Move | None) -> Following:
    until = move.due_at if move else None
    return Following(application, turn_of(application, reviews, is_mine=move is not None, mine_until=until))
