"""Section 11, the table of the runs."""

TEXTS: dict[str, dict[str, str]] = {
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
