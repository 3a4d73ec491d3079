"""The page's frame: heading, contents, what all sections say, and a warning of mixed runs."""

TEXTS: dict[str, dict[str, str]] = {
    "product": {"en": "urbsim: simulation of urbanisation in Guangxi", "zh": "urbsim 广西城镇化情景模拟"},
    "heading": {"en": "Urbanisation of {place}: what the simulation says", "zh": "{place}城镇化情景模拟报告"},
    "heading_base": {
        "en": "From the census night of {base} to the {end}. Scale {scale}; {runs}.",
        "zh": "模拟期：{base}（普查时点）至{end}。抽样比例{scale}；{runs}。",
    },
    "brief_heading": {"en": "{place}: a brief", "zh": "{place}城镇化情景模拟简报"},
    "brief_province": {"en": "The targets of Guangxi: {title}", "zh": "全自治区目标：{title}"},
    "brief_place": {"en": "{place}: {title}", "zh": "{place}：{title}"},
    "brief_noise": {
        "en": "Differences of small places may be noise; the full report says where they stand above it.",
        "zh": "较小地区的差值可能只是随机波动，是否显著见完整报告。",
    },
    "brief_again": {"en": "To make it again:", "zh": "重新生成："},
    "runs_one": {"en": "one run per scenario", "zh": "每个情景模拟1次"},
    "runs_many": {"en": "{n} runs in all", "zh": "共{n}次模拟"},
    "language": {"en": "Language", "zh": "语言"},
    "contents": {"en": "Contents", "zh": "目录"},
    "figure_data": {"en": "Numbers behind this chart", "zh": "查看图中数据"},
    "figure_csv": {"en": "Save the data ({name})", "zh": "下载数据（{name}）"},
    "scenario": {"en": "Scenario", "zh": "情景"},
    "joined": {"en": "{a} = {b}", "zh": "{a}＝{b}"},
    "unit_note": {"en": "Counts in persons.", "zh": "人数单位：万人。"},
    "more_scenarios": {"en": "The other scenarios", "zh": "查看其他情景"},
    "mix": {
        "en": "The runs on this page were not made with the same {what}: {groups}. Differences between them are not the "
        "effect of the scenarios alone. Run all of them again with the same {what} before comparing.",
        "zh": "本页各次模拟所用的{what}不一致（{groups}），其差异不能仅归因于情景设定；请统一{what}，全部重新模拟后再作比较。",
    },
    "mix_code": {"en": "program code", "zh": "程序代码"},
    "mix_facts": {"en": "facts", "zh": "基础数据"},
    "mix_libraries": {"en": "library versions", "zh": "计算库版本"},
    "mix_parameters": {"en": "parameters", "zh": "参数"},
    "mix_joined": {"en": ", ", "zh": "、"},
    "mix_against": {"en": " | ", "zh": "｜"},
    "mix_part": {"en": "{title} ({n} of {of} runs)", "zh": "{title}（{of}次模拟中的{n}次）"},
    "files": {
        "en": "Charts (SVG, PNG) and tables (CSV) are in the folder {folder} beside this page.",
        "zh": "图（SVG、PNG）和数据表（CSV）存放在本页同级目录的 {folder} 文件夹中。",
    },
    "licence": {
        "en": "Chinese typeface: a subset of Noto Sans CJK SC (SIL Open Font License 1.1).",
        "zh": "中文字体为 Noto Sans CJK SC 子集（SIL 开放字体许可证 1.1）。",
    },
}
