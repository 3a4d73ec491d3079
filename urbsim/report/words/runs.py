"""Section 11, the table of the runs."""

TEXTS: dict[str, dict[str, str]] = {
    "made": {"en": "About this page", "zh": "关于本报告"},
    "made_line": {
        "en": "urbsim {version}; runs finished on {day}.",
        "zh": "urbsim {version}；模拟完成于{day}。",
    },
    "made_what": {"en": "What", "zh": "项目"},
    "made_how": {"en": "Which", "zh": "内容"},
    "made_day": {"en": "Runs finished", "zh": "模拟完成日期"},
    "made_version": {"en": "Version of urbsim", "zh": "urbsim 版本"},
    "made_prints": {"en": "All fingerprints together", "zh": "全部结果指纹的摘要"},
    "made_batch": {"en": "All runs again", "zh": "重做全部模拟"},
    "made_run": {"en": "The first run again", "zh": "重做第一次模拟"},
    "made_page": {"en": "This page again", "zh": "重新生成本报告"},
    "made_cite": {"en": "Please cite", "zh": "引用格式"},
    "citation": {
        "en": "The urbsim authors ({year}). urbsim, version {version}. Agent-based scenario simulation of rural-to-urban "
        "migrants in Guangxi, China. Runs {prints}.",
        "zh": "The urbsim authors（{year}）. urbsim（版本{version}）：广西农业转移人口城镇化情景模拟. 模拟结果{prints}.",
    },
    "provenance": {"en": "The runs", "zh": "模拟记录"},
    "column_scale": {"en": "Scale", "zh": "抽样比例"},
    "column_draw": {"en": "Draw", "zh": "参数抽样"},
    "column_seed": {"en": "Seed", "zh": "随机种子"},
    "column_fingerprint": {"en": "Fingerprint of the results", "zh": "结果指纹"},
    "column_digest": {"en": "Input digest", "zh": "输入摘要"},
    "column_versions": {"en": "Versions", "zh": "软件版本"},
    "more_runs": {"en": "and {n} more runs, in runs.csv", "zh": "……另有{n}次模拟，见 runs.csv"},
    "trust_same": {
        "en": "The same scenario, scale, draw and seed give the same fingerprint on any machine.",
        "zh": "情景、抽样比例、参数抽样和随机种子相同时，在任何计算机上得到的结果指纹都相同。",
    },
}
