"""The oracle that plans, judges and answers perfectly from what the tools have returned so far.

It knows the question's chains, never the world: what it states was found in an article that a search returned. Its
decisions are the gold labels of all modules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.wiki_index import Found, normal
from training.pocket import results
from training.pocket.question import UNKNOWN, Chain, Question
from training.pocket.world import World

SEARCH, SOLVER, PYTHON, GENERATOR = "wikipedia_search", "math_solver", "python_coder", "base_generator"
_GOALS = {
    "+": "Compute the sum.",
    "-": "Compute the difference.",
    "largest": "Find the largest.",
    "smallest": "Find the smallest.",
    "python": "Compute the expression.",
    "equation": "Solve the equation.",
    "convert": "Convert the units.",
    "years": "Reckon with the years.",
    "talk": "Reply.",
}
_TOOLS = {"python": PYTHON, "talk": GENERATOR}


NOTHING, NOTHING_NEW, NOWHERE = "Nothing yet.", "Nothing new was found.", "There is no such article."


def said(relation: str, title: str, value: str) -> str:
    """A fact, as all modules write it."""
    return f"The {relation} of {title} is {value}."


def unsaid(relation: str, title: str) -> str:
    """That an article does not tell a fact."""
    return f"The {relation} of {title} is not said."


@dataclass(frozen=True)
class Step:
    """What the planner and the executor write in one turn."""

    context: str
    goal: str
    tool: str
    command: str


@dataclass(frozen=True)
class Verdict:
    """What the verifier writes after a result."""

    stop: bool
    reason: str


@dataclass(frozen=True)
class _Walked:
    """How far a chain is known: its facts, the thing and relation that come next, if any, or why it ends too early."""

    facts: tuple[str, ...]
    value: str
    title: str
    need: tuple[str, str] | None = None
    missing: str = ""


def covers(subject: str, title: str) -> bool:
    """Whether an article of this title is about the subject: all words of the subject are in it."""
    words = re.findall(r"\w+", normal(subject))
    return bool(words) and set(words) <= set(re.findall(r"\w+", normal(title)))


@dataclass
class Oracle:
    """Follows one question; ask for a step, tell it the outcome, until it stops."""

    question: Question
    world: World
    _articles: dict[str, Mapping[str, str]] = field(default_factory=dict)
    _titles: dict[str, str] = field(default_factory=dict)
    _misses: dict[str, int] = field(default_factory=dict)
    _result: str | None = None

    def _walk(self, chain: Chain) -> _Walked:
        facts: list[str] = []
        subject, title = chain.subject, chain.subject
        for relation in chain.path:
            title = self._titles.get(normal(subject), "")
            if not title:
                missing = NOWHERE if self._misses.get(subject, 0) >= 2 else ""
                return _Walked(tuple(facts), "", subject, (subject, relation), missing)
            value = self._articles[title].get(relation)
            if value is None:
                return _Walked(tuple(facts), "", title, (title, relation), unsaid(relation, title))
            facts.append(said(relation, title, value))
            subject = value
        return _Walked(tuple(facts), subject, title)

    def _walked(self) -> list[_Walked]:
        return [self._walk(chain) for chain in self.question.chains]

    def _missing(self) -> str:
        """Why the question cannot be answered, empty while it may be."""
        return next((walked.missing for walked in self._walked() if walked.missing), "")

    def _facts(self) -> list[str]:
        return [fact for walked in self._walked() for fact in walked.facts]

    def need(self) -> tuple[str, str] | None:
        """The thing and its relation that must be looked up next, None where no look-up is left."""
        return next((walked.need for walked in self._walked() if walked.need), None)

    def next(self) -> Step | None:
        """The next step, None when there is nothing more to do."""
        if self._missing():
            return None
        if need := self.need():
            subject, relation = need
            context = [NOTHING, *self._facts()][-1]
            if self._misses.get(subject):
                return Step(context, f"Search for the {relation} of {subject}.", SEARCH, f"{subject} {relation}")
            return Step(context, f"Find the {relation} of {subject}.", SEARCH, subject)
        operation = self.question.operation
        if not operation or self._result is not None:
            return None
        walked = self._walked()
        context = " ".join(w.facts[-1] for w in walked) or NOTHING
        return Step(context, _GOALS[operation], _TOOLS.get(operation, SOLVER), self._command(walked))

    def _command(self, walked: list[_Walked]) -> str:
        operation = self.question.operation
        if operation in ("+", "-"):
            left, right = (results.number_in(w.value) for w in walked)
            return f"{left} {operation} {right}"
        if operation in ("largest", "smallest"):
            return f"{operation}: " + " ; ".join(f"{w.title} = {results.number_in(w.value)}" for w in walked)
        return self.question.command

    def run(self, step: Step) -> str:
        """The text of the tool's result for an undisturbed step that is no search."""
        question = self.question
        if step.tool != SOLVER:
            return results.python(step.command) if step.tool == PYTHON else question.answer
        if question.operation in ("equation", "convert", "years"):
            return question.answer
        values = [self._walk(chain) for chain in question.chains]
        a, b = ((w.title, results.number_in(w.value)) for w in values)
        if question.operation in ("+", "-"):
            return results.total(a[1], question.operation, b[1])
        return results.winner(question.operation, a, b)

    def found(self, found: Found, asked: bool = True) -> Verdict:
        """Takes the outcome of a search; one that it has not `asked` for is no proof that there is no article."""
        need = self.need()
        if need is None:
            return Verdict(False, NOTHING_NEW)
        subject, _ = need
        top = found.articles[0] if found.articles else None
        if top is None or not (found.exact or covers(subject, top.title)):
            if top is not None and top.title in self._articles and not asked:
                return Verdict(False, NOTHING_NEW)
            return self._missed(subject, asked)
        known = self._facts()
        self._titles[normal(subject)] = self._titles[normal(top.title)] = top.title
        self._articles[top.title] = self.world.things[top.title].facts
        new = " ".join(fact for fact in self._facts() if fact not in known)
        if missing := self._missing():
            return Verdict(True, f"{new} {missing}".strip())
        if self.need():
            return Verdict(False, f"{new} A fact is still missing.")
        if self.question.operation:
            return Verdict(False, f"{new} The calculation is still missing.")
        return Verdict(True, f"{new} All facts are found.")

    def _missed(self, subject: str, asked: bool) -> Verdict:
        if not asked:
            return Verdict(False, "The search found nothing.")
        self._misses[subject] = self._misses.get(subject, 0) + 1
        if self._misses[subject] > 1:
            return Verdict(True, "Nothing was found twice.")
        return Verdict(False, "The search found nothing.")

    def failed(self) -> Verdict:
        """Takes an error: the same step comes again."""
        return Verdict(False, "The tool failed.")

    def computed(self, result: str) -> Verdict:
        """Takes the result of a calculation or a reply."""
        self._result = result
        return Verdict(True, "The reply is ready." if self.question.operation == "talk" else "The result is computed.")

    def answer(self) -> tuple[str, str]:
        """The sentence and the short answer, from what is known now."""
        if missing := self._missing():
            return missing, UNKNOWN
        if self.next() is not None:
            return "Not everything was found.", UNKNOWN
        if self.question.operation == "talk" and self._result is not None:
            return self._result, self._result
        if self._result is not None:
            return f"The result is {self._result}.", self._result
        walked = self._walk(self.question.chains[0])
        return walked.facts[-1], walked.value
