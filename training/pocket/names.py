"""Names that nobody has: random syllable languages, a letter model of English, and random vocabulary pieces.

The generator is wide on purpose. A model that has met only a narrow kind of name copies real ones badly; with this mix
real names cost the tokenizer as many tokens as invented ones. Everything derives from the seed and from this file.
"""

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


def words(*lines: str) -> tuple[str, ...]:
    """The words of all lines."""
    return tuple(" ".join(lines).split())


_ONSETS = words(
    "b c d f g h j k l m n p q r s t v w x y z bl br ch cl cr dr fl fr gh gl gr kh kl kr ky ll mb mn nd ng nj ny",
    "ph pl pr qu sc sh sk sl sm sn sp st str sv sw sz th tr ts tz vl wh zh",
)
_NUCLEI = words(
    "a a a e e e i i i o o o u u y aa ae ai ao au ay ea ee ei eo eu ia ie io iu oa oe oi oo ou ua ue ui uo uy é è",
    "á à â ä ã å í ó ô ö ø õ ú ü ç",
)
_CODAS = words(
    "b c ck d f g gh h k l ll m mp n n n nd ng nk nt p r r rd rg rk rl rm rn rs rt s s ss st sch t tt tz v w x z",
    "lm ld ls lt th",
)
_SUFFIXES = words(
    "land stan ia ium um on ine us is os as es er en an in el ville burg grad ton ford berg stad pur bad polis",
    "shire mouth field son sen sson ov ova ev ski sky ez es ini elli etti eau oux ard ier ette aux heim dorf",
)
_BEFORE = words(
    "New Old North South East West Great Upper Lower Saint San Santa Santo El La Le Los Las Al Mount Mount Lake",
    "Port Fort Cape Rio Grand Big Red Black White Blue Dar Abu Bir Nova Villa Kuala Addis Monte Pico Cerro",
)
_AFTER = words("City River Peak Island Islands Republic Kingdom Springs Falls Bay Hill Hills Sea Mountains Range Coast")
LANDMARK_WORDS = words(
    "Tower Bridge Cathedral Palace Pyramid Temple Gate Arch Museum Monument Fountain Mosque Building Wheel Needle",
    "Minster Viaduct Column Wall Castle Church House Theatre Statue Center Skytree Towers Eye",
)
_DEVICES = words(
    "engine machine pump lamp loom clock pen rocket telescope microscope battery generator camera wheel scale press",
    "thermometer process turbine oven wiper rod valve chamber tube cell printer steel rubber brake lock mouse",
)
_TONGUES = words("ian an ese ish ic i en er nish lish")
_PARTICLES = words(
    "de da do del della di du la le von van der den of the and al el y ibn bin d' al- es",
)
_STATES = words(
    "Republic Kingdom Democratic United Federal States Union Principality Commonwealth Central Equatorial",
)
ENGLISH = words(
    "about above across after again against almost along already also although always among another answer appear",
    "area around asked away back balance beautiful became because become been before began behind being believe",
    "below best better between bird black blue board boat body book both bottom brought build built business",
    "called came cannot carry cause center certain change check children city class clear close cold color come",
    "common complete consider contain could country course covered cross current dark dear decide deep develop",
    "difference differ direct distance does done door down draw dream drive during each early earth ease east",
    "enough even every example experience explain family farm fast father feet field figure fill final find fine",
    "fire first fish five follow food foot force forest form found four free friend from front full game gave",
    "general girl give glass gold good gone govern grass great green ground group grow half hand happen hard have",
    "head hear heat heavy help here high history hold home horse hour house hundred idea important inch increase",
    "industry interest island just keep kind king knew knowledge land language large last late laugh lead learn",
    "leave left less letter level life light like line list listen little live long look love machine made main",
    "make many mark master material matter mean measure member method might mile mind minute modern money moon",
    "more morning most mother mountain move much multiply music must name nation natural near need never next",
    "night north nothing notice noun number object ocean office often open order other over page paint paper part",
    "party passage pattern people perhaps period person picture piece place plain plan plane plant play point",
    "position possible power present press problem produce product program public pull question quick rain reach",
    "ready reason receive record region remember represent rest result right river road rock room round rule safe",
    "said sail same school science season second seem self sentence serve several shape ship short should show",
    "side simple since single sister size sleep slow small snow social some song soon sound south special spell",
    "spring stand star start state station stay steam steel step still stood stop story street strong student",
    "study subject such summer surface system table tail take talk teach tell temple thank their them then there",
    "these thick thing think third this those though thought thousand through time together told took toward town",
    "trade train travel tree true turn under unit until usual valley value variety various verb very village",
    "voice vowel wait walk wall want warm wash watch water wave week weight well went were west what wheel when",
    "where which while white whole wind winter with woman wonder wood word work world would write year yellow",
    "young your",
)
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _letter_model() -> dict[str, list[str]]:
    follows: dict[str, list[str]] = defaultdict(list)
    for word in sorted(set(ENGLISH)):
        padded = f"^^{word}$"
        for i in range(2, len(padded)):
            follows[padded[i - 2 : i]].append(padded[i])
    return dict(follows)


