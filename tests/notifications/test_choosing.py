"""People choose how they are told, show that a number is theirs, and read their box; what the law wants told always comes."""

import re
import threading
from datetime import timedelta
from html import unescape

import pytest
from django.core import mail
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.utils import timezone

from common.errors import Refused, TooOften
from common.signed_http import GatewayError
from events.models import EventRecord
from identity.models import Account, Person
from identity.services.confirming import ATTEMPTS, FRESH, confirm_identity
from notifications import rules, selectors, services
from notifications.gateways.sms.fake import FakeSms
from notifications.models import ContactChoice, ContactCode, Message
from notifications.rendering import kind_of
from notifications.services import send
from notifications.states import Channel, Kind
from tests.conftest import forget_redis
from tests.factories.exchange import person
from tests.factories.identity import PASSWORD
from tests.factories.notifications import notice, reachable_li

NEW_NUMBER, NEW_MAIL = "13900001111", "li.ming@example.test"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_tried():
    forget_redis()


@pytest.fixture
def li() -> Account:
    FakeSms.sent.clear()
    return reachable_li().account


@pytest.fixture
def wang() -> Account:
    wang = person("王建国", "110105196804035699", mobile="19900000002")
    return Account.objects.create_user("wang-the-other", password=PASSWORD, person=wang)


def browser_of(account) -> Client:
    client = Client()
    client.force_login(account)
    return client


def text(answer) -> str:
    return unescape(re.sub(r"\s+", " ", answer.content.decode()))


def ways_of(template: str) -> set[str]:
    return set(Message.objects.filter(template=template).values_list("channel", flat=True))


def code_sent() -> str:
    """The code in the last SMS."""
    return re.search(r"\d{6}", FakeSms.sent[-1].text)[0]


def facts_of(account) -> list[str]:
    records = EventRecord.objects.about(f"person:{account.person_id}").order_by("id")
    return list(records.values_list("name", flat=True))


# Which kinds by which way


def test_somebody_who_wants_no_news_by_sms_reads_it_on_the_site(li):
    services.choose(sms=["reminder"], mail=["notice"], by=li)
    send(notice(li.person, "received", key="event:1"))
    send(notice(li.person, "correction_reminder", key="event:2"))
    assert ways_of("received") == {"in_site"}
    assert ways_of("correction_reminder") == {"in_site", "sms"}


def test_what_the_law_wants_told_comes_by_sms_whatever_was_chosen(li):
    """A correction, a decision: nobody loses a right for having silenced a phone."""
    services.choose(sms=[], mail=[], by=li)
    for template in ("correction_requested", "denied", "declined", "terminated"):
        send(notice(li.person, template, key=template))
        assert ways_of(template) == {"in_site", "sms"}


def test_the_box_on_the_site_has_everything(li):
    services.choose(sms=[], mail=[], by=li)
    for number, template in enumerate(("received", "evaluation_invited", "correction_reminder")):
        send(notice(li.person, template, key=f"event:{number}"))
    assert selectors.unread_count(li.person_id) == 3


def test_one_persons_choice_is_not_anothers(li, wang):
    services.choose(sms=[], mail=[], by=li)
    send(notice(wang.person, "received"))
    assert ways_of("received") == {"in_site", "sms"}


@pytest.mark.parametrize("kind", Kind)
def test_the_box_cannot_be_switched_off(kind):
    everything = ContactChoice(without_sms=Kind.values, without_mail=Kind.values)
    assert Channel.IN_SITE in rules.ways(kind, everything, has_mobile=False, has_mail=False)


def test_a_template_that_does_not_say_what_it_is_for_is_told_by_every_way(monkeypatch):
    assert kind_of("received") is Kind.PROGRESS
    assert kind_of("correction_requested") is Kind.NOTICE


def test_a_choice_is_a_fact_and_the_same_choice_again_is_none(li):
    services.choose(sms=["reminder"], mail=[], by=li)
    services.choose(sms=["reminder"], mail=[], by=li)
    record = EventRecord.objects.about(f"person:{li.person_id}").get()
    assert record.payload["without_sms"] == ["progress", "rating"]
    assert record.payload["without_mail"] == ["notice", "reminder", "progress", "rating"]
    assert record.actor == li


