"""The form of a matter that no bundle describes: applicant, agent, contact and delivery."""

from dataclasses import replace

from bundles.spec import Choice, Field, FieldGroup, FieldType

_SELF, _AGENT = Choice("self", "本人办理"), Choice("agent", "委托他人代办")
_ELECTRONIC, _WINDOW, _POST = (
    Choice("electronic", "只要电子件"),
    Choice("window", "窗口领取"),
    Choice("post", "邮寄"),
)
_PERSON, _ORGANISATION = Choice("person", "个人"), Choice("organisation", "单位")

_BY_AGENT = "handled_by == 'agent'"
_BY_POST = "result_delivery == 'post'"


def standard_form(audience: str, code: str) -> tuple[FieldGroup, ...]:
    """For a matter of persons, of enterprises, or of both (then it asks which)."""
    groups = (_applicant(audience), _agent(), _contact(), _delivery())
    return tuple(
        FieldGroup(group.group, tuple(replace(field, used_by=(code,)) for field in group.fields))
        for group in groups
    )


def _applicant(audience: str) -> FieldGroup:
    if audience == "personal":
        return FieldGroup("申请人", _person(None))
    if audience == "enterprise":
        return FieldGroup("申请单位", _organisation(None))
    kind = Field("applicant_kind", "以谁的名义申请", FieldType.CHOICE, choices=(_PERSON, _ORGANISATION))
    person, organisation = (f"applicant_kind == '{choice.value}'" for choice in kind.choices)
    return FieldGroup("申请人", (kind, *_person(person), *_organisation(organisation)))


def _person(visible_when: str | None) -> tuple[Field, ...]:
    source = "自然人实名库"
    return (
        Field("applicant_name", "姓名", FieldType.TEXT, visible_when=visible_when, prefill=source),
        Field("applicant_id", "身份证号", FieldType.RESIDENT_ID, visible_when=visible_when, prefill=source),
    )


def _organisation(visible_when: str | None) -> tuple[Field, ...]:
    source = "电子营业执照"
    return (
        Field("entity_name", "单位名称", FieldType.TEXT, visible_when=visible_when, prefill=source),
        Field("uscc", "统一社会信用代码", FieldType.CREDIT_CODE, visible_when=visible_when, prefill=source),
    )


def _agent() -> FieldGroup:
    return FieldGroup(
        "代办人",
        (
            Field("handled_by", "由谁来办", FieldType.CHOICE, choices=(_SELF, _AGENT)),
            Field("agent_name", "代办人姓名", FieldType.TEXT, visible_when=_BY_AGENT),
            Field("agent_id", "代办人身份证号", FieldType.RESIDENT_ID, visible_when=_BY_AGENT),
            Field("agent_mobile", "代办人手机号", FieldType.MOBILE, visible_when=_BY_AGENT),
        ),
    )


def _contact() -> FieldGroup:
    return FieldGroup(
        "联系方式",
        (
            Field("contact_name", "联系人", FieldType.TEXT),
            Field(
                "contact_mobile", "联系手机号", FieldType.MOBILE, validation="11位手机号，办理进度发到这里"
            ),
        ),
    )


def _delivery() -> FieldGroup:
    choices = (_ELECTRONIC, _WINDOW, _POST)
    return FieldGroup(
        "领取结果",
        (
            Field("result_delivery", "结果领取方式", FieldType.CHOICE, choices=choices),
            Field("delivery_address", "邮寄地址", FieldType.ADDRESS, visible_when=_BY_POST),
        ),
    )
