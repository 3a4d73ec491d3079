"""Section 4, who moves where."""

TEXTS: dict[str, dict[str, str]] = {
    "flows_kinds": {
        "en": "Moves over the whole period, thousand, {name}",
        "zh": "{name}：模拟期内累计流动人次（万人次）",
    },
    "flows_pairs": {
        "en": "Moves between prefectures and over the border, thousand, {name}",
        "zh": "{name}：设区市之间及区内外流动人次（万人次）",
    },
    "flows_table": {"en": "Moves over the whole period, person-times", "zh": "模拟期内累计流动（万人次）"},
    "streams": {
        "en": "The largest streams between prefectures and over the border: {name}",
        "zh": "设区市之间及区内外规模最大的流向：{name}",
    },
    "streams_moves": {"en": "Moves, person-times", "zh": "流动（万人次）"},
    "rural": {"en": "Villages", "zh": "乡村"},
    "urban": {"en": "Towns and cities", "zh": "城镇"},
    "outside_prd": {"en": "Pearl River Delta", "zh": "珠三角"},
    "outside_rest": {"en": "Rest of China", "zh": "其他省区市"},
    "from": {"en": "From", "zh": "迁出地"},
    "to": {"en": "To", "zh": "迁入地"},
    "flows_lead": {
        "en": "{name}: the largest stream runs from {origin} to {destination} ({amount} moves).",
        "zh": "{name}：规模最大的流向为{origin}→{destination}（{amount}人次）。",
    },
    "flows_alt": {"en": "Flow chart: {title}. {leads}", "zh": "流向图：{title}。{leads}"},
    "pairs_alt": {"en": "Heat map: {title}. Largest: {largest}.", "zh": "热力图：{title}。最大：{largest}。"},
    "flows_note": {
        "en": "A move counts when the place of residence changes (six-month rule); a person who moves twice counts twice. Moves "
        "inside the villages or inside the towns of one county do not count. Moves between places outside Guangxi do "
        "not count either.",
        "zh": "按常住地变更（半年以上）计为1次，同一人变更两次计2次；同一县（市、区）城镇内部或乡村内部的搬迁不计，"
        "区外各地之间的流动也不计。",
    },
    "pairs_note": {
        "en": "Rows show the origin and columns the destination. The diagonal shows moves inside the prefecture.",
        "zh": "行为迁出地，列为迁入地；对角线为设区市内部流动。",
    },
    "no_moves": {"en": "No moves are recorded in these runs.", "zh": "本次模拟没有流动记录。"},
}