_FOLLOWS = _letter_model()


@dataclass(frozen=True)
class Pieces:
    """Word pieces of a trained tokenizer: those that begin a word, and those that go on."""

    starts: tuple[str, ...]
    rest: tuple[str, ...]


def capital(word: str) -> str:
    """The word with its first letter in upper case and the others as they are."""
    return word[:1].upper() + word[1:]


def from_letters(rng: random.Random) -> str:
    """A word that nobody has, spelt as English is."""
    word = "^^"
    while True:
        choices = _FOLLOWS.get(word[-2:])
        letter = rng.choice(choices) if choices and rng.random() > 0.06 else rng.choice(_LETTERS + "jkqwxz")
        if letter == "$" or len(word) > 12:
            if len(word) >= 6:
                return capital(word[2:])
            letter = rng.choice("aeiou")
        word += letter


def _from_pieces(rng: random.Random, pieces: Pieces) -> str:
    more = rng.choice((0, 1, 1, 2, 2, 3, 3, 4))
    word = rng.choice(pieces.starts) + "".join(rng.choice(pieces.rest) for _ in range(more))
    return capital(word[:14]) if len(word) > 1 else capital(word + rng.choice(pieces.rest))


@dataclass(frozen=True)
class _Tongue:
    onsets: tuple[str, ...]
    nuclei: tuple[str, ...]
    codas: tuple[str, ...]

    def word(self, rng: random.Random) -> str:
        word = ""
        for i in range(rng.choice((1, 1, 2, 2, 2, 3, 3))):
            if i or rng.random() < 0.8:
                word += rng.choice(self.onsets)
            word += rng.choice(self.nuclei)
            if rng.random() < 0.35:
                word += rng.choice(self.codas)
        if rng.random() < 0.25:
            word += rng.choice(_SUFFIXES)
        return capital((word if len(word) > 1 else word + rng.choice(self.codas))[:14])


