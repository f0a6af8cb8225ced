"""Document numbers: 机构代码〔年〕类型 and six digits."""

from licences.states import DocumentKind, ResultKind

#: The word that says the kind in a number. Counters are kept for each word.
WORDS: dict[DocumentKind, str] = {
    DocumentKind.RECEIPT: "收",
    DocumentKind.ACCEPTANCE_NOTICE: "受",
    DocumentKind.CORRECTION_NOTICE: "补",
    DocumentKind.DECLINE_NOTICE: "不受",
    DocumentKind.GRANT_DECISION: "许",
    DocumentKind.DENIAL_DECISION: "不许",
    DocumentKind.DEFERRAL_NOTICE: "容",
    DocumentKind.COMMITMENT: "诺",
    DocumentKind.DELIVERY_RECEIPT: "送",
    DocumentKind.CLOSING_NOTICE: "结",
    DocumentKind.SPECIAL_PROCEDURE_NOTICE: "特",
    DocumentKind.EXTENSION_NOTICE: "延",
    DocumentKind.TERMINATION_NOTICE: "终",
    DocumentKind.WITHDRAWAL_CONFIRMATION: "撤",
}

RESULT_WORDS: dict[ResultKind, str] = {
    ResultKind.LICENCE: "照",
    ResultKind.PROOF: "证",
    ResultKind.VOUCHER: "凭",
    ResultKind.REGISTRATION: "登",
    ResultKind.APPROVAL: "批",
}


def number_word(kind: DocumentKind, result_kind: str = "") -> str:
    """The word in the number; a result has the word of its own kind."""
    if kind is DocumentKind.RESULT:
        return RESULT_WORDS[ResultKind(result_kind)]
    return WORDS[kind]


def printed_number(organ_code: str, year: int, word: str, sequence: int) -> str:
    """gongan〔2026〕受000123号"""
    return f"{organ_code}〔{year}〕{word}{sequence:06d}号"
