"""Where a person is reached. Whoever calls has made sure that the number or address is the person's own."""

from identity.models import Account, Person

__all__ = ["keep_mail", "keep_mobile"]


def keep_mobile(person_id: int, number: str) -> str:
    """The person is reached under this number from now on; the one before."""
    person = Person.objects.select_for_update().get(pk=person_id)
    before, person.mobile = person.mobile, number
    person.save(update_fields=["mobile", "mobile_hash"])
    return before


def keep_mail(person_id: int, address: str) -> str:
    """The person gets mail there from now on, an empty address meaning none; the one before."""
    account = Account.objects.select_for_update().get(person_id=person_id)
    before, account.email = account.email, address
    account.save(update_fields=["email"])
    return before
