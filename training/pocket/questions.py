"""Questions about a world, in families, each with its canonical decomposition and its gold answer.

look1-3: chains of one to three look-ups; sum, sum2: arithmetic over looked-up numbers; cmp: comparison; arith, eq: pure
mathematics; talk: small talk; unknown: things or facts the wiki does not have.
"""

import random
from dataclasses import dataclass, replace

from training.pocket import results, talk
from training.pocket.names import Namer
from training.pocket.schema import KINDS, Relation, paths
from training.pocket.world import World

FAMILIES = ("look1", "look2", "look3", "sum", "sum2", "cmp", "arith", "eq", "talk", "unknown")
WEIGHTS = (1.2, 2.0, 2.0, 1.5, 1.5, 1.8, 0.8, 0.8, 0.6, 1.2)
UNKNOWN = "unknown"

_GENERAL = (
    "What is {x}?",
    "What is {x}?",
    "What's {x}?",
    "Tell me {x}.",
    "Please find {x}.",
    "Can you tell me {x}?",
    "I would like to know {x}.",
    "Look up {x}.",
    "Find {x}.",
    "Do you know {x}?",
)
_PLUS = (
    "What is the sum of {x} and {y}?",
    "Add {x} and {y}.",
    "What do you get if you add {x} to {y}?",
    "How much are {x} and {y} together?",
    "What is {x} plus {y}?",
)
_MINUS = (
    "What is the difference between {x} and {y}?",
    "Subtract {y} from {x}.",
    "How much larger is {x} than {y}?",
    "What is {x} minus {y}?",
)
_COMPARE = (
    "Which has the {c} {r}, {a} or {b}?",
    "Does {a} or {b} have the {c} {r}?",
    "Of {a} and {b}, which has the {c} {r}?",
    "Compare {a} and {b}: which one has the {c} {r}?",
)
_LIFE = ("How many years did {x} live?", "How old did {x} become?", "At what age did {x} die?")
_CALCULATE = ("What is {e}?", "Calculate {e}.", "Compute {e}.", "How much is {e}?", "Work out {e}.", "{e}", "{e} = ?")
_SOLVE = ("Solve {e}.", "Solve {e} for x.", "What is x if {e}?", "Find x: {e}", "Solve the equation {e}.", "{e}, x = ?")
_BY_LENGTH = {(n, numeric): paths(n, numeric) for n in (1, 2, 3) for numeric in (False, True)}


@dataclass(frozen=True)
class Chain:
    """A thing as the question names it and the relations to follow from it."""

    subject: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.subject}: {', '.join(self.path)}"


@dataclass(frozen=True)
class Question:
    """A question; `operation` is "", "+", "-", "largest", "smallest", "python", "equation" or "talk"."""

    family: str
    text: str
    analysis: str
    answer: str
    chains: tuple[Chain, ...] = ()
    operation: str = ""
    command: str = ""


def relation_of(world: World, chain: Chain) -> Relation:
    """The last relation of a chain that the world can walk up to there."""
    holder = world.walk(chain.subject, chain.path[:-1])
    if holder is None:
        raise ValueError(f"the world cannot walk {chain}")
    return KINDS[world.things[holder].kind][chain.path[-1]]


