"""The oracle that plans, judges and answers perfectly from what the tools have returned so far.

It knows the question's chains, never the world: what it states was found in an article that a search returned. Its
decisions are the gold labels of all modules.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from tools.wiki_index import Found, normal
from training.pocket import results
from training.pocket.questions import UNKNOWN, Chain, Question
from training.pocket.world import World

SEARCH, SOLVER, PYTHON, GENERATOR = "wikipedia_search", "math_solver", "python_coder", "base_generator"
_GOALS = {
    "+": "Compute the sum.",
    "-": "Compute the difference.",
    "largest": "Find the largest.",
    "smallest": "Find the smallest.",
    "python": "Compute the expression.",
    "equation": "Solve the equation.",
    "talk": "Reply.",
}
_TOOLS = {"python": PYTHON, "talk": GENERATOR}


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
    """How far a chain is known: its facts, and the thing and relation that come next, if any."""

    facts: tuple[str, ...]
    value: str
    title: str
    need: tuple[str, str] | None = None
    missing: bool = False


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
                return _Walked(tuple(facts), "", subject, (subject, relation), self._misses.get(subject, 0) >= 2)
            value = self._articles[title].get(relation)
            if value is None:
                return _Walked(tuple(facts), "", title, (title, relation), True)
            facts.append(f"The {relation} of {title} is {value}.")
            subject = value
        return _Walked(tuple(facts), subject, title)

    @property
    def _unknown(self) -> bool:
        return any(self._walk(chain).missing for chain in self.question.chains)

    def _need(self) -> tuple[str, str] | None:
        return next((w.need for w in map(self._walk, self.question.chains) if w.need), None)

    def next(self) -> Step | None:
        """The next step, None when there is nothing more to do."""
        walked = [self._walk(chain) for chain in self.question.chains]
        if self._unknown:
            return None
        if need := self._need():
            subject, relation = need
            facts = [fact for w in walked for fact in w.facts]
            context = facts[-1] if facts else "Nothing yet."
            if self._misses.get(subject):
                return Step(context, f"Search for the {relation} of {subject}.", SEARCH, f"{subject} {relation}")
            return Step(context, f"Find the {relation} of {subject}.", SEARCH, subject)
        operation = self.question.operation
        if not operation or self._result is not None:
            return None
        context = " ".join(w.facts[-1] for w in walked) or "Nothing yet."
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
        if question.operation == "equation":
            return question.answer
        values = [self._walk(chain) for chain in question.chains]
        a, b = ((w.title, results.number_in(w.value)) for w in values)
        if question.operation in ("+", "-"):
            return results.total(a[1], question.operation, b[1])
        return results.winner(question.operation, a, b)

    def found(self, found: Found) -> Verdict:
        """Takes the outcome of the search it asked for."""
        need = self._need()
        if need is None:
            raise ValueError(f"no search was needed for {self.question.text!r}")
        subject, _ = need
        top = found.articles[0] if found.articles else None
        if top is None or not (found.exact or covers(subject, top.title)):
            return self._missed(subject)
        self._titles[normal(subject)] = self._titles[normal(top.title)] = top.title
        self._articles[top.title] = self.world.things[top.title].facts
        if self._unknown:
            return Verdict(True, "The article does not say.")
        if self._need():
            return Verdict(False, "A fact is still missing.")
        if self.question.operation:
            return Verdict(False, "The calculation is still missing.")
        return Verdict(True, "All facts are found.")

    def _missed(self, subject: str) -> Verdict:
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
        if self._unknown or self.next() is not None:
            return "The wiki does not say.", UNKNOWN
        if self.question.operation == "talk" and self._result is not None:
            return self._result, self._result
        if self._result is not None:
            return f"The result is {self._result}.", self._result
        walked = self._walk(self.question.chains[0])
        return walked.facts[-1], walked.value
