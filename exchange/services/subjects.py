"""Whom a question to a register is about."""

from dataclasses import dataclass

from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from common.errors import NotFound
from identity.models import Organisation, Person


@dataclass(frozen=True)
class Subject:
    """An applicant: an organisation when `organisation_id` is set, `person_id` then being who acts for it."""

    person_id: int | None = None
    organisation_id: int | None = None
    #: The person acting for another person, where there is one.
    agent_id: int | None = None


class Known:
    """What we know of a subject ourselves, read once; the keys of `facts` are those of prefill_sources.yaml."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject

    @cached_property
    def organisation(self) -> Organisation | None:
        if self._subject.organisation_id is None:
            return None
        organisations = Organisation.objects.select_related("legal_representative")
        return organisations.filter(pk=self._subject.organisation_id).first()

    @cached_property
    def _persons(self) -> dict[int, Person]:
        ids = {self._subject.person_id, self._subject.agent_id} - {None}
        return Person.objects.in_bulk(ids) if ids else {}

    @property
    def person(self) -> Person | None:
        return self._persons.get(self._subject.person_id or 0)

    @property
    def agent(self) -> Person | None:
        if self._subject.agent_id:
            return self._persons.get(self._subject.agent_id)
        return self.person if self._subject.organisation_id else None

    def named(self) -> tuple[str, str]:
        """Number and name under which registers know the applicant."""
        if self._subject.organisation_id:
            if self.organisation:
                return self.organisation.credit_code, self.organisation.name
        elif self.person:
            return self.person.id_number, self.person.name
        raise NotFound(_("没有这个申请人"))

    def facts(self) -> dict[str, str]:
        """What real-name login told us."""
        facts = _about_person("agent", self.agent)
        if self.organisation:
            facts |= {
                "organisation.name": self.organisation.name,
                "organisation.credit_code": self.organisation.credit_code,
                "organisation.address": self.organisation.address,
            }
            facts |= _about_person("legal_representative", self.organisation.legal_representative)
        else:
            facts |= _about_person("person", self.person)
        return facts


def _about_person(role: str, person: Person | None) -> dict[str, str]:
    if person is None:
        return {}
    return {
        f"{role}.name": person.name,
        f"{role}.id_number": person.id_number,
        f"{role}.mobile": person.mobile,
        f"{role}.address": person.address,
    }