def test_the_page_offers_what_may_be_chosen_and_keeps_it(li):
    browser = browser_of(li)
    page = text(browser.get("/my/contact/"))
    assert "199****0001" in page
    assert "19900000001" not in page
    assert "l***@example.test" in page
    assert "法律规定要通知到您，不能关" in page
    assert 'name="sms" value="notice"' not in page
    answer = browser.post("/my/contact/", {"sms": ["reminder"], "mail": []})
    assert answer.headers["Location"] == "/my/contact/"
    assert ContactChoice.objects.get(pk=li.person_id).without_sms == ["progress", "rating"]
    nonsense = browser.post("/my/contact/", {"sms": ["everything"]})
    assert nonsense.status_code == 422
    assert ContactChoice.objects.get(pk=li.person_id).without_sms == ["progress", "rating"]


# A number counts once it is shown to be one's own


def test_a_new_number_counts_once_its_code_is_typed(li, django_capture_on_commit_callbacks):
    browser = browser_of(li)
    sent = browser.post("/my/contact/sms/", {"address": "+86 139 0000-1111", "password": PASSWORD})
    assert sent.headers["Location"] == "/my/contact/sms/code/"
    assert FakeSms.sent[-1].number == NEW_NUMBER
    assert Person.objects.get(pk=li.person_id).mobile == "19900000001"
    with django_capture_on_commit_callbacks(execute=True):
        done = browser.post("/my/contact/sms/code/", {"code": f" {code_sent()} "})
    assert done.headers["Location"] == "/my/contact/"
    changed = Person.objects.get(pk=li.person_id)
    assert changed.mobile == NEW_NUMBER
    assert Person.objects.get(mobile_hash=changed.mobile_hash).pk == li.person_id
    assert facts_of(li) == ["notifications.ContactConfirmed"]


def test_the_number_that_is_given_up_hears_of_it(li, django_capture_on_commit_callbacks):
    services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        assert services.confirm_code(Channel.SMS, code_sent(), by=li) == []
    assert FakeSms.sent[-1].number == "19900000001"
    assert "拨打12345" in FakeSms.sent[-1].text
    assert ways_of("contact_changed") >= {"in_site"}


def test_mail_is_confirmed_the_same_way_and_can_be_taken_back(li):
    browser = browser_of(li)
    browser.post("/my/contact/mail/", {"address": NEW_MAIL, "password": PASSWORD})
    (letter,) = mail.outbox
    assert letter.to == [NEW_MAIL]
    browser.post("/my/contact/mail/code/", {"code": re.search(r"\d{6}", letter.body)[0]})
    assert Account.objects.get(pk=li.pk).email == NEW_MAIL
    browser.post("/my/contact/mail/remove/")
    assert Account.objects.get(pk=li.pk).email == ""
    assert facts_of(li) == ["notifications.ContactConfirmed", "notifications.ContactRemoved"]


def test_five_wrong_tries_and_the_code_is_dead(li):
    services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    right = code_sent()
    wrong = "000000" if right != "000000" else "111111"
    said = [services.confirm_code(Channel.SMS, wrong, by=li) for _try in range(rules.CODE_TRIES)]
    assert said[0] == ["验证码不对，还可以再试 4 次"]
    assert said[-1] == ["验证码不对，请重新获取"]
    assert services.confirm_code(Channel.SMS, right, by=li) == ["验证码已经失效，请重新获取"]
    assert Person.objects.get(pk=li.person_id).mobile == "19900000001"


def test_a_code_is_good_for_ten_minutes_and_for_one_use(li):
    services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    ContactCode.objects.update(expires_at=timezone.now())
    assert services.confirm_code(Channel.SMS, code_sent(), by=li)
    ContactCode.objects.update(expires_at=timezone.now() + timedelta(minutes=5))
    assert services.confirm_code(Channel.SMS, code_sent(), by=li) == []
    assert services.confirm_code(Channel.SMS, code_sent(), by=li)


def test_a_code_of_mine_is_of_no_use_to_anybody_else(li, wang):
    services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    assert services.confirm_code(Channel.SMS, code_sent(), by=wang)
    assert services.confirm_code(Channel.MAIL, code_sent(), by=li)
    assert Person.objects.get(pk=wang.person_id).mobile == "19900000002"


def test_codes_are_rare_for_whoever_asks_and_for_whoever_gets_them(li, wang):
    services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    with pytest.raises(Refused, match="等一分钟"):
        services.send_code(Channel.SMS, "13900002222", by=li, password=PASSWORD)
    with pytest.raises(Refused, match="等一分钟"):
        services.send_code(Channel.SMS, NEW_NUMBER, by=wang, password=PASSWORD)
    for _time in range(rules.CODES_A_DAY - 1):
        ContactCode.objects.update(created_at=timezone.now() - timedelta(hours=1))
        services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    ContactCode.objects.update(created_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(Refused, match="明天再试"):
        services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)


