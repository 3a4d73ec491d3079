"""The sentences of a life, by kind of note and language. Fields in braces are filled by `urbsim.trace.prose`."""

from __future__ import annotations

Sentence = dict[str, str]

SEX = ({"en": "man", "zh": "男"}, {"en": "woman", "zh": "女"})
SCHOOLING: tuple[Sentence, ...] = (
    {"en": "no schooling", "zh": "未上过学"},
    {"en": "primary school", "zh": "小学"},
    {"en": "junior secondary school", "zh": "初中"},
    {"en": "senior secondary school", "zh": "高中"},
    {"en": "college", "zh": "大学专科"},
    {"en": "a bachelor's degree", "zh": "大学本科"},
)
STAGES: tuple[Sentence, ...] = (
    {"en": "kindergarten", "zh": "幼儿园"},
    {"en": "primary school", "zh": "小学"},
    {"en": "junior secondary school", "zh": "初中"},
)
WORK: tuple[Sentence, ...] = (
    {"en": "does not work", "zh": "不工作"},
    {"en": "works on the land", "zh": "务农"},
    {"en": "works outside Guangxi", "zh": "在区外务工"},
    {"en": "keeps house", "zh": "料理家务"},
    {"en": "looks for a first post", "zh": "初次求职"},
    {"en": "has come from elsewhere and looks for a post", "zh": "外来求职"},
    {"en": "has lost a post and looks for another", "zh": "失业求职"},
    {"en": "does odd jobs", "zh": "打零工"},
    {"en": "does odd jobs since losing a post", "zh": "失业后打零工"},
    {"en": "has a post in agriculture", "zh": "在农业部门有固定工作"},
    {"en": "has a post in manufacturing", "zh": "在制造业有固定工作"},
    {"en": "has a post in construction", "zh": "在建筑业有固定工作"},
    {"en": "has a post in services", "zh": "在服务业有固定工作"},
    {"en": "has a post in the public sector", "zh": "在公共部门有固定工作"},
)
PLACE_KINDS: tuple[Sentence, ...] = (
    {"en": "no place", "zh": "无学位"},
    {"en": "a public place", "zh": "公办学位"},
    {"en": "a place bought in a private school", "zh": "购买的民办学位"},
)
HOLDINGS: dict[int, Sentence] = {
    1: {"en": "a residence permit", "zh": "居住证"},
    2: {"en": "a public rental dwelling", "zh": "公共租赁住房"},
    4: {"en": "a rent subsidy", "zh": "住房租赁补贴"},
    8: {"en": "subsidised training", "zh": "补贴性职业技能培训"},
    16: {"en": "a guaranteed rental dwelling", "zh": "保障性租赁住房"},
    32: {"en": "a home bought with a loan for migrants", "zh": "贷款购买的住房"},
}
REGIONS: tuple[Sentence, ...] = (
    {"en": "the Pearl River Delta", "zh": "珠三角"},
    {"en": "the rest of China", "zh": "全国其他地区"},
)
PARTS: tuple[Sentence, ...] = (
    {"en": "a village of {name}", "zh": "{name}乡村"},
    {"en": "the town of {name}", "zh": "{name}城镇"},
)

TITLE = {
    "en": "Person {person} in scenario {scenario} (scale {scale}, draw {draw}, seed {seed})",
    "zh": "情景{scenario}中的人员{person}（抽样比例{scale}，参数抽样{draw}，随机种子{seed}）",
}
BASE = {
    "en": "On census night, {month}: a {sex} of {age}, with {schooling}{pupil}, registered in {home}, living "
    "in {lives}{counted}. {He} {work}{holdings}. The household has {size}{members}.",
    "zh": "普查时点（{month}）：{sex}，{age}岁，受教育程度为{schooling}{pupil}，户籍在{home}，居住在{lives}"
    "{counted}，{work}{holdings}。家庭户共{size}{members}。",
}
PUPIL = {"en": " and still at school", "zh": "（在读）"}
COUNTED = {"en": ", counted as a resident of {counted}", "zh": "，按常住口径计入{counted}"}
HOLDS = {"en": " and has {holdings}", "zh": "，享有{holdings}"}
ONE_PERSON = {"en": "1 person", "zh": "1人"}
PERSONS = {"en": "{n} persons", "zh": "{n}人"}
MEMBERS = {"en": ": {members}", "zh": "：{members}"}
MEMBER = {
    "en": "{relation} {person}, {age}, living in {lives}",
    "zh": "{relation}{person}，{age}岁，居住在{lives}",
}
RELATIONS = {
    "spouse": {"en": "spouse", "zh": "配偶"},
    "child": {"en": "child", "zh": "子女"},
    "parent": {"en": "parent", "zh": "父母"},
    "other": {"en": "member", "zh": "成员"},
}
END = {
    "en": "At the end, {month}: {age} years old, registered in {home}, living in {lives}, counted in {counted}. {He} "
    "{work}{holdings}.",
    "zh": "期末（{month}）：{age}岁，户籍在{home}，居住在{lives}，计入{counted}，{work}{holdings}。",
}
NOTHING = {"en": "Nothing happened to this person in the run.", "zh": "模拟期内未发生变化。"}
HE = ({"en": "He", "zh": "他"}, {"en": "She", "zh": "她"})
STAYING = {"en": "staying in {place}", "zh": "留在{place}"}
ALTERNATIVE = {
    "en": "{place}: worth {worth} (of it taste {taste}), share {share}",
    "zh": "{place}：效用{worth}（其中个人偏好{taste}），选择概率{share}",
}

