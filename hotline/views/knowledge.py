"""The knowledge base: searched in everyday words, written by one, confirmed by the owner, published by another (H-180)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common.errors import DomainError
from hotline import services
from hotline.forms.oversight import ArticleForm, DoubtForm
from hotline.models import Article
from hotline.rules import knowledge as rules
from hotline.selectors.knowledge import article_for, articles_to_keep, search_articles
from hotline.states import ArticleState
from identity.desks import Plain, Verb, account_of, attempt, known, offered, staff
from identity.models import Account
from identity.roles import Permission
from identity.selectors import Standing, standing

READERS = (
    Permission.TAKE_CALLS, Permission.DISPATCH, Permission.CALL_BACK, Permission.RULE_DISPUTES,
    Permission.HANDLE_ORDERS, Permission.EDIT_CATALOGUE,
)  # fmt: skip
HTTP_OK = 200
MOST = 60


def _confirming(article: Article, who: Standing) -> list[str]:
    waits = article.state == ArticleState.DRAFT
    return rules.objections_to_confirming(article, who) if waits else ["不是草稿"]


def _publishing(article: Article, who: Standing) -> list[str]:
    waits = article.state == ArticleState.OWNER_CONFIRMED
    return rules.objections_to_keeping(who) if waits else ["还没有经过部门确认"]


VERBS = (
    Verb(
        name="confirm",
        label=_("部门确认"),
        done=_("已确认"),
        form=Plain,
        act=lambda article, by, _given: services.confirm_article(article.pk, by=by),
        objections=_confirming,
    ),
    Verb(
        name="publish",
        label=_("发布"),
        done=_("已发布"),
        form=Plain,
        act=lambda article, by, _given: services.publish_article(article.pk, by=by),
        objections=_publishing,
        is_main=True,
    ),
    Verb(
        name="doubt",
        label=_("这条知识有误"),
        done=_("已转知识库管理员核实"),
        form=DoubtForm,
        act=lambda article, by, given: services.doubt_article(article.pk, given["text"], by=by),
        objections=lambda _article, who: rules.objections_to_doubting(who),
    ),
)


@staff(*READERS)
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """What answers the question; without one, what is to be looked after."""
    account, question = account_of(request), request.GET.get("q", "").strip()[:200]
    state = request.GET.get("state", "")
    rows = articles_to_keep(account)
    rows = (
        rows.filter(state=state) if state in ArticleState.values else rows.exclude(state=ArticleState.EXPIRED)
    )
    context = {
        "q": question,
        "hits": search_articles(question) if question else [],
        "articles": rows.order_by("review_due", "code")[:MOST],
        "states": ArticleState,
        "state": state,
    }
    return render(request, "hotline/desk/articles.html", context)


@staff(*READERS)
@require_safe
def article(request: HttpRequest, code: str) -> HttpResponse:
    """The newest version that the account may see."""
    return _shown(request, code)


def _shown(request: HttpRequest, code: str, refused: Any = None, status: int = HTTP_OK) -> HttpResponse:
    account = account_of(request)
    found = article_for(account, code)
    context = {
        "article": found,
        "versions": articles_to_keep(account).filter(code=code).order_by("-version"),
        "verbs": offered(VERBS, found, standing(account), refused),
        "refused": refused,
    }
    return render(request, "hotline/desk/article.html", context, status=status)


@staff(*READERS)
@require_POST
def act(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Confirm, publish, or say that it is wrong."""
    found, chosen = article_for(account_of(request), code), known(VERBS, verb)
    form, status = attempt(request, chosen, found)
    if status == HTTP_OK:
        return redirect("hotline:article", code)
    return _shown(request, code, (chosen, form), status)


@staff(*READERS)
@require_http_methods(["GET", "POST"])
def write(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new article, or the next version of one."""
    account = account_of(request)
    before = article_for(account, code) if code else None
    if request.method != "POST":
        form = ArticleForm(initial=_words_of(before) if before else {})
        return render(request, "hotline/desk/write_article.html", {"form": form, "article": before})
    form = ArticleForm(request.POST)
    status = 422
    if form.is_valid():
        try:
            saved = _saved(form, before, account)
        except DomainError as error:
            form.add_error(None, error.reasons)
            status = error.status_code
        else:
            messages.success(request, _("已存为草稿，等责任部门确认"))
            return redirect("hotline:article", saved.code)
    return render(
        request, "hotline/desk/write_article.html", {"form": form, "article": before}, status=status
    )


def _words_of(article: Article) -> dict[str, Any]:
    return {
        "title": article.title,
        "questions": "\n".join(article.questions),
        "answer": article.answer,
        "basis": article.basis,
        "owner": article.owner.code,
        "category_l2": article.category_l2,
        "valid_to": article.valid_to,
    }


def _saved(form: ArticleForm, before: Article | None, by: Account) -> Article:
    if before is None:
        return services.draft_article(form.wording(), by=by)
    return services.revise_article(before.code, form.wording(), by=by)
