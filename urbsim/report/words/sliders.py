"""The section of sliders, and the page of `urbsim explore`."""

TEXTS: dict[str, dict[str, str]] = {
    "s_sliders": {"en": "Try other doses", "zh": "政策力度试算"},
    "slider_growth_per_year": {"en": "Growth of urban labour demand a year", "zh": "城镇劳动力需求年增长率"},
    "slider_outside_wage_per_year": {
        "en": "Growth of outside wages a year, above that of Guangxi's cities",
        "zh": "区外工资年增长率（高于区内城市的部分）",
    },
    "slider_outside_jobs": {
        "en": "Job prospects outside Guangxi from {first} on (1: as ever)",
        "zh": "{first}起区外就业前景（1为不变）",
    },
    "slider_epidemic_mobility": {
        "en": "Mobility in {year} (1: as ever)",
        "zh": "{year}年人口流动意愿（1为正常）",
    },
    "slider_epidemic_hiring": {"en": "Hiring in {year} (1: as ever)", "zh": "{year}年招工进度（1为正常）"},
    "slider_reclassification": {
        "en": "No more places turn urban where they stand",
        "zh": "冻结城乡划分调整",
    },
    "slider_moved": {"en": "sliders moved", "zh": "已调整参数"},
    "slider_intro": {
        "en": 'Move the dose of a programme, or of each lever in it, from nothing to twice that of "{title}", and the conditions around '
        "it. The answers come from an emulator, a regression on {runs} small runs, and not from a run of the model; its error stands "
        "under each.",
        "zh": "可将“{title}”各项行动或其中每项政策工具的力度在0至2倍之间调整，也可改变外部环境。结果由代理模型（对{runs}次小规模模拟的回归）即时推算，并非模型实际运行，误差列于各项结果之下。",
    },
    "slider_no_script": {
        "en": "The sliders need JavaScript, which this browser does not run.",
        "zh": "滑块需要JavaScript，当前浏览器未启用。",
    },
    "slider_errors": {"en": "How far the emulator is off", "zh": "代理模型的误差"},
    "slider_error_of": {"en": "Figure", "zh": "指标"},
    "slider_error_mean": {"en": "What settings add, typically", "zh": "调整带来的变化（典型误差）"},
    "slider_error_largest": {"en": "At most", "zh": "最大误差"},
    "slider_error_run": {"en": "One run of one draw", "zh": "单次模拟"},
    "slider_error_probability": {"en": "Probability, at most, in points", "zh": "概率的最大误差（百分点）"},
    "slider_error_full": {"en": "Against full size", "zh": "与全量模拟之差"},
    "slider_errors_note": {
        "en": "Against exact runs: {worlds} settings that the emulator had not seen, each run with {draws} draws at {scale} of households. "
        "{full}",
        "zh": "与实际模拟相比：{worlds}组未参与训练的设定，每组设定以{draws}组参数各运行一次，家庭抽样比例{scale}。{full}",
    },
    "slider_full": {
        "en": "Against full size: {n} settings, one run of the central draw each.",
        "zh": "全量模拟：{n}组设定，各以中心参数运行一次。",
    },
    "slider_full_none": {"en": "No run at full size was compared.", "zh": "未与全量模拟比较。"},
    "slider_other": {
        "en": "The emulator was trained on other {what} than the runs of this page. Its answers do not belong to the figures above.",
        "zh": "代理模型训练时的{what}与本页模拟不同，其结果与上文数据不可直接比较。",
    },
    "slider_other_draws": {
        "en": "The emulator was trained on other draws than the runs of this page. Read what a change adds: levels and "
        "probabilities may differ from those above.",
        "zh": "代理模型所用的各组参数与本页模拟不同，宜看调整带来的变化，数值和概率可能与上文不一致。",
    },
    "slider_other_code": {"en": "code", "zh": "程序代码"},
    "slider_other_facts": {"en": "facts", "zh": "基础数据"},
    "slider_other_libraries": {"en": "libraries", "zh": "程序库"},
    "slider_other_parameters": {"en": "parameters", "zh": "参数"},
    "slider_emulated": {"en": "Emulated", "zh": "代理模型推算"},
    "slider_exact_all": {"en": "Exact, all draws", "zh": "实际模拟（全部参数组）"},
    "slider_exact_one": {"en": "Exact, full size, central draw", "zh": "全量实际模拟（中心参数）"},
    "slider_range": {"en": "90% of draws: {low} to {high}", "zh": "90%区间：{low}至{high}"},
    "slider_adds": {"en": "What is set adds {added}", "zh": "上述设定带来{added}"},
    "slider_error": {
        "en": "Emulator's error in what is added: ± {mean} typically, {largest} at most ({n} settings run exactly)",
        "zh": "代理模型对变化量的误差：典型±{mean}，最大{largest}（与{n}组实际模拟相比）",
    },
    "slider_error_at_full_size": {"en": "; against full size ± {full}", "zh": "；与全量模拟相比±{full}"},
    "slider_instead": {
        "en": "The emulator said {emulated}, off by {off}",
        "zh": "代理模型推算为{emulated}，偏差{off}",
    },
    "slider_chance": {"en": "{n} in 100", "zh": "概率{n}%"},
    "slider_met": {"en": "met", "zh": "达到"},
    "slider_missed": {"en": "missed", "zh": "未达到"},
    "slider_goal_least": {"en": "At least {level}:", "zh": "不低于{level}："},
    "slider_goal_most": {"en": "At most {level}:", "zh": "不高于{level}："},
    "slider_at_plan": {"en": "The plan", "zh": "计划力度"},
    "slider_at_nothing": {"en": "Nothing", "zh": "全部取消"},
    "slider_at_most": {"en": "Twice the plan", "zh": "计划的2倍"},
    "slider_times": {"en": "× {n}", "zh": "{n}倍"},
    "slider_times_mean": {"en": "× {n} on average", "zh": "平均{n}倍"},
    "slider_units": {"en": " = {units} {unit}", "zh": "，{units}{unit}"},
    "slider_levers_of": {"en": "Its {n} levers one by one", "zh": "分项调整（{n}项政策工具）"},
    "slider_there": {"en": "yes", "zh": "是"},
    "slider_not_there": {"en": "no", "zh": "否"},
    "slider_conditions": {"en": "Conditions", "zh": "外部环境"},
    "slider_conditions_reset": {"en": "As the scenario has them", "zh": "恢复原设定"},
    "slider_as_scenario": {"en": "as the scenario has it", "zh": "按原设定"},
    "slider_off_the_fit": {
        "en": "A condition that is set takes the place of a number that was fitted: what follows is off the fit.",
        "zh": "所设外部环境取代了已校准的参数，结果不再属于校准后的推演。",
    },
    "slider_points": {"en": " points", "zh": "个百分点"},
    "explore_heading": {"en": "Move the plan and see", "zh": "政策力度即时试算"},
    "explore_run_draws": {
        "en": "Every draw, small ({n} runs at {scale})",
        "zh": "全部参数组，小规模（{n}次，家庭抽样{scale}）",
    },
    "explore_run_full": {"en": "One run at full size, central draw", "zh": "全量模拟一次，中心参数"},
    "explore_run": {"en": "Run it exactly", "zh": "实际模拟"},
    "explore_stop": {"en": "Stop", "zh": "停止"},
    "explore_running": {"en": "{done} of {of} runs, {seconds} s", "zh": "已完成{done}/{of}次，{seconds}秒"},
    "explore_done": {"en": "Run exactly in {seconds} s", "zh": "实际模拟完成，用时{seconds}秒"},
    "explore_stopped": {"en": "Stopped", "zh": "已停止"},
    "explore_failed": {"en": "It failed: {message}", "zh": "模拟失败：{message}"},
    "explore_moved_on": {
        "en": "The sliders have moved since: the answer is of other settings",
        "zh": "运行期间设定已变动，结果属于原设定",
    },
    "explore_name": {"en": "Name", "zh": "名称"},
    "explore_save": {"en": "Save as scenario", "zh": "保存为情景文件"},
    "explore_saved": {
        "en": "Saved. Run it: urbsim run {name}.yaml",
        "zh": "已保存。运行：urbsim run {name}.yaml",
    },
    "explore_gone": {
        "en": "The server does not answer: is it still running?",
        "zh": "服务器无响应，请确认程序仍在运行。",
    },
    "explore_where": {
        "en": "This page is served by this machine to this machine alone. It ends with Ctrl-C in its terminal.",
        "zh": "本页仅由本机向本机提供，在终端按Ctrl-C即可结束。",
    },
}
