"""Section 5, school places, housing and settlement."""

TEXTS: dict[str, dict[str, str]] = {
    "s_services": {"en": "School places, housing, settlement", "zh": "学位、住房与落户"},
    "schools": {"en": "School places", "zh": "学位供给与随迁子女"},
    "housing": {"en": "Public housing support", "zh": "住房保障"},
    "papers": {"en": "Residence permits and settlement", "zh": "居住证与落户"},
    "services_note": {
        "en": "Scenarios with the same figures lie on one line; the later one is drawn on top. The tables below the charts hold "
        "the numbers.",
        "zh": "数值相同的情景，曲线重合，后列者在上；具体数值见图下数据表。",
    },
}
