"""Section 4, jobs."""

TEXTS: dict[str, dict[str, str]] = {
    "s_jobs": {"en": "Jobs", "zh": "就业"},
    "jobs_lead": {
        "en": "{name}: {value} new urban jobs from {first} to {last} ({each}); {entries} entries into urban work, {attrition} "
        "retirements and deaths of people in urban work.",
        "zh": "{name}：{first}—{last}年城镇新增就业{value}（{each}）；进入城镇就业{entries}，自然减员{attrition}。",
    },
    "jobs_note": {
        "en": "New urban jobs are the reported flow and not the growth of urban employment. They are the entries into urban "
        "work that the count covers, less retirements and deaths. The runs use a coverage of {used}. It is an assumption, "
        "believed to lie between {low} and {high}. Entries include people who leave one urban job and later find another.",
        "zh": "城镇新增就业为统计上报的流量，不是城镇就业人员的净增：按统计覆盖率折算的进入城镇就业人数，减去自然减员。"
        "本次模拟采用的覆盖率为{used}，属假设值，可信区间为{low}—{high}。离开原岗位后再次找到工作的人也计入进入人数。",
    },
    "coverage_table": {
        "en": "New urban jobs {when} by coverage of the count",
        "zh": "按不同统计覆盖率计算的{when}城镇新增就业",
    },
    "coverage_low": {"en": "Low (5%): {value}", "zh": "低端（5%）：{value}"},
    "coverage_central": {"en": "Middle (50%): {value}", "zh": "中值（50%）：{value}"},
    "coverage_high": {"en": "High (95%): {value}", "zh": "高端（95%）：{value}"},
    "coverage_used": {"en": "Used: {value}", "zh": "采用值：{value}"},
}
