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
        "本次模拟对毕业后初次就业采用的统计覆盖率为{used}，其他情形较低；均属假设值，可信区间为{low}—{high}。",
    },
    "coverage_table": {
        "en": "New urban jobs {when} by coverage of the count",
        "zh": "按不同统计覆盖率计算的{when}城镇新增就业",
    },
    "coverage_odds": {"en": "{value} (met in {chance} in 100)", "zh": "{value}（达标概率{chance}%）"},
    "coverage_low": {"en": "Low (5%): {value}", "zh": "低端（5%）：{value}"},
    "coverage_central": {"en": "Middle (50%): {value}", "zh": "中值（50%）：{value}"},
    "coverage_high": {"en": "High (95%): {value}", "zh": "高端（95%）：{value}"},
    "coverage_used": {"en": "Used: {value}", "zh": "采用值：{value}"},
}
