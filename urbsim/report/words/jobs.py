"""Section 4, jobs."""

TEXTS: dict[str, dict[str, str]] = {
    "s_jobs": {"en": "Jobs", "zh": "就业"},
    "jobs_lead": {
        "en": "{name}: {value} new urban jobs from {first} to {last} ({each}); {entries} entries into urban posts, of "
        "which the register counts {counted}; {attrition} retirements and deaths of people it counted.",
        "zh": "{name}：{first}—{last}年城镇新增就业{value}（{each}）；进入城镇岗位{entries}，其中登记{counted}；"
        "登记人员自然减员{attrition}。",
    },
    "jobs_note": {
        "en": "New urban jobs are the reported flow and not the growth of urban employment. They are the entries into urban "
        "posts that the register counts, less retirements and deaths of those it counted. The runs use a coverage of {used} "
        "for first posts after school, and of less for others. It is an assumption, believed to lie between {low} and "
        "{high}.",
        "zh": "城镇新增就业为统计上报的流量，不是城镇就业人员的净增：登记的新进入城镇岗位人数，减去登记人员的自然减员。"
        "本次模拟对毕业后初次就业采用的统计覆盖率为{used}，其他情形较低；均属假设值，假设范围为{low}—{high}。",
    },
    "jobs_title": {"en": "Work in towns", "zh": "城镇就业、失业与空岗"},
    "yearly_title": {"en": "New urban jobs by year, {unit}", "zh": "分年城镇新增就业（{unit}）"},
    "yearly_observed": {"en": "Reported", "zh": "统计公布数"},
    "yearly_goal": {"en": "Target: {value} a year", "zh": "目标：年均{value}"},
    "yearly_alt": {"en": "Dots with intervals by year. {title}.", "zh": "分年点线图。{title}。"},
    "yearly_note": {
        "en": "Dots are medians, bars hold nine in ten draws (of few runs all of them). Diamonds: years reported by the labour "
        "department, as far as found. 2021 was known when the model was made. Later years are kept back to judge the model.",
        "zh": "圆点为中位数，竖线为90%区间（模拟次数少时为全部范围）。菱形为人力资源社会保障部门公布数（仅列查到的年份）；2021年数据在建模时已知，"
        "此后各年的公布数留作模型检验，此处不列示。",
    },
    "coverage_table": {
        "en": "New urban jobs {when} by coverage of the count, thousand, and how likely that meets the target",
        "zh": "按不同统计覆盖率计算的{when}城镇新增就业（万人）及达标概率",
    },
    "coverage_odds": {"en": "{value} ({chance} in 100)", "zh": "{value}（{chance}%）"},
    "coverage_low": {"en": "Low (5%): {value}", "zh": "低端（5%）：{value}"},
    "coverage_central": {"en": "Middle (50%): {value}", "zh": "中值（50%）：{value}"},
    "coverage_high": {"en": "High (95%): {value}", "zh": "高端（95%）：{value}"},
    "coverage_used": {"en": "Used: {value}", "zh": "采用值：{value}"},
}
