"""What the personal registers call things, and what we call them."""

from collections.abc import Mapping

from exchange.gateways.translation import Attribute, code, date, number, text, truth

GENDERS = {"1": "male", "2": "female"}
ETHNICITIES = {
    "01": "han", "02": "mongol", "03": "hui", "04": "tibetan", "05": "uygur",
    "06": "miao", "08": "zhuang", "10": "korean", "11": "manchu",
}  # fmt: skip
MARRIAGES = {
    "10": "single",
    "20": "married",
    "21": "married",
    "22": "married",
    "30": "widowed",
    "40": "divorced",
}
DELIVERIES = {"1": "natural", "2": "cesarean", "3": "assisted"}
INSURANCES = {"310": "employee", "390": "resident", "000": "none"}
DISCOUNTS = {"0": "none", "1": "elderly", "2": "disabled", "3": "student", "4": "veteran"}
BANKS = {"102": "icbc", "103": "abc", "104": "boc", "105": "ccb", "403": "psbc", "402": "rcb"}
POSTS = {"1": "manager", "2": "worker"}

#: Our attribute, and the register's field with the way to read it.
ATTRIBUTES: Mapping[str, Attribute] = {
    "gender": code("XB", GENDERS),
    "ethnicity": code("MZ", ETHNICITIES, otherwise="other"),
    "birth_date": date("CSRQ"),
    "hukou_address": text("HKSZD"),
    "hukou_move_in_date": date("QRRQ"),
    "householder_name": text("HZXM"),
    "living_address": text("JZDZ"),
    "police_station": text("PCSMC"),
    "community": text("SQDM"),
    "district": text("QXDM"),
    "family_members": number("JTRKS"),
    "marital_status": code("HYZK", MARRIAGES),
    "marriage_date": date("JHRQ"),
    "spouse.name": text("POXM"),
    "spouse.id_number": text("POSFZH"),
    "mother.name": text("MQXM"),
    "mother.id_number": text("MQSFZH"),
    "mother.ethnicity": code("MQMZ", ETHNICITIES, otherwise="other"),
    "mother.hukou_address": text("MQHKSZD"),
    "father.name": text("FQXM"),
    "father.id_number": text("FQSFZH"),
    "father.ethnicity": code("FQMZ", ETHNICITIES, otherwise="other"),
    "child.name": text("ZNXM"),
    "child.id_number": text("ZNSFZH"),
    "child.gender": code("ZNXB", GENDERS),
    "child.birth_date": date("ZNCSRQ"),
    "child.hukou_address": text("ZNHKSZD"),
    "baby.id_number": text("XSESFZH"),
    "guardian.name": text("JHRXM"),
    "guardian.in_book": truth("JHRTH"),
    "birth.admission_date": date("RYRQ"),
    "birth.discharge_date": date("CYRQ"),
    "birth.date": date("XSECSRQ"),
    "birth.time": text("XSECSSJ"),
    "birth.gender": code("XSEXB", GENDERS),
    "birth.institution": text("JSJGMC"),
    "birth.region": text("CSDDM"),
    "birth.weight_g": number("CSTZ"),
    "birth.delivery_mode": code("FMFS", DELIVERIES),
    "birth.gestation_weeks": number("YZ"),
    "card.number": text("SBKH"),
    "card.bank": code("SBKYH", BANKS, otherwise="other"),
    "card.bank_account": text("SBKZH"),
    "card.account_name": text("SBKHM"),
    "card.outlet": text("SBKWD"),
    "medical_insurance_type": code("YBXZ", INSURANCES),
    "pension_level": number("JMYLDC"),
    "pension_paid_months": number("YLJFYS"),
    "social_insurance_months": number("LXJFYS"),
    "first_work_date": date("CJGZRQ"),
    "post_type": code("GWLX", POSTS),
    "employer.name": text("DWMC"),
    "employer.credit_code": text("DWXYDM"),
    "fund_center": text("GJJZX"),
    "transit_discount": code("CCYH", DISCOUNTS),
    "dibao_no": text("DBZH"),
    "disability.issued_region": text("CJZFZD"),
    "school.primary": text("XXMC"),
    "school.student_no": text("XJH"),
    "school.sibling_student_no": text("XJHXJH"),
    "school.district": text("XQXX"),
}
