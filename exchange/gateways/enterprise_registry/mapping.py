"""What the registers of organisations call things, and what we call them."""

from collections.abc import Mapping

from exchange.gateways.translation import Attribute, code, codes, date, number, table, text, truth

COMPANY_TYPES = {
    "1100": "llc", "1200": "jsc", "4530": "partnership", "4540": "sole", "9100": "coop", "2000": "branch",
}  # fmt: skip
SUBJECT_TYPES = {"1": "company", "2": "individual"}
TAXPAYERS = {"1": "general", "2": "small", "0": "none"}
SEALS = {"01": "official", "02": "finance", "03": "invoice", "04": "contract", "05": "rep"}
YEARS = {str(year): f"y{year}" for year in range(2013, 2040)}
GRADES = {"1": "g1", "2": "g2"}

PENALTY = {
    "organ": text("CFJG"),
    "doc_no": text("WSH"),
    "date": date("CFRQ"),
    "amount": number("FKJE"),
    "paid_date": date("JNRQ"),
}

#: Our attribute, and the register's field with the way to read it.
ATTRIBUTES: Mapping[str, Attribute] = {
    "company_type": code("QYLX", COMPANY_TYPES, otherwise="other"),
    "subject_type": code("ZTLX", SUBJECT_TYPES),
    "capital_wan": number("ZCZB"),
    "former_names": text("CYM"),
    "industry": text("HYMC"),
    "branches": table("FZJG", {"name": text("QYMC"), "uscc": text("TYSHXYDM")}),
    "investors": table("TZR", {"name": text("TZRMC"), "id_no": text("ZJHM"), "ratio": number("CZBL")}),
    "seals": codes("YZBA", SEALS),
    "housing_fund_no": text("GJJDWZH"),
    "social_insurance_no": text("SBDWBH"),
    "customs_code": text("HGBM"),
    "taxpayer_type": code("NSRLX", TAXPAYERS),
    "invoice_stock": number("FPJC"),
    "penalties": table("XZCF", PENALTY),
    "has_fine": truth("YFK"),
    "serious.date": date("YZSXRQ"),
    "serious.doc_no": text("YZSXWH"),
    "abnormal.date": date("YCRQ"),
    "missing_years": codes("WNBND", YEARS),
    "project.name": text("XMMC"),
    "project.code": text("XMDM"),
    "enforcement.case_no": text("ZXAH"),
    "enforcement.court": text("ZXFY"),
    "vehicle_grade": code("CLJSDJ", GRADES),
}
