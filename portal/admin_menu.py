"""The admin's look and menu, for catalogue editors and administrators; settings takes it as UNFOLD."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _


def admin_page(title: Any, icon: str, model: str) -> dict[str, Any]:
    """A line of the admin's menu, for those who may look at the list behind it."""
    app, name = model.split(".")

    def may_look(request: HttpRequest) -> bool:
        return request.user.has_perm(f"{app}.view_{name}")

    link = reverse_lazy(f"admin:{app}_{name}_changelist")
    return {"title": title, "icon": icon, "link": link, "permission": may_look}


UNFOLD = {
    "SITE_TITLE": _("后台管理"),
    "SITE_HEADER": _("后台管理"),
    "SITE_SUBHEADER": _("高效办成一件事"),
    "SITE_SYMBOL": "account_balance",
    "SITE_URL": "/",
    "SHOW_VIEW_ON_SITE": False,
    "STYLES": [lambda _request: static("css/admin.css")],
    "COLORS": {
        # The portal's deep blue, from its tint to its shade (static/css/tokens.css).
        "primary": {
            "50": "#f4f7fc",
            "100": "#ebf1fa",
            "200": "#cfdff5",
            "300": "#9fbff8",
            "400": "#6691dc",
            "500": "#3267bb",
            "600": "#0f4395",
            "700": "#0d3a82",
            "800": "#0a2f6c",
            "900": "#082555",
            "950": "#061a3d",
        },
    },
    "SIDEBAR": {
        "navigation": [
            {
                "title": _("事项目录"),
                "items": [
                    admin_page(_("一件事"), "hub", "bundles.bundle"),
                    admin_page(_("单个事项"), "description", "matters.matter"),
                    admin_page(_("发布的版本"), "history", "bundles.bundleversion"),
                    admin_page(_("工作日历"), "calendar_month", "matters.calendarday"),
                    admin_page(_("日历年度"), "event_available", "matters.calendaryear"),
                    admin_page(_("办事地点"), "location_on", "matters.place"),
                    admin_page(_("证照类型"), "badge", "licences.licencetype"),
                    admin_page(_("部门"), "apartment", "identity.department"),
                    admin_page(_("行政区划"), "map", "identity.region"),
                ],
            },
            {
                "title": _("人员和授权"),
                "separator": True,
                "items": [
                    admin_page(_("账号"), "person", "identity.account"),
                    admin_page(_("岗位"), "work", "identity.post"),
                    admin_page(_("授权书"), "verified_user", "matters.mandate"),
                    admin_page(_("电子印章"), "approval", "licences.seal"),
                ],
            },
            {
                "title": _("运行"),
                "separator": True,
                "items": [
                    admin_page(_("办件"), "folder_shared", "workflow.application"),
                    admin_page(_("文书"), "picture_as_pdf", "licences.document"),
                    admin_page(_("消息"), "sms", "notifications.message"),
                    admin_page(_("送达"), "outbox", "events.delivery"),
                    admin_page(_("共享调用"), "swap_horiz", "exchange.calllog"),
                    admin_page(_("事实"), "fact_check", "events.eventrecord"),
                    admin_page(_("管理日志"), "manage_search", "admin.logentry"),
                ],
            },
        ],
    },
}
