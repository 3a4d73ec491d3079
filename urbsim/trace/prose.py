"""What was seen of a person, as sentences in English or Chinese."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from urbsim.state.codes import FIRST_JOB, FIRST_OUTSIDE, N_SECTORS
from urbsim.state.geography import Places
from urbsim.trace import words
from urbsim.trace.life import Life, State
from urbsim.trace.probe import Note

_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_SHOWN = 4  # alternatives that are named, and the one chosen


def lines_of(life: Life, lang: str) -> list[str]:
    """The life of a person, a line each: who they are, every month in which something happened, who they became."""
    return list(_Teller(life, lang).lines())


class _Teller:
    """Tells one life in one language."""

    def __init__(self, life: Life, lang: str) -> None:
        self.life, self.lang = life, lang
        self.places: Places = life.places

    def say(self, sentence: words.Sentence, **fields: Any) -> str:
        return sentence[self.lang].format(**fields)

    def lines(self) -> Iterator[str]:
        life = self.life
        asked = {"person": life.person, "scenario": life.scenario, "scale": f"{life.scale:g}"}
        yield self.say(words.TITLE, **asked, draw=life.draw, seed=life.seed)
        if life.base is not None:
            yield self.state(words.BASE, life.base, life.base_month)
        months = [(month, list(notes)) for month, notes in groupby(life.notes, key=lambda note: note.month)]
        for month, notes in months:
            sentences = [text for k, note in enumerate(notes) for text in self.sentences(note, notes[:k])]
            if sentences:
                yield f"{self.month(month)}{'. ' if self.lang == 'en' else '：'}{self.joined(sentences)}"
        if not life.notes:
            yield self.say(words.NOTHING)
        if life.end is not None:
            yield self.state(words.END, life.end, life.end_month)

    def joined(self, sentences: Sequence[str]) -> str:
        return (" " if self.lang == "en" else "").join(sentences)

    # --- what things are called -----------------------------------------------------------------------------

    def month(self, month: int) -> str:
        year, number = divmod(month, 12)
        return f"{_MONTHS[number]} {1900 + year}" if self.lang == "en" else f"{1900 + year}年{number + 1}月"

    def place(self, part: int) -> str:
        """The name of a part."""
        if part >= FIRST_OUTSIDE:
            return words.REGIONS[part - FIRST_OUTSIDE][self.lang]
        return self.say(words.PARTS[part & 1], name=self.county(part >> 1))

    def county(self, county: int) -> str:
        return (self.places.name_en if self.lang == "en" else self.places.name_zh)[county]

    def holdings(self, bits: int) -> str:
        named = [name[self.lang] for bit, name in words.HOLDINGS.items() if bits & bit]
        return (", " if self.lang == "en" else "、").join(named)

    def share(self, share: float) -> str:
        """A share in per cent, with three figures."""
        return f"{100 * share:.3g}%"

    def list_of(self, texts: Sequence[str]) -> str:
        return ("; " if self.lang == "en" else "；").join(texts)

    # --- beginning and end ----------------------------------------------------------------------------------

    def state(self, sentence: words.Sentence, state: State, month: int) -> str:
        holds, counted = self.holdings(state.holdings), self.place(state.counted)
        if sentence is words.BASE:
            counted = "" if state.counted == state.lives else self.say(words.COUNTED, counted=counted)
        members = [self.member(*each) for each in state.members]
        return self.say(
            sentence,
            month=self.month(month),
            sex=words.SEX[state.sex][self.lang],
            He=words.HE[state.sex][self.lang],
            age=state.age,
            schooling=words.SCHOOLING[state.schooling][self.lang],
            pupil=words.PUPIL[self.lang] if state.enrolled else "",
            home=self.place(state.home),
            lives=self.place(state.lives),
            counted=counted,
            work=words.WORK[state.work][self.lang],
            holdings=self.say(words.HOLDS, holdings=holds) if holds else "",
            size=self.persons(len(members) + 1),
            members=self.say(words.MEMBERS, members=self.list_of(members)) if members else "",
        )

    def persons(self, number: int) -> str:
        return words.ONE_PERSON[self.lang] if number == 1 else self.say(words.PERSONS, n=number)

    def member(self, relation: str, person: int, age: int, lives: int) -> str:
        named = words.RELATIONS[relation][self.lang]
        return self.say(words.MEMBER, relation=named, person=person, age=age, lives=self.place(lives))

    # --- months ---------------------------------------------------------------------------------------------

    def sentences(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        """What there is to say of one note. earlier: those of the same month before it."""
        own = getattr(self, f"_{note.kind.replace(' ', '_')}", None)
        if own is not None:
            return [text for text in own(note, earlier) if text]
        fields = {
            name: self.share(value) if isinstance(value, float) else value
            for name, value in note.data.items()
        }
        return [self.say(words.SENTENCES[note.kind], **fields)]

    def plain(self, kind: str, **fields: Any) -> str:
        return self.say(words.SENTENCES[kind], **fields)

    def why(self, note: Note, earlier: Sequence[Note]) -> str:
        """Why somebody lives or is registered elsewhere."""
        cause = note.data["cause"]
        chose = any(one.kind in ("weighs", "gives up") for one in earlier)
        if cause == "apply_moves" and chose:
            cause = "own choice"
        return words.REASONS[cause][self.lang] if cause in words.REASONS else ""

    def _appears(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [
            self.plain("appears", lives=self.place(note.data["lives"]), home=self.place(note.data["home"]))
        ]

    def _reconsiders(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        data = note.data
        child = words.CHILD[self.lang] if data["child"] else ""
        return [
            self.plain(
                "reconsiders", draw=self.share(data["draw"]), chance=self.share(data["chance"]), child=child
            )
        ]

    def _weighs(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        found = note.data["alternatives"]
        named = [self.alternative(each) for each in found[:_SHOWN]]
        best = found[0]
        chosen = self.staying(best) if best["stays"] else self.place(best["part"])
        stay = self.share(note.data["share_of_staying"])
        return [
            self.plain("weighs", n=len(found), chosen=chosen, alternatives=self.list_of(named), stay=stay)
        ]

    def staying(self, alternative: dict[str, Any]) -> str:
        return self.say(words.STAYING, place=self.place(alternative["part"]))

    def alternative(self, each: dict[str, Any]) -> str:
        place = self.staying(each) if each["stays"] else self.place(each["part"])
        worth, taste = f"{each['worth']:.2f}", f"{each['taste']:.2f}"
        return self.say(
            words.ALTERNATIVE, place=place, worth=worth, taste=taste, share=self.share(each["share"])
        )

    def _lives(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        before, now = note.data["before"], note.data["now"]
        if note.data["cause"] == "turn_urban":
            return [self.plain("turned", now=self.place(now))]
        return [
            self.plain("lives", before=self.place(before), now=self.place(now), why=self.why(note, earlier))
        ]

    def _counted(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        if note.data["cause"] == "turn_urban":
            return []
        return [self.plain("counted", now=self.place(note.data["now"]))]

    def _home(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        if note.data["cause"] == "turn_urban":
            here = any(one.kind == "lives" for one in earlier)  # then it was said of the place lived in
            return [] if here else [self.plain("home turned", now=self.place(note.data["now"]))]
        before, now = (self.place(note.data[name]) for name in ("before", "now"))
        return [self.plain("home", before=before, now=now, why=self.why(note, earlier))]

    def _spouse(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [
            self.plain("alone") if note.data["now"] < 0 else self.plain("married", person=note.data["person"])
        ]

    def _household(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        came, left = (
            self.say(sentence, who=self.list_of(list(map(str, note.data[name])))) if note.data[name] else ""
            for name, sentence in (("came", words.CAME), ("left", words.LEFT))
        )
        return [self.plain("household", size=self.persons(note.data["size"]), came=came, left=left)]

    def _work(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        now, pay = note.data["now"], ""
        if FIRST_JOB <= now < FIRST_JOB + N_SECTORS:
            pay = self.say(words.PAY, county=self.county(note.data["county"]), pay=f"{note.data['pay']:.3f}")
        sex = self.life.sex
        return [self.plain("work", He=words.HE[sex][self.lang], now=words.WORK[now][self.lang], pay=pay)]

    def _enrolled(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("enrolled", School=words.ENTERS[note.data["now"]][self.lang])]

    def _schooling(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("schooling", now=words.SCHOOLING[note.data["now"]][self.lang])]

    def _stands_for_school(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        data = note.data | {"stage": words.STAGES[note.data["stage"]][self.lang]}
        return [self.plain("stands for school", **data)]

    def _school(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("school", now=words.PLACE_KINDS[note.data["now"]][self.lang])]

    def _papers(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        data = {name: self.share(v) if isinstance(v, float) else v for name, v in note.data.items()}
        kind = "joins" if data["joins"] else "permit" if data["receives"] else "settles"
        return [self.plain(f"papers {kind}", **data)]

    def _housing_queue(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("joins queue", **note.data) if note.data["of"] else self.plain("leaves queue")]

    def _stands_for_housing(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("stands for housing", **note.data | {"mark": self.holdings(note.data["mark"])})]

    def _applies_by_lot(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        draw, chance = (self.share(note.data[name]) for name in ("draw", "chance"))
        what = self.holdings(note.data["mark"])
        return [self.plain("applies by lot", what=what, draw=draw, chance=chance)]

    def _draws_a_lot(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("draws a lot", **note.data | {"mark": self.holdings(note.data["mark"])})]

    def _support(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return self.gained(note.data["before"], note.data["now"])

    _holdings = _support

    def gained(self, before: int, now: int) -> list[str]:
        came, went = self.holdings(now & ~before), self.holdings(before & ~now)
        return [self.plain("gets", what=came) if came else "", self.plain("loses", what=went) if went else ""]

    def _collective(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("collective", Moves=words.DORMITORY[note.data["now"]][self.lang])]

    def _other_township(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return [self.plain("other_township")] if note.data["cause"] == "change_township" else []

    def _births(self, note: Note, earlier: Sequence[Note]) -> list[str]:
        return []
