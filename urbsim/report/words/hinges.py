"""Section of what the targets hinge on, and names of the inputs that move them most."""

TEXTS: dict[str, dict[str, str]] = {
    "s_hinges": {"en": "What the answer hinges on", "zh": "结论取决于哪些假设"},
    "hinge_title": {
        "en": "{name}: the inputs that move it most, {unit}",
        "zh": "影响{name}最大的因素（{unit}）",
    },
    "hinge_lead": {
        "en": "The widest swing: {name}. From its low to its high end the target lies between {low} and {high}{unit}.",
        "zh": "影响最大的是{name}：在其取值范围内，目标值介于{low}与{high}之间（{unit}）。",
    },
    "hinge_groups": {"en": "Where the spread comes from: {shares}.", "zh": "差异的来源：{shares}。"},
    "hinge_share": {"en": "{name} {share}", "zh": "{name}{share}"},
    "hinge_note": {
        "en": "Each input is moved from its 5% to its 95%, the others as in the runs. From {draws} draws at scale {scale}, "
        "with a stand-in for the model that explains {r2} of the variance of runs it has not seen (1 is all). {inputs} inputs "
        "differ. Fitted numbers were learnt together, so their single bars are rough.",
        "zh": "各因素分别由5%分位移至95%分位，其余因素保持模拟中的取值。依据{draws}组参数、抽样比例{scale}的模拟，由代理模型推算；"
        "代理模型对未参与训练的模拟可解释方差的比例为{r2}。共有{inputs}个因素取值不同；经拟合的参数相互关联，单项结果仅供参考。",
    },
    "hinge_alt": {"en": "Bar chart. {title}. {lead}", "zh": "条形图。{title}。{lead}"},
    "hinge_table": {"en": "Inputs by the width of their swing", "zh": "各因素影响幅度"},
    "hinge_input": {"en": "Input", "zh": "因素"},
    "hinge_rests_on": {"en": "It is", "zh": "依据"},
    "hinge_low": {"en": "At its low end, {unit}", "zh": "取低值时（{unit}）"},
    "hinge_high": {"en": "At its high end, {unit}", "zh": "取高值时（{unit}）"},
    "hinge_index": {"en": "Part of the spread (Sobol, in all)", "zh": "对差异的贡献（索博尔总指数）"},
    "hinge_at_low": {"en": "input low", "zh": "因素取低值"},
    "hinge_at_high": {"en": "input high", "zh": "因素取高值"},
    "hinge_group_sourced": {"en": "sourced numbers", "zh": "有资料来源的参数"},
    "hinge_group_fitted": {"en": "fitted numbers", "zh": "经拟合的参数"},
    "hinge_group_assumed": {"en": "assumed numbers", "zh": "假设的参数"},
    "hinge_group_levers": {"en": "the plan", "zh": "行动计划"},
    "hinge_group_conditions": {"en": "conditions", "zh": "外部环境"},
    "hinge_group_variant_of_behaviour": {"en": "variants of behaviour", "zh": "行为机制设定"},
    "hinge_group_climate_of_the_years": {"en": "luck of the years", "zh": "各年总体环境波动"},
    "hinge_group_several_together": {"en": "several together", "zh": "多项共同作用"},
    "hinge_group_luck_and_what_was_not_emulated": {
        "en": "luck, and what the stand-in misses",
        "zh": "随机因素及代理模型未能解释的部分",
    },
    "input_scenario": {"en": "with the plan (hatched) or without it", "zh": "实施行动计划（斜纹）或不实施"},
    "input_climate_of_the_years": {"en": "luck of the years", "zh": "各年总体环境波动"},
    "input_beta_w": {
        "en": "weight of expected income in the choice of a place",
        "zh": "预期收入在地点选择中的权重",
    },
    "input_boards_in_town": {"en": "village pupils who board in town", "zh": "农村高中新生在县城寄宿的比例"},
    "input_activation_trend_per_year": {
        "en": "trend in how often people think of moving",
        "zh": "考虑迁移频率的年变化",
    },
    "input_village_catch_up_per_year": {
        "en": "income that villages gain on towns",
        "zh": "农村收入相对城镇的追赶速度",
    },
    "input_access_with_permit": {
        "en": "services open with a residence permit",
        "zh": "居住证持有人可享服务的比例",
    },
    "input_stay_utility": {"en": "reluctance to move", "zh": "留在原地的偏好"},
    "input_outside_young": {"en": "pull of the outside on the young", "zh": "区外对16—24岁青年的吸引力"},
    "input_one_window_waiting": {
        "en": "time to a permit with one-window services",
        "zh": "一网通办后办证所需时间",
    },
    "input_children_with_mother": {
        "en": "children who stay with the mother",
        "zh": "离异后随母亲生活的子女比例",
    },
    "input_spouse_comes": {"en": "spouses who come along", "zh": "夫妻一同迁移的比例"},
    "input_new_jobs_coverage": {"en": "first posts that the register counts", "zh": "初次就业的统计覆盖率"},
    "input_counted_others": {
        "en": "other entries that the register counts",
        "zh": "其他渠道就业的统计覆盖率",
    },
    "input_coverage_change_per_year": {
        "en": "change of what the register counts",
        "zh": "统计覆盖率的年变化",
    },
    "input_separations_per_month": {"en": "how often posts are lost", "zh": "城镇岗位每月离职率"},
    "input_reconsider_away_per_year": {
        "en": "how often those away think again",
        "zh": "外出人员重新考虑去留的频率",
    },
    "input_growth_per_year": {"en": "growth of urban labour income", "zh": "城镇劳动收入实际增长率"},
    "input_college_share_rural": {
        "en": "rural school leavers who go to college",
        "zh": "农村高中毕业生升学比例",
    },
    "input_odd_jobs_since_at_base": {
        "en": "odd jobbers who had a post before",
        "zh": "零工人员中曾有城镇岗位的比例",
    },
    "input_unemployed_at_base": {"en": "unemployment on census night", "zh": "普查时点城镇失业比例"},
    "input_beta_t": {
        "en": "weight of travel time in the choice of a place",
        "zh": "路程时间在地点选择中的权重",
    },
    "input_registered_at_base": {
        "en": "posts counted by the register on census night",
        "zh": "普查时点已登记岗位的比例",
    },
    "input_relocated_to_towns": {
        "en": "people relocated from poor villages who went to towns",
        "zh": "易地搬迁安置在城镇的比例",
    },
    "input_relocation_by_illiteracy": {
        "en": "how far relocation went to the least schooled counties",
        "zh": "易地搬迁向低文化程度县的集中程度",
    },
    "input_jobs_per_growth": {"en": "posts per unit of growth", "zh": "经济增长的就业弹性"},
    "input_odd_jobs_look": {"en": "odd jobbers who look for a post", "zh": "零工人员每月求职比例"},
    "input_village_registration_per_year": {
        "en": "how often newcomers ask to be registered in a village",
        "zh": "返乡入乡人员申请在村落户的频率",
    },
    "input_vacant_at_base": {"en": "vacant posts on census night", "zh": "普查时点岗位空缺比例"},
    "input_return_duration": {
        "en": "how years away change thoughts of return",
        "zh": "外出年限对考虑返回的影响",
    },
}
