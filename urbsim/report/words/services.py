"""Section 5, school places, housing and settlement."""

TEXTS: dict[str, dict[str, str]] = {
    "s_services": {"en": "Who: families, schools, housing, settlement", "zh": "人群：家庭、学位、住房与落户"},
    "schools": {"en": "School places", "zh": "学位供给与随迁子女"},
    "housing": {"en": "Public housing support", "zh": "住房保障"},
    "papers": {"en": "Residence permits and settlement", "zh": "居住证与落户"},
    "services_note": {
        "en": "Lines are medians of the scenarios spoken of; the tables hold all. Why migrant and left-behind children can become fewer: "
        "a child whose parents settle with it is registered where it lives, and is then no migrant child; a child whom its parents fetch "
        "to the town is no longer left behind.",
        "zh": "曲线为所述情景的中位数，全部情景见数据表。随迁子女、留守儿童人数为何会减少：父母携子女落户后，子女户籍随迁，不再计入随迁子女；父母将子女接到城镇后，子女不再留守。",
    },
}