def test_a_platform_that_is_away_is_said_beside_the_field_and_costs_no_try(li, monkeypatch):
    def away(*message):
        raise GatewayError("gone", permanent=False)

    monkeypatch.setattr(FakeSms, "send", away)
    answer = browser_of(li).post("/my/contact/sms/", {"address": NEW_NUMBER, "password": PASSWORD})
    assert answer.status_code == 422
    assert "暂时发不出去" in text(answer)
    assert not ContactCode.objects.exists()


@pytest.mark.parametrize("typed", ["", "12345", "23900001111", "1390000111x"])
def test_what_is_no_number_gets_no_code(li, typed):
    answer = browser_of(li).post("/my/contact/sms/", {"address": typed, "password": PASSWORD})
    assert answer.status_code == 422
    assert 'href="#id_address"' in text(answer)
    assert not FakeSms.sent


def test_neither_code_nor_number_is_kept_readable(li):
    code = services.send_code(Channel.SMS, NEW_NUMBER, by=li, password=PASSWORD)
    services.confirm_code(Channel.SMS, code, by=li)
    row = ContactCode.objects.values().get()
    assert code not in str(row["code_hash"])
    payloads = "".join(str(one) for one in EventRecord.objects.values_list("payload", flat=True))
    assert NEW_NUMBER not in payloads
    assert NEW_NUMBER not in "".join(Message.objects.values_list("text", flat=True))


def test_there_is_no_third_way(li):
    for address in ("/my/contact/in_site/", "/my/contact/pigeon/", "/my/contact/pigeon/code/"):
        assert browser_of(li).get(address).status_code == 404


def test_an_account_without_a_person_has_no_box():
    clerk = Account.objects.create(username="machine")
    for address in ("/my/messages/", "/my/contact/"):
        assert browser_of(clerk).get(address).status_code == 403


# Nobody changes it on a page that its owner left open


@pytest.mark.parametrize(("way", "typed"), [("sms", NEW_NUMBER), ("mail", NEW_MAIL)])
def test_a_wrong_password_is_said_beside_its_box_and_what_was_typed_stays(li, way, typed):
    browser = browser_of(li)
    answer = browser.post(f"/my/contact/{way}/", {"address": typed, "password": "not-the-password"})
    page = text(answer)
    assert answer.status_code == 422
    assert "密码不正确，请重新输入" in page
    assert 'href="#id_password"' in page
    assert f'value="{typed}"' in page
    assert "not-the-password" not in page
    assert not FakeSms.sent
    assert not mail.outbox
    assert not ContactCode.objects.exists()


def test_without_a_password_no_code_is_sent(li):
    answer = browser_of(li).post("/my/contact/sms/", {"address": NEW_NUMBER})
    assert answer.status_code == 422
    assert "请填写登录密码" in text(answer)
    assert not FakeSms.sent


def test_wrong_passwords_rest_as_at_the_login_and_the_right_one_rests_too(li):
    browser = browser_of(li)
    for _try in range(ATTEMPTS):
        wrong = browser.post("/my/contact/sms/", {"address": NEW_NUMBER, "password": "guess"})
        assert wrong.status_code == 422
    rested = browser.post("/my/contact/sms/", {"address": NEW_NUMBER, "password": PASSWORD})
    assert rested.status_code == 429
    assert "15 分钟后再试" in text(rested)
    assert f'value="{NEW_NUMBER}"' in text(rested)
    assert not FakeSms.sent


