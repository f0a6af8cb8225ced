"""People who can be told something, and what an application has to say."""

from typing import Any

from identity.models import Account, Person
from notifications.gateways.sms.fake import FakeSms, SentText
from notifications.services import Notice, deliver_messages
from tests.factories.exchange import li
from tests.factories.identity import PASSWORD

FACTS = {
    "reference": "2026030400000128",
    "name": "新生儿出生一件事",
    "department": "市卫生健康委",
    "due": "2026-03-18",
    "moved": "全部办结期限改为2026年3月20日",
    "what": "短信",
    "number": "SQ2026000001",
    "place": "市民中心",
    "code": "A7K2M9",
    "urgency": "一般",
    "word": "将到期",
    "cause": "两次评价不满意",
    "level": "红色",
    "algo": "A-1",
    "title": "听松社区夜间施工噪声",
    "people": 12,
    "hours": 2,
    "master": "HL2026030400000128",
    "url": "/applications/2026030400000128/",
}


def reachable_li() -> Person:
    """李明, with a mobile number and an account with mail."""
    person = li()
    Account.objects.create_user("li-the-reachable", "li@example.test", PASSWORD, person=person)
    return person


def notice(person: Person, template: str = "received", key: str = "event:1", **facts: Any) -> Notice:
    return Notice(person.pk, template, {**FACTS, **facts}, key, "application:7")


def texts_sent() -> list[SentText]:
    """Everything that would have gone out by SMS since the last look."""
    FakeSms.sent.clear()
    deliver_messages()
    return list(FakeSms.sent)