class Namer:
    """Names of one world: no name twice, none that `forbidden` holds, some sharing words as real ones do."""

    def __init__(
        self, rng: random.Random, pieces: Pieces | None = None, forbidden: frozenset[str] = frozenset()
    ) -> None:
        self._rng, self._pieces, self._forbidden = rng, pieces, forbidden
        self._tongues = [
            _Tongue(*(tuple(rng.sample(pool, n)) for pool, n in ((_ONSETS, 18), (_NUCLEI, 10), (_CODAS, 12))))
            for _ in range(6)
        ]
        self._used: set[str] = set()
        self._words = ["Anta"]

    def _fresh(self) -> str:
        rng = self._rng
        draw = rng.random()
        if self._pieces and draw < 0.30:
            return _from_pieces(rng, self._pieces)
        return from_letters(rng) if draw < 0.60 else rng.choice(self._tongues).word(rng)

    def word(self) -> str:
        """One word of a name; sometimes an old one, a near twin of one, or with a hyphen or an apostrophe."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.08:
            return rng.choice(self._words)
        if draw < 0.105:
            return capital(rng.choice(_LETTERS) + rng.choice(self._words)[1:])
        if draw < 0.14:
            old = rng.choice(self._words)
            return capital(old[: max(2, len(old) - rng.randint(1, 3))] + rng.choice(_SUFFIXES + _NUCLEI))
        word, draw = self._fresh(), rng.random()
        if draw < 0.03:
            word += "-" + self._fresh()
        elif draw < 0.05:
            word = f"{word[:1]}'{self._fresh()}"
        elif draw < 0.065:
            word += f"-{rng.choice(_PARTICLES[:10])}-{self._fresh()}"
        self._words.append(word)
        return word

    def name(self, kind: str, near: str | None = None) -> str:
        """A new name for a thing of this kind, sometimes derived from `near` (a capital from its country)."""
        for _ in range(99):
            name = self._draw(kind, near).replace("d' ", "d'").replace("al- ", "al-")
            if len(name) > 2 and name not in self._used and name.casefold() not in self._forbidden:
                break
        else:
            raise RuntimeError(f"no new name for a {kind} in 99 tries: the world is too full")
        self._used.add(name)
        return name

    def _draw(self, kind: str, near: str | None) -> str:
        draw = self._rng.random()
        if near and draw < 0.12:
            return f"{near} {self._rng.choice(_AFTER)}"
        if near and draw < 0.22:
            stem = near.split()[-1][: self._rng.randint(3, 7)]
            return capital(stem + self._rng.choice(_SUFFIXES + _NUCLEI))
        if near and kind == "language" and draw < 0.7:
            return self._tongue(near)
        if kind in ("person", "composer"):
            return self._person()
        if kind == "invention":
            return self._invention()
        if kind in ("landmark", "lake"):
            return self._marked(kind)
        if kind == "element":
            return capital(self.word().lower()) if self._rng.random() < 0.6 else self.word()
        return self._place()

    def _tongue(self, near: str) -> str:
        """A language named after a country: "Latvian", "Japanese", "Danish"."""
        stem = near.split()[-1]
        if stem[-1] in "aeiou" and self._rng.random() < 0.6:
            return stem + "n" if stem.endswith(("a", "i")) else stem[:-1] + "an"
        return capital(stem[: self._rng.randint(3, 9)].rstrip("aeiou-'") + self._rng.choice(_TONGUES))

    def _person(self) -> str:
        rng = self._rng
        words = [self.word() for _ in range(rng.choice((2, 2, 2, 2, 2, 3)))]
        if rng.random() < 0.15:
            words.insert(-1, rng.choice(_PARTICLES[:15]))
        if rng.random() < 0.05:
            words.append(rng.choice(("Jr.", "II", "III")))
        return " ".join(words)

    def _invention(self) -> str:
        """One word, or a word or two and what sort of device it is: "Bunsen burner"."""
        rng = self._rng
        words = [self.word()]
        if rng.random() < 0.2:
            words.append(self.word().lower())
        if rng.random() < 0.55:
            words.append(rng.choice(_DEVICES) if rng.random() < 0.7 else self.word().lower())
        return " ".join(words)

    def _marked(self, kind: str) -> str:
        """A place, more often than not with the word that says what it is: "Lake Como", "Tower Bridge"."""
        name = self._place()
        if self._rng.random() > 0.65:
            return name
        if kind == "lake":
            return f"Lake {name}" if self._rng.random() < 0.85 else f"{name} Lake"
        sight = self._rng.choice(LANDMARK_WORDS)
        return f"{sight} of {name}" if self._rng.random() < 0.15 else f"{name} {sight}"

    def _place(self) -> str:
        rng = self._rng
        words = [self.word() for _ in range(rng.choice((1, 1, 1, 1, 1, 1, 1, 2, 2, 3)))]
        draw = rng.random()
        if draw < 0.12:
            words.insert(0, rng.choice(_BEFORE))
        elif draw < 0.16:
            words.append(rng.choice(_AFTER))
        elif draw < 0.19 and len(words) < 3:
            words += [rng.choice(_PARTICLES[:16]), self.word()]
        elif draw < 0.20:
            words = [rng.choice(_STATES), *words, "Republic"]
        elif draw < 0.22:
            words = [*rng.sample(_STATES, rng.choice((1, 2))), "of", *rng.choice(((), ("the",))), *words]
        return " ".join(words)

    def short(self) -> str:
        """A chemical symbol: one or two letters."""
        length = self._rng.choice((1, 2, 2, 2))
        return capital("".join(self._rng.choice("abcdefghiklmnoprstuvyz") for _ in range(length)))


def pieces_of(vocabulary: Sequence[str]) -> Pieces:
    """Sorts decoded vocabulary entries (with their leading space where they begin a word) into name pieces."""
    starts = sorted({p.strip() for p in vocabulary if p.startswith(" ") and p.strip().isalpha()})
    rest = sorted({p for p in vocabulary if p.isalpha() and p == p.lower()})
    accents = list("áéíóúàèâêîôäëïöüãõåæøñçšžčłńćęąıșğýþđ")
    return Pieces(tuple(starts), tuple(rest + list(_LETTERS) * 3 + accents))