def test_guesses_at_the_same_moment_are_no_more_than_five_either(li, monkeypatch):
    """Nine at once, and none is answered before each has either been let in to guess or sent away."""
    arrived, let_in, answers = threading.Barrier(9), [], []

    def guess(_self: Account, _password: str) -> bool:
        let_in.append(1)
        arrived.wait(20)
        return False

    def one() -> None:
        try:
            confirm_identity(li, "guess")
        except TooOften:
            arrived.wait(20)
        except Refused as refused:
            answers.append(refused)
        finally:
            connections.close_all()

    monkeypatch.setattr(Account, "check_password", guess)
    crowd = [threading.Thread(target=one) for _number in range(9)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(20)
    assert len(let_in) == len(answers) == ATTEMPTS


def test_who_remembers_the_password_begins_anew(li):
    for _round in range(2):
        for _try in range(ATTEMPTS - 1):
            with pytest.raises(Refused):
                confirm_identity(li, "guess")
        confirm_identity(li, PASSWORD)


def test_a_count_that_lapses_in_between_is_the_first(li, monkeypatch):
    key = f"identity:confirmations:{li.pk}"

    def lapsed(_key: str) -> int:
        cache.delete(key)
        raise ValueError("no such key")

    monkeypatch.setattr(cache, "incr", lapsed)
    with pytest.raises(Refused):
        confirm_identity(li, "guess")
    assert cache.get(key) == 1


def test_who_logs_in_elsewhere_shows_it_by_a_fresh_login(li):
    li.set_unusable_password()
    li.save()
    browser = browser_of(li)
    assert 'type="password"' not in text(browser.get("/my/contact/sms/"))
    Account.objects.filter(pk=li.pk).update(last_login=timezone.now() - FRESH - timedelta(seconds=1))
    stale = browser.post("/my/contact/sms/", {"address": NEW_NUMBER})
    assert stale.status_code == 422
    assert "请退出后重新登录" in text(stale)
    Account.objects.filter(pk=li.pk).update(last_login=timezone.now())
    assert browser.post("/my/contact/sms/", {"address": NEW_NUMBER}).status_code == 302
    assert FakeSms.sent[-1].number == NEW_NUMBER


# The box


def test_new_messages_stand_first_and_one_press_leads_to_what_they_are_about(li):
    send(notice(li.person, "received", key="event:1"))
    send(notice(li.person, "decided", key="event:2"))
    browser = browser_of(li)
    first = browser.get("/my/messages/")
    assert [one.template for one in first.context["new"]] == ["decided", "received"]
    message = first.context["new"][1]
    opened = browser.post(f"/my/messages/{message.pk}/open/", {"go": "1"})
    assert opened.headers["Location"] == "/applications/2026030400000128/"
    after = browser.get("/my/messages/")
    assert [one.template for one in after.context["new"]] == ["decided"]
    assert [one.template for one in after.context["page"].rows] == ["received"]


def test_everything_shown_is_read_with_one_press_and_what_came_meanwhile_is_not(li):
    for number in range(3):
        send(notice(li.person, key=f"event:{number}"))
    browser = browser_of(li)
    shown = [one.pk for one in browser.get("/my/messages/").context["new"]]
    send(notice(li.person, "decided", key="event:9"))
    browser.post("/my/messages/read/", {"shown": shown})
    assert [one.template for one in selectors.unread(li.person_id)] == ["decided"]


def test_nobody_opens_or_reads_anothers_message(li, wang):
    send(notice(li.person, key="event:1"))
    message = selectors.box(li.person_id).get()
    browser = browser_of(wang)
    assert browser.post(f"/my/messages/{message.pk}/open/").status_code == 404
    browser.post("/my/messages/read/", {"shown": [message.pk]})
    assert selectors.unread_count(li.person_id) == 1
    assert "新生儿" not in text(browser.get("/my/messages/"))


def test_reading_is_done_by_a_button_never_by_a_link(li):
    """Programs that fetch links ahead read nothing in somebody's name."""
    send(notice(li.person, key="event:1"))
    message = selectors.box(li.person_id).get()
    browser = browser_of(li)
    assert browser.get(f"/my/messages/{message.pk}/open/").status_code == 405
    browser.get("/my/messages/")
    assert selectors.unread_count(li.person_id) == 1


def test_the_box_goes_on_by_key_at_the_same_cost(li, statements):
    for number in range(45):
        send(notice(li.person, key=f"event:{number}"))
    services.mark_read(li.person_id)
    browser = browser_of(li)
    browser.get("/my/messages/")
    with statements(at_most=5):
        answer = browser.get("/my/messages/")
    seen = [one.pk for one in answer.context["page"].rows]
    while key := answer.context["page"].next:
        answer = browser.get("/my/messages/", {"after": key})
        seen += [one.pk for one in answer.context["page"].rows]
    assert len(seen) == len(set(seen)) == 45


# The number beside the bell


def test_the_bell_counts_once_and_again_when_something_changes(
    li, statements, django_capture_on_commit_callbacks
):
    browser = browser_of(li)
    assert "条新" not in text(browser.get("/search/"))
    with django_capture_on_commit_callbacks(execute=True):
        send(notice(li.person, key="event:1"))
    with statements() as cold:
        assert "1 条新" in text(browser.get("/search/"))
    with statements() as warm:
        assert "1 条新" in text(browser.get("/search/"))
    assert len(cold) == len(warm) + 1
    with django_capture_on_commit_callbacks(execute=True):
        services.mark_read(li.person_id)
    assert "条新" not in text(browser.get("/search/"))


def test_without_redis_the_bell_still_counts(li, settings):
    send(notice(li.person, key="event:1"))
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    assert selectors.unread_badge(li.person_id) == 1


def test_who_is_not_logged_in_has_no_bell():
    assert "/my/messages/" not in text(Client().get("/search/"))
    assert Client().get("/my/messages/").headers["Location"].startswith("/login/")
