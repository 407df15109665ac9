"""Questions about a world, in families, each with its canonical decomposition and its gold answer.

look1-3: chains of one to three look-ups; sum, sum2: arithmetic over looked-up numbers; cmp: comparison; arith, eq,
units: calculations without a look-up; talk: small talk; unknown: things or facts the wiki does not have.
"""

import random
from collections import defaultdict

from training.pocket import calculations, results, talk, untold, wording
from training.pocket.names import LANDMARK_WORDS, Namer
from training.pocket.question import UNKNOWN, Chain, Question, respelt, typed_small
from training.pocket.schema import KINDS, Relation, paths
from training.pocket.world import LIVED, World

__all__ = ["FAMILIES", "UNKNOWN", "Asker", "Chain", "Question"]

FAMILIES = ("look1", "look2", "look3", "sum", "sum2", "cmp", "arith", "eq", "units", "talk", "unknown")
WEIGHTS = (1.5, 2.0, 2.0, 1.5, 1.5, 1.8, 0.7, 0.7, 0.8, 1.8, 1.5)
LOOSE = 0.3
"""How often training words a question in a way that nobody wrote."""
_CALCULATIONS = {"arith": calculations.arithmetic, "eq": calculations.equation, "units": calculations.units}


def _starts(length: int, numeric: bool) -> dict[str, dict[str, list[tuple[str, ...]]]]:
    """Paths by the kind they start from and their first relation."""
    found: dict[str, dict[str, list[tuple[str, ...]]]] = defaultdict(lambda: defaultdict(list))
    for kind, path in paths(length, numeric):
        found[kind][path[0]].append(path)
    return {kind: dict(groups) for kind, groups in found.items()}


_STARTS = {(n, numeric): _starts(n, numeric) for n in (1, 2, 3) for numeric in (False, True)}


def relation_of(world: World, chain: Chain) -> Relation:
    """The last relation of a chain that the world can walk up to there."""
    holder = world.walk(chain.subject, chain.path[:-1])
    if holder is None:
        raise ValueError(f"the world cannot walk {chain}")
    return KINDS[world.things[holder].kind][chain.path[-1]]


