"""Section 5, school places, housing and settlement."""

TEXTS: dict[str, dict[str, str]] = {
    "s_services": {"en": "Who: families, schools, housing, settlement", "zh": "人群：家庭、学位、住房与落户"},
    "schools": {"en": "School places", "zh": "学位供给与随迁子女"},
    "housing": {"en": "Public housing support", "zh": "住房保障"},
    "papers": {"en": "Residence permits and settlement", "zh": "居住证与落户"},
    "services_note": {
        "en": "Lines are medians of the scenarios spoken of; the tables hold all. Why migrant children can become fewer: a child whose "
        "family settles is registered where it lives and is then no migrant child.",
        "zh": "曲线为所述情景的中位数，全部情景见数据表。随迁子女人数为何会减少：家庭落户后，子女户籍随迁，不再计入随迁子女。",
    },
}
