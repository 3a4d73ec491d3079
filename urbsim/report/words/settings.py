"""Section 10, settings that differ, and the words for settings and their values."""

TEXTS: dict[str, dict[str, str]] = {
    "s_settings": {"en": "Settings that differ", "zh": "情景设定差异"},
    "setting": {"en": "Setting", "zh": "设定"},
    "setting_rests_on": {"en": "Its size is", "zh": "数值依据"},
    "settings_none": {"en": "The scenarios have the same settings.", "zh": "各情景设定相同。"},
    "settings_single": {
        "en": "There is one scenario; nothing to compare.",
        "zh": "仅有一个情景，无可比较的设定。",
    },
    "dose_cut": {
        "en": "{names}: {measure}: {units} of {total} units fall into the run.",
        "zh": "{names}：{measure}共{total}，其中{units}落在模拟时段内。",
    },
    "unset": {"en": "–", "zh": "—"},
    "no_lever": {"en": "none", "zh": "无"},
    "committed_lever": {"en": "{name} (committed)", "zh": "{name}（既定）"},
}

SETTINGS: dict[str, dict[str, str]] = {
    "base": {"en": "Starting census", "zh": "起始普查"},
    "until": {"en": "Last month", "zh": "模拟截止月份"},
    "committed": {"en": "Committed measures", "zh": "既定措施"},
    "conditions": {"en": "Conditions", "zh": "外部环境"},
    "conditions.growth_per_year": {
        "en": "Growth of urban labour demand a year",
        "zh": "城镇劳动力需求年增长率",
    },
    "conditions.outside_wage_per_year": {
        "en": "Growth of outside wages a year",
        "zh": "区外相对工资年增长率",
    },
    "conditions.outside_jobs": {"en": "Job prospects outside Guangxi", "zh": "区外就业前景"},
    "conditions.epidemic": {"en": "Epidemic", "zh": "疫情影响期"},
    "conditions.reclassification": {"en": "Places turning urban", "zh": "城乡划分调整"},
    "conditions.border_moves": {"en": "Moves over the provincial border", "zh": "跨区流动"},
    "behaviour": {"en": "Account of behaviour", "zh": "行为机制设定"},
    "behaviour.leaving": {"en": "How many leave", "zh": "外出决策"},
    "behaviour.returning": {"en": "How people come back", "zh": "返乡机制"},
    "behaviour.networks": {"en": "Networks of people from home", "zh": "同乡网络"},
    "behaviour.new_jobs": {"en": "How new urban jobs are counted", "zh": "城镇新增就业的统计方式"},
    "behaviour.recoding": {"en": "How many places turn urban", "zh": "城乡划分调整规模"},
    "levers": {"en": "Measures", "zh": "政策措施"},
}

SETTING_VALUES: dict[str, dict[str, dict[str, str]]] = {
    "base": {
        "census_2020": {"en": "census of 2020", "zh": "2020年人口普查"},
        "census_2010": {"en": "census of 2010", "zh": "2010年人口普查"},
    },
    "conditions.growth_per_year": {"": {"en": "as in the parameters", "zh": "按模型参数"}},
    "conditions.outside_wage_per_year": {"": {"en": "as in the parameters", "zh": "按模型参数"}},
    "conditions.outside_jobs": {"": {"en": "unchanged", "zh": "不变"}},
    "conditions.epidemic": {"": {"en": "none", "zh": "无"}},
    "conditions.reclassification": {
        "base": {"en": "at the pace of the decade before", "zh": "按过去十年的速度"},
        "frozen": {"en": "frozen", "zh": "冻结"},
    },
    "behaviour.leaving": {
        "balanced": {"en": "by comparison of places", "zh": "按各地效用比较"},
        "elastic": {"en": "by an elasticity", "zh": "按弹性系数"},
    },
    "behaviour.returning": {
        "choice": {"en": "a choice", "zh": "作为一种选择"},
        "hazard": {"en": "at given rates", "zh": "按既定返乡率"},
    },
    "behaviour.networks": {"growing": {"en": "at work", "zh": "起作用"}, "none": {"en": "none", "zh": "无"}},
    "behaviour.new_jobs": {
        "channels": {"en": "by kind of entry", "zh": "按就业渠道分别统计"},
        "one_coverage": {"en": "one share of all entries", "zh": "按统一比例统计"},
    },
    "behaviour.recoding": {
        "base": {"en": "as assumed", "zh": "按基准假定"},
        "low": {"en": "half as many", "zh": "减半"},
        "high": {"en": "twice as many", "zh": "加倍"},
    },
    "name": {
        "open_2019": {"en": "open, as since 2019", "zh": "2019年以来的放开政策"},
        "same_city_2015": {"en": "a year of work and insurance (2015)", "zh": "工作并参保满一年（2015年）"},
        "nanning_2012": {"en": "Nanning's rules of 2012", "zh": "南宁市2012年落户条件"},
    },
    "conditions.border_moves": {"on": {"en": "open", "zh": "允许"}, "off": {"en": "closed", "zh": "关闭"}},
}
"""Values of a setting that have words; the empty text stands for a setting that is left out."""

RAILWAY_LINES: dict[str, dict[str, str]] = {
    "nanning_chongzuo": {"en": "Nanning-Chongzuo", "zh": "南宁至崇左"},
    "guiyang_nanning": {"en": "Guiyang-Nanning", "zh": "贵阳至南宁"},
    "guilin_guangzhou_300": {
        "en": "Guilin-Guangzhou at 300 km/h",
        "zh": "桂林至广州提速至300公里/小时",
    },
    "fangchenggang_dongxing": {"en": "Fangchenggang-Dongxing", "zh": "防城港至东兴"},
    "nanning_yulin": {"en": "Nanning-Yulin", "zh": "南宁至玉林"},
    "chongzuo_pingxiang": {"en": "Chongzuo-Pingxiang", "zh": "崇左至凭祥"},
}
"""Lines of rail_legs.csv, which has no names for people."""

SETTING_PARTS: dict[str, dict[str, str]] = {
    "from": {"en": "from {value}", "zh": "{value}起"},
    "to": {"en": "to {value}", "zh": "至{value}"},
    "value": {"en": "times {value}", "zh": "为基期的{value}倍"},
    "total": {"en": "{value}", "zh": "{value}"},
    "places": {"en": "in {value}", "zh": "分布：{value}"},
    "name": {"en": "{value}", "zh": "{value}"},
    "awareness": {"en": "{value} know of it", "zh": "知晓率{value}"},
    "processing_months": {"en": "{value} months to the permit", "zh": "办理时间{value}个月"},
    "permit_services": {"en": "{value} services of a permit open", "zh": "居住证服务{value}项"},
    "mobility": {"en": "mobility times {value}", "zh": "流动率为平时的{value}倍"},
}
"""Parts of a setting that has several, such as a spell of time."""