class Asker:
    """Draws questions about one world; `held` words them as training never does, `loose` as only training does."""

    def __init__(
        self,
        world: World,
        rng: random.Random,
        weights: tuple[float, ...] = WEIGHTS,
        held: bool = False,
        loose: bool = False,
    ) -> None:
        self._world, self._rng, self._weights, self._held, self._loose = world, rng, weights, held, loose
        self._strangers = Namer(rng)

    def ask(self, family: str | None = None) -> Question:
        """A question of this family, or of one drawn by weight."""
        question = self._draw(family or self._rng.choices(FAMILIES, self._weights)[0])
        if question.chains and self._rng.random() < 0.06:
            return typed_small(question)
        return self._common_small(question)

    def _common_small(self, question: Question) -> Question:
        """Elements and inventions are more often than not written small in running text: "the symbol of iron"."""
        for subject in dict.fromkeys(chain.subject for chain in question.chains):
            thing = self._world.things.get(subject)
            if thing and thing.kind in ("element", "invention") and self._rng.random() < 0.6:
                question = respelt(question, subject, subject[:1].lower() + subject[1:])
        return question

    def _draw(self, family: str) -> Question:
        if family.startswith("look"):
            return self._look(family, self._chain(int(family[4:])))
        if family in ("sum", "sum2"):
            return self._sum(family)
        match family:
            case "cmp":
                return self._compare()
            case "arith" | "eq" | "units":
                return _CALCULATIONS[family](self._rng, self._worded)
            case "talk":
                text, reply = talk.exchange(self._rng, self._held)
                return Question("talk", text, "small talk", reply, operation="talk", command=text)
            case "unknown":
                return self._unknown()
        raise ValueError(f"no question family {family!r}; known: {', '.join(FAMILIES)}")

    # -- chains and phrases

    def _chain(self, length: int, numeric: bool = False, known: bool = True) -> Chain:
        """A chain the world can walk; with `known` False one whose walk ends too early."""
        for _ in range(3000):
            kind, path = self._path(length, numeric)
            titles = self._world.titles[kind]
            if not titles:
                continue
            chain = Chain(self._rng.choice(titles), path)
            if (self._world.walk(chain.subject, path) is not None) == known:
                return chain
        raise RuntimeError(f"the world has no chain of {length} relations ({numeric=}, {known=})")

    def _path(self, length: int, numeric: bool = False) -> tuple[str, tuple[str, ...]]:
        """A kind, then one of its relations, then a path from there: no kind dominates because more paths leave it."""
        kind = self._rng.choice(list(_STARTS[length, numeric]))
        groups = _STARTS[length, numeric][kind]
        return kind, self._rng.choice(groups[self._rng.choice(list(groups))])

    def _named(self, title: str) -> str:
        """A title in running text: rivers, inventions and buildings take an article more often than not."""
        thing = self._world.things.get(title)
        return f"the {title}" if thing and self._rng.random() < _article(title, thing.kind) else title

    def _phrase(self, chain: Chain, kinds: list[str]) -> str:
        """The chain as a noun phrase: "the length of the longest river of Foo"."""
        phrase, rng = self._named(chain.subject), self._rng
        for depth, (relation, kind) in enumerate(zip(chain.path, kinds, strict=True)):
            noun = rng.choice(KINDS[kind][relation].nouns)
            link = "in" if noun.startswith(("highest", "longest")) and rng.random() < 0.4 else "of"
            owned = depth == 0 and rng.random() < 0.25
            phrase = f"{phrase}'s {noun}" if owned else f"the {noun} {link} {phrase}"
        return phrase

    def _kinds(self, chain: Chain, start: str | None = None) -> list[str]:
        """The kind that holds each relation of the chain."""
        kinds = [start or self._world.things[chain.subject].kind]
        for relation in chain.path[:-1]:
            kinds.append(KINDS[kinds[-1]][relation].value)
        return kinds

    def _worded(self, what: wording.Wording) -> str:
        if self._loose and self._rng.random() < LOOSE:
            return what.loosened(self._rng)
        return what.draw(self._rng, self._held)

    def _finish(self, text: str) -> str:
        return wording.typed(text, self._rng, self._world.things)

    # -- families

    def _look_text(self, chain: Chain, kinds: list[str]) -> str:
        ask = KINDS[kinds[-1]][chain.path[-1]].ask
        if ask and not self._held and self._rng.random() < 0.5:
            inner = self._phrase(Chain(chain.subject, chain.path[:-1]), kinds[:-1])
            return self._finish(self._rng.choice(ask).format(x=inner))
        return self._finish(self._worded(wording.GENERAL).format(x=self._phrase(chain, kinds)))

    def _look(self, family: str, chain: Chain) -> Question:
        kinds = self._kinds(chain)
        answer = self._world.walk(chain.subject, chain.path)
        if answer is None:
            raise ValueError(f"the world cannot walk {chain}")
        if family == "look1" and self._rng.random() < 0.12 and (short := self._shortened(chain.subject)):
            text = self._look_text(chain, kinds).replace(chain.subject, short)
            return Question(family, text, str(Chain(short, chain.path)), answer, (Chain(short, chain.path),))
        return Question(family, self._look_text(chain, kinds), str(chain), answer, (chain,))

    def _shortened(self, title: str) -> str | None:
        """The last word of a long title, where a search for it comes to that article."""
        words = title.split()
        if len(words) < 2 or len(words[-1]) < 4:
            return None
        found = self._world.index.search(words[-1])
        return words[-1] if found.articles and not found.exact and found.articles[0].title == title else None

    def _operands(self, family: str) -> tuple[Chain, Chain]:
        """Two different chains to positive numbers, more often than not to the same relation."""
        while True:
            first = self._chain(2 if family == "sum2" else 1, numeric=True)
            second = self._chain(1, numeric=True)
            if self._rng.random() < 0.65:
                relation = first.path[-1]
                peers = [
                    t.title
                    for t in self._world.things.values()
                    if relation in t.facts
                    and t.title != first.subject
                    and KINDS[t.kind][relation] == relation_of(self._world, first)
                ]
                if peers:
                    second = Chain(self._rng.choice(peers), (relation,))
            values = [self._world.walk(c.subject, c.path) or "-" for c in (first, second)]
            if first != second and not any(value.startswith("-") for value in values):
                return (first, second) if self._rng.random() < 0.5 else (second, first)

    def _life(self) -> tuple[Chain, Chain] | None:
        years = {"birth year", "death year"}
        people = [t.title for t in self._world.things.values() if t.kind in LIVED and years <= t.facts.keys()]
        if not people:
            return None
        who = self._rng.choice(people)
        return Chain(who, ("death year",)), Chain(who, ("birth year",))

    def _written(self, chain: Chain) -> str:
        value = self._world.walk(chain.subject, chain.path)
        if value is None:
            raise ValueError(f"the world cannot walk {chain}")
        return results.number_in(value)

    def _sum(self, family: str) -> Question:
        rng = self._rng
        if family == "sum" and rng.random() < 0.1 and (life := self._life()):
            a, b = life
            text, sign = self._worded(wording.LIFE).format(x=a.subject), "-"
        else:
            (a, b), sign = self._operands(family), rng.choice("+-")
            swap = results.value_of(self._written(a)) < results.value_of(self._written(b))
            if sign == "-" and swap and rng.random() < 0.9:
                a, b = b, a
            text = self._sum_text(a, b, sign)
        left, right = self._written(a), self._written(b)
        answer = results.total(left, sign, right)
        return Question(family, self._finish(text), f"{a} {sign} {b}", answer, (a, b), sign)

    def _sum_text(self, a: Chain, b: Chain, sign: str) -> str:
        rng, kinds = self._rng, (self._kinds(a), self._kinds(b))
        last = [KINDS[k[-1]][c.path[-1]] for k, c in zip(kinds, (a, b), strict=True)]
        special = last[0].plus if sign == "+" else last[0].minus
        if special and last[0] == last[1] and not self._held and rng.random() < 0.5:
            x, y = (self._phrase(Chain(c.subject, c.path[:-1]), k[:-1]) for c, k in zip((a, b), kinds, strict=True))
            return rng.choice(special).format(x=x, y=y)
        x, y = self._phrase(a, kinds[0]), self._phrase(b, kinds[1])
        return self._worded(wording.PLUS if sign == "+" else wording.MINUS).format(x=x, y=y)

    def _compare(self) -> Question:
        rng = self._rng
        while True:
            a = self._chain(1, numeric=True)
            kind, relation = self._world.things[a.subject].kind, a.path[0]
            b = Chain(rng.choice(self._world.titles[kind]), a.path)
            if a.subject == b.subject or self._world.walk(b.subject, b.path) is None:
                continue
            left, right = self._written(a), self._written(b)
            if results.value_of(left) != results.value_of(right):
                break
        known, which = KINDS[kind][relation], rng.choice(("largest", "smallest"))
        special = known.more if which == "largest" else known.less
        if special and not self._held and rng.random() < 0.6:
            text = rng.choice(special).format(a=self._named(a.subject), b=self._named(b.subject))
        else:
            adjective = rng.choice(wording.LARGER if which == "largest" else wording.SMALLER)
            names = {"a": self._named(a.subject), "b": self._named(b.subject)}
            text = self._worded(wording.COMPARE).format(c=adjective, r=rng.choice(known.nouns), **names)
        answer = results.winner(which, (a.subject, left), (b.subject, right))
        return Question("cmp", self._finish(text), f"{which}: {a} ; {b}", answer, (a, b), which)

    def _unknown(self) -> Question:
        rng, draw = self._rng, self._rng.random()
        if draw < 0.2:
            pair = [self._chain(1, numeric=True), self._chain(1, numeric=True, known=False)]
            rng.shuffle(pair)
            sign = rng.choice("+-")
            text = self._sum_text(pair[0], pair[1], sign)
            return Question("unknown", text, f"{pair[0]} {sign} {pair[1]}", UNKNOWN, tuple(pair), sign)
        if draw < 0.45:
            return self._untold()
        if draw < 0.7:
            kind, path = self._path(rng.choice((1, 1, 2)))
            chain = Chain(self._stranger(kind), path)
            text = self._look_text_for(chain, kind)
        else:
            chain = self._chain(rng.choice((1, 1, 2)), known=False)
            text = self._look_text_for(chain, self._world.things[chain.subject].kind)
        return Question("unknown", text, str(chain), UNKNOWN, (chain,))

    def _untold(self) -> Question:
        """What no article tells of such a thing, asked of one that has an article, or of what one names."""
        rng = self._rng
        known = self._chain(2) if rng.random() < 0.25 else None
        title, path = (known.subject, known.path[:1]) if known else (rng.choice(list(self._world.things)), ())
        people = rng.random() < 0.35
        noun = (untold.PEOPLE if people else untold.THINGS).draw(rng, self._held)
        if self._loose and rng.random() < LOOSE:
            noun = self._strangers.word().lower()  # whatever a word means, it can be copied and looked for
        inner = self._phrase(Chain(title, path), self._kinds(Chain(title, (*path, noun)))[: len(path)])
        x = f"{inner}'s {noun}" if not path and rng.random() < 0.3 else f"the {noun} of {inner}"
        asked = wording.WHO if people and rng.random() < 0.6 else wording.GENERAL
        text = self._finish(self._worded(asked).format(x=x))
        chain = Chain(title, (*path, noun))
        return Question("unknown", text, str(chain), UNKNOWN, (chain,))

    def _stranger(self, kind: str) -> str:
        """A name that no article has; often it shares a word with one, so that a search finds what was not asked."""
        titles = [title.split() for title in self._world.titles[kind] if " " in title]
        while True:
            name = self._strangers.name(kind)
            if titles and self._rng.random() < 0.5:
                near = list(self._rng.choice(titles))
                near[self._rng.randrange(len(near))] = name.split()[-1]
                name = " ".join(near)
            if not self._world.index.search(name).exact:
                return name

    def _look_text_for(self, chain: Chain, kind: str) -> str:
        return self._look_text(chain, self._kinds(chain, kind))


def _article(title: str, kind: str) -> float:
    """How often "the" stands before this title."""
    if kind == "landmark":
        return 0.6 if title.split()[-1] in LANDMARK_WORDS or " " not in title else 0.2
    return {"river": 0.6, "invention": 0.6}.get(kind, 0.0)