SENTENCES: dict[str, Sentence] = {
    "appears": {
        "en": "Enters the run, living in {lives} and registered in {home}.",
        "zh": "进入模拟，居住在{lives}，户籍在{home}。",
    },
    "reconsiders": {
        "en": "Reconsiders where to live: the draw, {draw}, is below the chance of the month, {chance}{child}.",
        "zh": "重新考虑居住地：随机数{draw}低于当月概率{chance}{child}。",
    },
    "weighs": {
        "en": "Weighs {n} places and chooses {chosen}. The best: {alternatives}. Of people alike but for tastes {stay} "
        "stay.",
        "zh": "比较{n}个去处，选择{chosen}。效用最高的：{alternatives}。条件相同者（不计个人偏好）留下的概率为{stay}。",
    },
    "gives up": {"en": "Gives up being away.", "zh": "决定返乡。"},
    "lives": {"en": "Moves from {before} to {now}{why}.", "zh": "从{before}迁往{now}{why}。"},
    "turned": {
        "en": "The place turns urban where it stands: from now on it is {now}.",
        "zh": "居住地由乡村划为城镇：此后为{now}。",
    },
    "home turned": {
        "en": "The place of registration turns urban where it stands: from now on it is {now}.",
        "zh": "户籍所在地由乡村划为城镇：此后为{now}。",
    },
    "counted": {"en": "Counts as a resident of {now} from now on.", "zh": "此后按常住口径计入{now}。"},
    "home": {"en": "Registration moves from {before} to {now}{why}.", "zh": "户籍由{before}迁入{now}{why}。"},
    "draws death": {
        "en": "The draw of death, {draw}, is below the chance of the month, {chance}.",
        "zh": "死亡随机数{draw}低于当月概率{chance}。",
    },
    "dies": {"en": "Dies at {age}.", "zh": "去世，终年{age}岁。"},
    "gives birth": {
        "en": "Gives birth: the draw, {draw}, is below the chance of the month, {chance}.",
        "zh": "生育：随机数{draw}低于当月概率{chance}。",
    },
    "seeks a partner": {
        "en": "Begins to look for a partner: the draw, {draw}, is below the chance of the month, {chance}.",
        "zh": "开始择偶：随机数{draw}低于当月概率{chance}。",
    },
    "separates": {
        "en": "The union ends: the draw, {draw}, is below the chance of the month, {chance}.",
        "zh": "婚姻解体：随机数{draw}低于当月概率{chance}。",
    },
    "married": {"en": "Forms a union with person {person}.", "zh": "与人员{person}结合。"},
    "alone": {"en": "Is without a spouse from now on.", "zh": "此后无配偶。"},
    "household": {
        "en": "The household now has {size}{came}{left}.",
        "zh": "家庭户现有{size}{came}{left}。",
    },
    "loses a post": {
        "en": "Loses the post: the draw, {draw}, is below the chance of the month, {chance}.",
        "zh": "失去工作：随机数{draw}低于当月概率{chance}。",
    },
    "stands for a post": {
        "en": "Looks for a post as number {place} of {of} in the labour market; hired there: {served}.",
        "zh": "求职：在本劳动力市场{of}名求职者中排第{place}位，当月录用{served}人。",
    },
    "work": {"en": "{He} {now}{pay}.", "zh": "{now}{pay}。"},
    "enrolled": {"en": "{School} school.", "zh": "{School}。"},
    "schooling": {"en": "Schooling is now {now}.", "zh": "受教育程度为{now}。"},
    "leaves junior school": {
        "en": "Ends junior secondary school: the draw, {draw}, against a chance of {chance} to go on.",
        "zh": "初中毕业：随机数{draw}，升学概率{chance}。",
    },
    "leaves senior school": {
        "en": "Ends senior secondary school: the draw, {draw}, against a chance of {chance} to go to college.",
        "zh": "高中毕业：随机数{draw}，升入高校概率{chance}。",
    },
    "stands for school": {
        "en": "Waits for a place at {stage} as number {place} of {of} in the county; given one: {served}.",
        "zh": "等待{stage}学位：在本县（市、区）{of}名儿童中排第{place}位，当月安排{served}人。",
    },
    "school": {"en": "Has {now} at school in the town.", "zh": "在城镇学校：{now}。"},
    "papers permit": {
        "en": "Receives a residence permit: knows of it (trait {knows} below {aware}); the draw, {luck}, is below the "
        "chance of the month, {permit}.",
        "zh": "领取居住证：知晓政策（特质{knows}低于{aware}）；随机数{luck}低于当月概率{permit}。",
    },
    "papers settles": {
        "en": "Settles: knows of it (trait {knows} below {aware}), wants to (trait {wants} below {wish}), meets the "
        "rule; the draw, {luck}, is below the chance of the month, {settle}.",
        "zh": "落户：知晓政策（特质{knows}低于{aware}），有意愿（特质{wants}低于{wish}），符合条件；随机数{luck}低于"
        "当月概率{settle}。",
    },
    "papers joins": {
        "en": "Registers with the spouse: the draw is {luck}.",
        "zh": "随配偶落户：随机数{luck}。",
    },
    "applies for housing": {
        "en": "Applies for a public dwelling: the draw, {draw}, is below the chance of the year, {chance}.",
        "zh": "申请公租房：随机数{draw}低于当年概率{chance}。",
    },
    "applies by lot": {
        "en": "Applies for {what}: the draw, {draw}, is below the chance of the round, {chance}.",
        "zh": "申请{what}：随机数{draw}低于本轮概率{chance}。",
    },
    "draws a lot": {
        "en": "Draws lot {place} of {of} in the county for {mark}; given one: {served}.",
        "zh": "{mark}摇号：在本县（市、区）{of}户中排第{place}位，当月安排{served}户。",
    },
    "joins queue": {
        "en": "Stands in the queue for a public dwelling as number {place} of {of} in the county.",
        "zh": "进入公租房轮候：在本县（市、区）{of}户中排第{place}位。",
    },
    "leaves queue": {"en": "Is no longer in the queue for a public dwelling.", "zh": "不再轮候公租房。"},
    "stands for housing": {
        "en": "Is number {place} of {of} in the queue of the county for {mark}; given one: {served}.",
        "zh": "轮候{mark}：在本县（市、区）{of}户中排第{place}位，当月安排{served}户。",
    },
    "gets": {"en": "Has {what} from now on.", "zh": "此后享有{what}。"},
    "loses": {"en": "Has no longer {what}.", "zh": "不再享有{what}。"},
    "collective": {"en": "{Moves} a dormitory.", "zh": "{Moves}集体宿舍。"},
    "other_township": {
        "en": "Moves house within the place, to another township.",
        "zh": "在本地迁至另一乡镇（街道）居住。",
    },
}
CHILD = {"en": ", as a child counts", "zh": "（考虑子女）"}
CAME = {"en": "; new: {who}", "zh": "；新增：{who}"}
LEFT = {"en": "; no longer: {who}", "zh": "；不再同户：{who}"}
PAY = {
    "en": " in {county}; pay in the labour market is {pay} times that of census night",
    "zh": "（{county}），当地劳动力市场工资为普查时点的{pay}倍",
}
ENTERS = ({"en": "Leaves", "zh": "离校"}, {"en": "Enters", "zh": "入学"})
DORMITORY = ({"en": "Leaves", "zh": "搬出"}, {"en": "Moves into", "zh": "住进"})
REASONS: dict[str, Sentence] = {
    "apply_moves": {"en": ", with or to the family", "zh": "（随家人或投靠家人）"},
    "apply_children": {"en": ", as a child to where a parent or the home is", "zh": "（子女随父母或回乡）"},
    "apply_college": {"en": ", to college", "zh": "（上大学）"},
    "apply_boarding": {"en": ", to board at school", "zh": "（寄宿上学）"},
    "apply_going_home": {"en": ", home from boarding school", "zh": "（离开寄宿学校回家）"},
    "apply_unions": {"en": ", to the partner", "zh": "（随配偶）"},
    "apply_settlement": {"en": ", on settling", "zh": "（落户）"},
    "own choice": {"en": ", by own choice", "zh": "（本人选择）"},
}
"""Why somebody lives or is registered elsewhere: the loop that did it."""