class Asker:
    """Draws questions about one world."""

    def __init__(self, world: World, rng: random.Random, weights: tuple[float, ...] = WEIGHTS) -> None:
        self._world, self._rng, self._weights = world, rng, weights
        self._strangers = Namer(rng)

    def ask(self, family: str | None = None) -> Question:
        """A question of this family, or of one drawn by weight."""
        question = self._draw(family or self._rng.choices(FAMILIES, self._weights)[0])
        if question.chains and self._rng.random() < 0.06:
            return _typed_small(question)
        return self._elements_small(question)

    def _elements_small(self, question: Question) -> Question:
        """Elements are more often than not written small in running text: "the symbol of iron"."""
        for subject in dict.fromkeys(chain.subject for chain in question.chains):
            thing = self._world.things.get(subject)
            if thing and thing.kind == "element" and self._rng.random() < 0.6:
                question = _respelt(question, subject, subject.lower())
        return question

    def _draw(self, family: str) -> Question:
        if family.startswith("look"):
            return self._look(family, self._chain(int(family[4:])))
        if family in ("sum", "sum2"):
            return self._sum(family)
        match family:
            case "cmp":
                return self._compare()
            case "arith":
                return self._arithmetic()
            case "eq":
                return self._equation()
            case "talk":
                text, reply = talk.exchange(self._rng)
                return Question("talk", text, "small talk", reply, operation="talk", command=text)
            case "unknown":
                return self._unknown()
        raise ValueError(f"no question family {family!r}; known: {', '.join(FAMILIES)}")

    # -- chains and phrases

    def _chain(self, length: int, numeric: bool = False, known: bool = True) -> Chain:
        """A chain the world can walk; with `known` False one whose walk ends too early."""
        for _ in range(3000):
            kind, path = self._rng.choice(_BY_LENGTH[length, numeric])
            titles = self._world.titles[kind]
            if not titles:
                continue
            chain = Chain(self._rng.choice(titles), path)
            if (self._world.walk(chain.subject, path) is not None) == known:
                return chain
        raise RuntimeError(f"the world has no chain of {length} relations ({numeric=}, {known=})")

    def _named(self, title: str) -> str:
        """A title in running text: rivers take an article more often than not."""
        thing = self._world.things.get(title)
        return f"the {title}" if thing and thing.kind == "river" and self._rng.random() < 0.6 else title

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

    def _finish(self, text: str) -> str:
        """Small differences in typing: no final mark, no capital at the start."""
        draw = self._rng.random()
        if draw < 0.06:
            return text.rstrip("?.")
        if draw < 0.10 and not any(text.startswith(title) for title in self._world.things):
            return text[:1].lower() + text[1:]
        return text

    # -- families

    def _look_text(self, chain: Chain, kinds: list[str]) -> str:
        ask = KINDS[kinds[-1]][chain.path[-1]].ask
        if ask and self._rng.random() < 0.5:
            inner = self._phrase(Chain(chain.subject, chain.path[:-1]), kinds[:-1])
            return self._finish(self._rng.choice(ask).format(x=inner))
        return self._finish(self._rng.choice(_GENERAL).format(x=self._phrase(chain, kinds)))

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
        people = [t.title for t in self._world.things.values() if t.kind == "person" and years <= t.facts.keys()]
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
            text, sign = rng.choice(_LIFE).format(x=a.subject), "-"
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
        if special and last[0] == last[1] and rng.random() < 0.5:
            x, y = (self._phrase(Chain(c.subject, c.path[:-1]), k[:-1]) for c, k in zip((a, b), kinds, strict=True))
            return rng.choice(special).format(x=x, y=y)
        x, y = self._phrase(a, kinds[0]), self._phrase(b, kinds[1])
        return rng.choice(_PLUS if sign == "+" else _MINUS).format(x=x, y=y)

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
        if special and rng.random() < 0.6:
            text = rng.choice(special).format(a=self._named(a.subject), b=self._named(b.subject))
        else:
            adjective = rng.choice(("larger", "higher", "greater") if which == "largest" else ("smaller", "lower"))
            names = {"a": self._named(a.subject), "b": self._named(b.subject)}
            text = rng.choice(_COMPARE).format(c=adjective, r=rng.choice(known.nouns), **names)
        answer = results.winner(which, (a.subject, left), (b.subject, right))
        return Question("cmp", self._finish(text), f"{which}: {a} ; {b}", answer, (a, b), which)

    def _arithmetic(self) -> Question:
        rng = self._rng

        def number() -> str:
            if rng.random() < 0.08:
                return f"{rng.randint(1, 99)}.{rng.randint(1, 9)}"
            return str(rng.randint(2, 10 ** rng.choice((1, 2, 2, 3, 3, 4, 5, 6))))

        while True:
            left, right = number(), number()
            draw, operator = rng.random(), rng.choice("++--***/")
            if operator == "/":
                left = str(rng.randint(2, 200) * int(right)) if right.isdigit() else left
            expression = f"{left} {operator} {right}"
            if draw < 0.3:
                expression += f" {rng.choice('+-*')} {number()}"
            elif draw < 0.4:
                expression = f"({left} {rng.choice('+-')} {right}) * {number()}"
            elif draw < 0.45:
                expression = f"{rng.randint(2, 30)} ** {rng.randint(2, 4)}"
            answer = results.python(expression)
            if len(answer) <= 13 and "e" not in answer:
                break
        text = self._finish(rng.choice(_CALCULATE).format(e=self._spoken(expression)))
        return Question("arith", text, expression, answer, operation="python", command=expression)

    def _spoken(self, expression: str) -> str:
        draw = self._rng.random()
        if draw < 0.15:
            for sign, word in ((" + ", " plus "), (" - ", " minus "), (" * ", " times "), (" / ", " divided by ")):
                expression = expression.replace(sign, word)
            return expression.replace(" ** ", " to the power of ")
        if draw < 0.3:
            return expression.replace(" ** ", "^").replace("*", "×")
        return expression.replace(" ** ", "^") if draw < 0.4 else expression

    def _equation(self) -> Question:
        rng = self._rng
        if rng.random() < 0.55:
            factor, root, shift = rng.randint(1, 12), rng.randint(-30, 60), rng.randint(-60, 60) or 7
            total = factor * root + shift
            equation = f"{_term(factor, 'x')}{_signed(shift)} = {total}"
            answer = results.roots(0, factor, shift - total)
        else:
            one, two = rng.randint(-12, 15), rng.randint(-12, 15)
            linear, constant = -(one + two), one * two
            middle = _signed(linear, "x") if linear else ""
            equation = f"x**2{middle}{_signed(constant) if constant else ''} = 0"
            answer = results.roots(1, linear, constant)
        shown = equation
        if (draw := rng.random()) < 0.55:
            shown = shown.replace("*x", "x")
        if draw < 0.8:
            shown = shown.replace("x**2", rng.choice(("x^2", "x^2", "x²")))
        if rng.random() < 0.15:
            shown = shown.replace(" ", "")
        text = self._finish(rng.choice(_SOLVE).format(e=shown))
        return Question("eq", text, equation, answer, operation="equation", command=equation)

    def _unknown(self) -> Question:
        rng, draw = self._rng, self._rng.random()
        if draw < 0.2:
            pair = [self._chain(1, numeric=True), self._chain(1, numeric=True, known=False)]
            rng.shuffle(pair)
            sign = rng.choice("+-")
            text = self._sum_text(pair[0], pair[1], sign)
            return Question("unknown", text, f"{pair[0]} {sign} {pair[1]}", UNKNOWN, tuple(pair), sign)
        if draw < 0.45:
            kind, path = rng.choice(_BY_LENGTH[rng.choice((1, 1, 2)), False])
            chain = Chain(self._stranger(kind), path)
            text = self._look_text_for(chain, kind)
        else:
            chain = self._chain(rng.choice((1, 1, 2)), known=False)
            text = self._look_text_for(chain, self._world.things[chain.subject].kind)
        return Question("unknown", text, str(chain), UNKNOWN, (chain,))

    def _stranger(self, kind: str) -> str:
        while True:
            name = self._strangers.name(kind)
            if not self._world.index.search(name).exact:
                return name

    def _look_text_for(self, chain: Chain, kind: str) -> str:
        return self._look_text(chain, self._kinds(chain, kind))


def _typed_small(question: Question) -> Question:
    """The question as many people type it: all in small letters, names too; the wiki still answers in its own."""
    chains = tuple(Chain(chain.subject.lower(), chain.path) for chain in question.chains)
    return replace(question, text=question.text.lower(), analysis=question.analysis.lower(), chains=chains)


def _respelt(question: Question, old: str, new: str) -> Question:
    """The question with another spelling of one subject; in the answer the wiki's own stays."""
    chains = tuple(replace(chain, subject=new) if chain.subject == old else chain for chain in question.chains)
    text, analysis = question.text.replace(old, new), question.analysis.replace(old, new)
    return replace(question, text=text, analysis=analysis, chains=chains)


def _term(factor: int, name: str) -> str:
    return name if factor == 1 else f"{factor}*{name}"


def _signed(value: int, name: str = "") -> str:
    size = _term(abs(value), name) if name else str(abs(value))
    return f" {'-' if value < 0 else '+'} {size}"
