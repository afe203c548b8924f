"""The Chinese words that clerks write for coded values. Codes are those of the canonical tables."""

from __future__ import annotations

_INSTITUTION = {
    "training": "培训机构",
    "enterprise": "企业",
    "college": "院校",
    "assessor": "评价机构",
    "third_party": "第三方机构",
    "sole_proprietor": "个体工商户",
    "private_nonprofit": "民办非企业单位",
}
_TRAINING = {
    "employment": "就业技能培训",
    "upskilling": "企业在岗职工培训",
    "apprenticeship": "企业新型学徒制",
    "directed": "产业集群定向培训",
    "project": "项目制培训",
    "entrepreneurship": "创业培训",
}
_CATEGORY = {
    "employee": "企业职工",
    "graduate": "毕业年度毕业生",
    "flexible": "灵活就业人员",
    "sole_proprietor_staff": "个体工商户用工",
    "nonprofit_staff": "民办非企业单位用工",
    "rural": "农村转移就业劳动者",
    "unemployed": "登记失业人员",
}
_CERTIFICATE = {
    "special_ability": "专项职业能力证书",
    "qualification": "职业资格证书",
    "skill_level": "职业技能等级证书",
    "special_operation": "特种作业操作证",
    "special_equipment": "特种设备作业人员证",
}
_SUBSIDY = {
    "training": "培训补贴",
    "certificate": "取证补贴",
    "work_training": "以工代训补贴",
    "living": "生活费补贴",
    "transport": "交通费补贴",
}

LABELS: dict[tuple[str, str], dict[str, str]] = {
    ("institutions", "kind"): _INSTITUTION,
    ("projects", "training_kind"): _TRAINING,
    ("classes", "mode"): {"offline": "线下", "online": "线上"},
    ("enrolments", "category"): _CATEGORY,
    ("attendance", "method"): {"face": "人脸", "fingerprint": "指纹", "paper": "纸质签到", "online": "线上"},
    ("certificates", "registry"): {"hrss": "人社", "moe": "教育"},
    ("certificates", "kind"): _CERTIFICATE,
    ("certificates", "status"): {"valid": "有效", "revoked": "注销"},
    ("claims", "subsidy_kind"): _SUBSIDY,
    ("claims", "status"): {"submitted": "已申报", "approved": "已审核", "paid": "已拨付", "rejected": "不予通过"},
    ("claims", "fund"): {"special_account": "专账资金", "employment_fund": "就业补助资金"},
    ("ledger", "direction"): {
        "allocation": "拨入",
        "payment": "支出",
        "transfer_in": "调剂转入",
        "transfer_out": "调剂转出",
        "return": "退回",
        "interest": "利息",
        "surrender": "上缴",
    },
    ("ledger", "subsidy_kind"): _SUBSIDY,
    ("reports", "subsidy_kind"): _SUBSIDY,
    ("bank", "direction"): {"in": "收入", "out": "支出"},
    ("bank", "status"): {"settled": "成功", "returned": "退票"},
    ("status_registers", "status_kind"): {
        "deceased": "死亡",
        "imprisoned": "服刑",
        "public_payroll": "财政供养在编",
        "pensioner": "领取养老金",
        "fulltime_student": "全日制在校学生",
        "abroad": "出境",
    },
    ("feedback", "arm"): {"targeted": "重点", "random": "随机"},
    ("feedback", "outcome"): {"confirmed": "属实", "dismissed": "排除", "open": "核查中"},
}
LEVELS = (
    {"5": "初级工", "4": "中级工", "3": "高级工", "2": "技师", "1": "高级技师"},
    {"5": "五级/初级工", "4": "四级/中级工", "3": "三级/高级工", "2": "二级/技师", "1": "一级/高级技师"},
)
GROUPS = {
    "payroll": ("工资信息", ("gross_pay", "net_pay", "paid_on")),
    "claims": ("申领信息", ("standard", "amount", "claimed_on")),
    "certificates": ("成绩", ("theory_score", "practice_score")),
    "classes": ("时间安排", ("start_date", "end_date", "planned_hours")),
    "reports": ("余额", ("opening_balance", "closing_balance")),
    "enrolments": ("结业情况", ("completed", "exam_score")),
}
