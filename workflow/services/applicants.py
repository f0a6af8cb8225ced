"""Who applies, and by what right somebody files for another (I-39, I-170)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.errors import BadInput, DomainError, NotAllowed
from identity.models import Account, Organisation, Person
from identity.roles import Permission, Power
from identity.selectors import Standing, organisation_by_code, person_by_number, standing
from identity.services import register_organisation, register_person
from workflow.states import COUNTER_CHANNELS, Channel

__all__ = ["Applicant", "OnBehalfOf", "applicant_for"]


@dataclass(frozen=True)
class OnBehalfOf:
    """The principal as a person names them: by 公民身份号码 or 统一社会信用代码, never by a row's id."""

    name: str = ""
    id_number: str = ""
    credit_code: str = ""
    mobile: str = ""


@dataclass(frozen=True)
class Applicant:
    """The applicant of one application; ``agent`` and ``authorisation_id`` only where an agent files."""

    person: Person | None = None
    organisation: Organisation | None = None
    agent: Person | None = None
    authorisation_id: int | None = None

    @property
    def name(self) -> str:
        """The name the application is filed under."""
        return self.person.name if self.person else self.organisation.name if self.organisation else ""

    @property
    def id_tail(self) -> str:
        """The last four of the personal number or the credit code."""
        return (
            self.person.id_tail
            if self.person
            else self.organisation.credit_code[-4:]
            if self.organisation
            else ""
        )

    @property
    def persons_before_the_window(self) -> set[int]:
        """Persons who may not sit behind it for this application (I-01, I-171)."""
        return {person.pk for person in (self.person, self.agent) if person}

    @property
    def person_ids(self) -> list[int]:
        """The person whose licences may be used."""
        return [self.person.pk] if self.person else []

    @property
    def organisation_ids(self) -> list[int]:
        """The organisation whose licences may be used."""
        return [self.organisation.pk] if self.organisation else []


def applicant_for(
    on_behalf_of: OnBehalfOf | None, *, by: Account, channel: Channel, audience: str, codes: frozenset[str]
) -> Applicant:
    """The applicant, or NotAllowed with the reason; ``codes`` are the matters an authorisation must cover."""
    who = standing(by)
    if channel in COUNTER_CHANNELS:
        return _at_the_counter(on_behalf_of, who)
    if on_behalf_of is None:
        return _oneself(by, who, audience)
    return _for_another(on_behalf_of, by, who, codes)


def _at_the_counter(on_behalf_of: OnBehalfOf | None, who: Standing) -> Applicant:
    if not who.may(Permission.RECEIVE):
        raise NotAllowed(_("只有综合窗口人员可以在窗口代为录入"))
    if on_behalf_of is None:
        raise BadInput(_("请填写申请人"), fields={"on_behalf_of": [_("请填写申请人的姓名和证件号码")]})
    if not on_behalf_of.name.strip():
        raise BadInput(_("请填写申请人姓名或名称"), fields={"on_behalf_of": [_("请填写申请人姓名或名称")]})
    if on_behalf_of.credit_code:
        organisation = register_organisation(name=on_behalf_of.name, credit_code=on_behalf_of.credit_code)
        return Applicant(organisation=organisation)
    person = register_person(
        name=on_behalf_of.name, id_number=on_behalf_of.id_number, mobile=on_behalf_of.mobile
    )
    return Applicant(person=person)


def _oneself(by: Account, who: Standing, audience: str) -> Applicant:
    if audience == "enterprise" and who.organisation_ids:
        return Applicant(organisation=_only_organisation(who))
    if by.person is None:
        raise NotAllowed(_("您的账号还没有实名认证，请先完成实名认证再申请"))
    return Applicant(person=by.person)


def _only_organisation(who: Standing) -> Organisation:
    if len(who.organisation_ids) > 1:
        raise BadInput(
            _("请选择申请人"), fields={"on_behalf_of": [_("您代表多家企业，请写明本次为哪一家申请")]}
        )
    return Organisation.objects.get(pk=next(iter(who.organisation_ids)))


def _for_another(on_behalf_of: OnBehalfOf, by: Account, who: Standing, codes: frozenset[str]) -> Applicant:
    principal = _principal(on_behalf_of)
    if principal is not None and who.speaks_for(principal):
        return _as_applicant(principal)
    granted = [
        grant
        for grant in who.authorisations
        if principal is not None
        and (grant.principal_person_id, grant.principal_organisation_id) == _ids(principal)
    ]
    covering = [grant for grant in granted if Power.SUBMIT in grant.powers and codes <= grant.matter_codes]
    if not covering or principal is None:
        raise _unauthorised(has_some=bool(granted))
    applicant = _as_applicant(principal)
    return Applicant(applicant.person, applicant.organisation, by.person, covering[0].id)


def _principal(on_behalf_of: OnBehalfOf) -> Person | Organisation | None:
    if on_behalf_of.credit_code:
        return organisation_by_code(on_behalf_of.credit_code)
    return person_by_number(on_behalf_of.id_number)


def _as_applicant(principal: Person | Organisation) -> Applicant:
    if isinstance(principal, Person):
        return Applicant(person=principal)
    return Applicant(organisation=principal)


def _ids(principal: Person | Organisation) -> tuple[int | None, int | None]:
    return (principal.pk, None) if isinstance(principal, Person) else (None, principal.pk)


def _unauthorised(*, has_some: bool) -> DomainError:
    """Without any mandate the request is wrong (I-39), whoever the principal is; beyond it, it is forbidden (I-170)."""
    fields = {"on_behalf_of": [_("没有有效的授权委托")]}
    if has_some:
        return NotAllowed(
            _("授权委托没有包含本次要办的全部事项或者提交的权限，请委托人补充授权后再办"), fields=fields
        )
    return BadInput(
        _("没有找到委托人给您的有效授权委托，请委托人先在“授权委托”中授权"), code="no_mandate", fields=fields
    )
