"""What a question is: its text, its canonical decomposition and its gold answer."""

from dataclasses import dataclass, replace

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Chain:
    """A thing as the question names it and the relations to follow from it."""

    subject: str
    path: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.subject}: {', '.join(self.path)}"


@dataclass(frozen=True)
class Question:
    """A question.

    `operation` is "", "+", "-", "largest", "smallest", or, for what needs no look-up, "python", "equation", "convert",
    "years" or "talk": then `command` is what the tool is given.
    """

    family: str
    text: str
    analysis: str
    answer: str
    chains: tuple[Chain, ...] = ()
    operation: str = ""
    command: str = ""


def typed_small(question: Question) -> Question:
    """The question as many people type it: all in small letters, names too; the wiki still answers in its own."""
    chains = tuple(Chain(chain.subject.lower(), chain.path) for chain in question.chains)
    return replace(question, text=question.text.lower(), analysis=question.analysis.lower(), chains=chains)


def respelt(question: Question, old: str, new: str) -> Question:
    """The question with another spelling of one subject; in the answer the wiki's own stays."""
    chains = tuple(replace(chain, subject=new) if chain.subject == old else chain for chain in question.chains)
    text, analysis = question.text.replace(old, new), question.analysis.replace(old, new)
    return replace(question, text=text, analysis=analysis, chains=chains)
