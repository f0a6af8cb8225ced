"""Home, search and 长辈模式, as somebody meets them who has never been here."""

import re
from urllib.parse import unquote

import pytest
import tinyhtml5
from django.test import Client
from django.urls import reverse

from bundles.selectors import bundles, forget_offers

#: What a browser fetches by itself.
LOADING = {"script", "link", "img", "iframe", "source"}


@pytest.fixture
def visitor(db):
    forget_offers()
    return Client()


def tree(response):
    return tinyhtml5.parse(response.content.decode(), namespace_html_elements=False)


def words(element):
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def headings(root, level):
    return [words(one) for one in root.iter(level)]


def life_stages(root):
    return [words(one.find("h3")) for one in root.iter("section") if one.get("class") == "life-stage"]


def test_a_person_finds_the_bundles_of_a_life_in_its_order(visitor):
    root = tree(visitor.get("/"))
    stages = life_stages(root)
    assert stages == ["出生", "教育", "就业社保", "助残", "退休"]
    assert "新生儿出生一件事" in headings(root, "h4")


def test_an_enterprise_finds_its_own(visitor):
    root = tree(visitor.get("/?for=enterprise"))
    stages = life_stages(root)
    assert stages == ["准入准营", "经营发展", "退出"]
    assert words(root.find(".//a[@aria-current='true']")) == "企业"


def test_every_bundle_on_offer_is_on_one_of_the_two_tabs(visitor):
    shown = {
        one.get("href")
        for tab in ("personal", "enterprise")
        for one in tree(visitor.get(f"/?for={tab}")).iter("a")
        if one.get("href").startswith("/bundles/")
    }
    assert shown == {f"/bundles/{offer.definition.code}/" for offer in bundles()}


def test_an_unknown_tab_is_the_first_one(visitor):
    root = tree(visitor.get("/?for=martians"))
    assert words(root.find(".//a[@aria-current='true']")) == "个人"


def test_one_bundle_is_shown_as_a_picture_with_what_it_saves(visitor):
    figure = tree(visitor.get("/")).find(".//figure")
    assert re.search(r"\d+ 个部门，原来跑 \d+ 次，现在跑 \d+ 次", words(figure.find("figcaption")))
    assert figure.find(".//ol") is not None


def test_home_costs_no_sql_once_it_is_warm(visitor, statements):
    visitor.get("/")
    with statements(at_most=0):
        visitor.get("/")


def test_search_works_without_javascript(visitor):
    root = tree(visitor.get(reverse("search"), {"q": "孩子上户口"}))
    assert root.find(".//input[@id='big-search']").get("value") == "孩子上户口"
    assert "/bundles/newborn/" in [one.get("href") for one in root.find(".//main").iter("a")]


def test_while_typing_only_the_list_comes_back(visitor):
    response = visitor.get(reverse("search"), {"q": "退休"}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert "退休一件事" in response.content.decode()
    assert "HX-Request" in response.headers["Vary"]


def test_while_typing_a_screen_reader_is_told_how_many_and_the_first(visitor):
    answer = visitor.get(reverse("search"), {"q": "退休"}, headers={"HX-Request": "true"})
    said = re.search(
        r'hx-swap-oob="innerHTML:#results-said">(.*?)</div>', answer.content.decode(), re.DOTALL
    )[1]
    assert re.fullmatch(r"找到 \d+ 件，第一件是退休一件事", said.strip())
    home = tree(visitor.get("/")).find(".//p[@id='results-said']")
    assert home.get("role") == "status"
    whole = visitor.get(reverse("search"), {"q": "退休"}).content.decode()
    assert "hx-swap-oob" not in whole


@pytest.mark.parametrize(
    ("asked", "first"),
    [
        ("刚生了宝宝", "newborn"),
        ("我想开个饭馆", "restaurant-opening"),
        ("公司不干了", "enterprise-deregistration"),
        ("我要退休了", "retirement"),
        ("开店", "restaurant-opening"),
        ("社保卡丢了", "social-security-card"),
        ("上小学报名", "school-enrolment"),
    ],
)
def test_everyday_words_lead_to_the_bundle(visitor, asked, first):
    root = tree(visitor.get(reverse("search"), {"q": asked}))
    assert (
        f"/bundles/{first}/" in [one.get("href") for one in root.find(".//ul[@class='hits']").iter("a")][:3]
    )


def test_a_search_costs_one_statement(visitor, statements):
    visitor.get(reverse("search"), {"q": "退休"}, headers={"HX-Request": "true"})
    with statements(at_most=1):
        visitor.get(reverse("search"), {"q": "身份证"}, headers={"HX-Request": "true"})


@pytest.mark.parametrize("path", ["/", "/?for=enterprise", "/search/?q=退休", "/places/", "/unresolved/"])
def test_nothing_comes_from_elsewhere(visitor, path):
    root = tree(visitor.get(path))
    loaded = [one.get("src") or one.get("href") for one in root.iter() if one.tag in LOADING]
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded if address)
    assert "default-src 'none'" in visitor.get(path).headers["Content-Security-Policy"]


def test_a_search_that_finds_nothing_says_whom_to_ask(visitor):
    root = tree(visitor.get(reverse("search"), {"q": "zzzz"}))
    assert "12345" in words(root.find(".//ul[@class='hits']"))


def test_what_was_searched_for_is_written_as_text(visitor):
    response = visitor.get(reverse("search"), {"q": "<script>alert(1)</script>"})
    assert "<script>alert" not in response.content.decode()


def test_an_empty_search_lists_nothing_yet(visitor):
    root = tree(visitor.get(reverse("search")))
    assert root.find(".//ul[@class='hits']") is None


def test_the_switch_to_elder_mode_stays_and_goes_back_to_the_page(visitor):
    response = visitor.post(reverse("elder"), {"elder": "1", "next": "/search/?q=退休"})
    assert unquote(response.url) == "/search/?q=退休"
    assert tree(visitor.get("/")).get("class") == "elder"
    visitor.post(reverse("elder"), {"elder": "0", "next": "/"})
    assert tree(visitor.get("/")).get("class") is None


@pytest.mark.parametrize(
    "there", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", ""]
)
def test_the_switch_never_leads_elsewhere(visitor, there):
    assert visitor.post(reverse("elder"), {"elder": "1", "next": there}).url == "/"


def test_looking_at_an_address_changes_nothing(visitor):
    assert visitor.get(reverse("elder")).status_code == 405


def test_the_styleguide_is_for_those_who_build(visitor, settings):
    assert visitor.get(reverse("styleguide")).status_code == 404
    settings.DEBUG = True
    assert visitor.get(reverse("styleguide")).status_code == 200


def test_a_page_that_is_not_there_offers_a_way_on(visitor):
    response = visitor.get("/no-such-page/", headers={"Accept": "text/html"})
    assert response.status_code == 404
    addresses = {one.get("href") for one in tree(response).find(".//main").iter("a")}
    assert addresses == {"/", "/search/", "tel:12345"}


def test_somebody_logged_in_sees_their_name_and_the_way_out(visitor, django_user_model):
    visitor.force_login(django_user_model.objects.create_user("li", first_name="明", last_name="李"))
    tools = next(
        one for one in tree(visitor.get("/")).iter("div") if one.get("class") == "site-tools no-print"
    )
    assert "退出登录" in words(tools)
    assert "/logout/" in [form.get("action") for form in tools.iter("form")]
