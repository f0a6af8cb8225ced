"""Persons, organisations, who represents whom, accounts and posts."""

from collections.abc import Callable
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from common.crypto import keyed_hash
from common.errors import BadInput, Conflict, Refused
from identity import rules
from identity.models import Account, Department, Organisation, Person, Post, Region, Representation
from identity.roles import NEVER_OUTSOURCED, Employer, Role


def _checked(parse: Callable[[str], str], text: str, field: str) -> str:
    try:
        return parse(text)
    except ValueError as error:
        raise BadInput(str(error), fields={field: [str(error)]}) from None


def register_person(*, name: str, id_number: str, mobile: str = "", address: str = "") -> Person:
    """
    The person with this 公民身份号码, made on first sight; what is new about them is added, nothing is overwritten.

    A known number under another name is refused: one of the two is wrong, and a portal must not choose.
    """
    number = _checked(rules.resident_number, id_number, "id_number")
    phone = _checked(rules.mobile_number, mobile, "mobile")
    facts = {"name": name, "id_number": number, "birth_date": rules.birth_date_of(number)}
    person, made = Person.objects.get_or_create(
        id_number_hash=keyed_hash(number), defaults=facts | {"mobile": phone, "address": address}
    )
    if person.name != name:
        raise Conflict(_("姓名与公民身份号码不一致"), fields={"name": [_("姓名与公民身份号码不一致")]})
    if not made and ((phone and not person.mobile) or (address and not person.address)):
        person.mobile, person.address = person.mobile or phone, person.address or address
        person.save(update_fields=["mobile", "mobile_hash", "address"])
    return person


def register_organisation(
    *,
    name: str,
    credit_code: str,
    kind: str = Organisation.Kind.COMPANY,
    address: str = "",
    legal_representative: Person | None = None,
) -> Organisation:
    """The organisation with this 统一社会信用代码, made on first sight; its name may change, its code never does."""
    code = _checked(rules.credit_code, credit_code, "credit_code")
    facts = {"name": name, "kind": kind, "address": address, "legal_representative": legal_representative}
    organisation, _made = Organisation.objects.get_or_create(credit_code=code, defaults=facts)
    return organisation


def represent(
    person: Person,
    organisation: Organisation,
    *,
    capacity: str,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Representation:
    """Let the person act for the organisation."""
    representation, _made = Representation.objects.get_or_create(
        person=person,
        organisation=organisation,
        capacity=capacity,
        valid_from=valid_from or timezone.localdate(),
        defaults={"valid_until": valid_until},
    )
    return representation


@transaction.atomic
def open_account(*, username: str, password: str, person: Person | None = None) -> Account:
    """A login for the person; one person has one."""
    if person and Account.objects.filter(person=person).exists():
        raise Conflict(_("本人已有账号"))
    if Account.objects.filter(username=username).exists():
        raise Conflict(_("用户名已被使用"), fields={"username": [_("用户名已被使用")]})
    level = Account.AssuranceLevel.NUMBER_CHECKED if person else Account.AssuranceLevel.UNVERIFIED
    return Account.objects.create_user(username, password=password, person=person, assurance_level=level)


def appoint(
    account: Account,
    department: Department,
    role: Role,
    *,
    employer: Employer = Employer.OWN,
    region: Region | None = None,
    valid_from: date | None = None,
    valid_until: date | None = None,
) -> Post:
    """
    Post the account to the department; a post needs a person, for separation of duties compares persons.

    ``employer`` says who pays them: whoever is somebody else's handles, rules and manages nothing (H-04).
    """
    if account.person_id is None:
        raise Refused(_("账号没有关联本人，不能任职"))
    if employer == Employer.THIRD_PARTY and role in NEVER_OUTSOURCED:
        raise Refused(_("承办、裁定和热线管理岗位只能由本单位人员担任"))
    post, _made = Post.objects.get_or_create(
        account=account,
        department=department,
        role=role,
        region=region,
        valid_from=valid_from or timezone.localdate(),
        defaults={"employer": employer, "valid_until": valid_until},
    )
    return post


def dismiss(post: Post) -> Post:
    """End the post at once: yesterday was its last day, or it is gone if it began today."""
    today = timezone.localdate()
    if post.valid_from >= today:
        post.delete()
        return post
    post.valid_until = today - timedelta(days=1)
    post.save(update_fields=["valid_until"])
    return post
