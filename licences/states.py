"""The words in which a document, a licence and a seal say how they stand."""

from django.db.models import TextChoices


class DocumentKind(TextChoices):
    """文书种类: D-01 to D-14 of the rules, and the result of a matter (办理结果)."""

    RECEIPT = "receipt", "收件凭证"
    ACCEPTANCE_NOTICE = "acceptance_notice", "受理通知书"
    CORRECTION_NOTICE = "correction_notice", "补正材料告知书"
    DECLINE_NOTICE = "decline_notice", "不予受理通知书"
    GRANT_DECISION = "grant_decision", "准予行政许可决定书"
    DENIAL_DECISION = "denial_decision", "不予行政许可决定书"
    DEFERRAL_NOTICE = "deferral_notice", "容缺受理告知书"
    COMMITMENT = "commitment", "告知承诺书"
    DELIVERY_RECEIPT = "delivery_receipt", "送达回证"
    CLOSING_NOTICE = "closing_notice", "办结通知单"
    SPECIAL_PROCEDURE_NOTICE = "special_procedure_notice", "特别程序告知书"
    EXTENSION_NOTICE = "extension_notice", "延长办理期限告知书"
    TERMINATION_NOTICE = "termination_notice", "终止办理通知书"
    WITHDRAWAL_CONFIRMATION = "withdrawal_confirmation", "撤回确认书"
    RESULT = "result", "办理结果"


class ResultKind(TextChoices):
    """结果种类, as the catalogue names it; one layout each."""

    LICENCE = "证照", "证照"
    PROOF = "证明", "证明"
    VOUCHER = "凭证", "凭证"
    REGISTRATION = "登记", "登记"
    APPROVAL = "批文", "批文"


class DocumentStatus(TextChoices):
    """How far a document has come. Void documents keep their number (I-133)."""

    PREPARING = "preparing", "制作中"
    SEALED = "sealed", "已签章"
    VOID = "void", "已作废"
    FAILED = "failed", "制作失败"


class LicenceStatus(TextChoices):
    """How a licence stands (证照状态)."""

    VALID = "valid", "有效"
    AMENDED = "amended", "已变更"
    CANCELLED = "cancelled", "已注销"
    REVOKED = "revoked", "已吊销"
    EXPIRED = "expired", "已过期"


class SealStatus(TextChoices):
    """Whether an organ's electronic seal may still be used."""

    ACTIVE = "active", "启用"
    REVOKED = "revoked", "停用"


class HolderKind(TextChoices):
    """Who can hold licences of a type (持证主体)."""

    NATURAL_PERSON = "natural_person", "自然人"
    LEGAL_PERSON = "legal_person", "法人"
    EITHER = "either", "自然人或法人"


class Face(TextChoices):
    """What of a licence its holder may choose to show to a stranger (亮证); type and validity are always seen."""

    NUMBER = "number", "证照编号（中间几位用 * 代替）"
    HOLDER = "holder", "持证人（个人只显示姓）"
    ISSUER = "issuer", "颁发机构"
    VALID_UNTIL = "valid_until", "有效期"
