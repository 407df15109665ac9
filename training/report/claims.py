"""What the paper says on each analysis, and why a miniature may say otherwise: the report's prose."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Claim:
    title: str
    paper: str
    differs: str = ""
    """Shown where ours does not agree."""


OVER_STEPS = Claim(
    "Reward and length over training",
    "Reward rises steadily while responses become shorter, then settle.",
    "Not every run rises and shortens here. A plan of the miniature is one short line, which leaves length little "
    "room, and each step has a new world, so that the rewards of single steps scatter.",
)
SUPERVISED = Claim(
    "Untrained, supervised offline, and Flow-GRPO",
    "Offline supervised training on expert traces lost 19 points against the untrained planner; Flow-GRPO gained 17.",
    "Supervised training does not lose here. The expert is a perfect oracle that writes in the very words that the "
    "model was first trained on, and bad habits were put on top afterwards: imitation only has to uncover what is "
    "there. The paper's expert was another, larger model, whose plans a 7B planner had to adopt.",
)
COMPUTE = (
    "Equal is the number of trained tokens: the supervised planner got as many. The rollouts that Flow-GRPO needs "
    "besides are not counted in it; its minutes hold them."
)
UNSURE = (
    "These runs drew more questions of the families that came out now right, now wrong (data.order=unsure). A family "
    "that is mastered is hardly asked any more, so the reward as drawn stays near a half however much is learnt: dev, "
    "and the reward with every family alike, tell."
)
TOOL_MIX = Claim("Tools before and after", "The trained planner shifts to the tools that work for the kind of task.")
FAILED_CALLS = Claim(
    "Failed tool calls over training",
    "The share of failed calls falls steadily, by up to 28 points.",
    "It does not fall much in every run. Three of the four tools of the miniature take any text, and most bad plans "
    "call a tool that answers but does not help; what fails are plans that the hot sampler makes unreadable. The "
    "paper's tools run model-written code and search the web, and often fail.",
)
NEW_CHAINS = Claim(
    "Chains of tools that training brought",
    "The trained planner finds chains that the untrained one hardly used: Wikipedia, then a page found there.",
    "No chain is new: the untrained planner takes every right chain now and then, and training makes the right ones "
    "the rule. Four tools and eleven kinds of question leave little room to discover what was never sampled.",
)
BUDGETS = Claim(
    "More turns to spend",
    "With 3, 5, 7, 10 turns accuracy rises while mean turns rise little, more on the hard tasks.",
    "Accuracy does not rise everywhere, or not most on the hard questions: a planner with bad habits spends further "
    "turns on repeating itself.",
)
SIZES = Claim(
    "Two sizes of planner",
    "The gain holds for planners of 3B and 7B parameters.",
    "The small planner does not gain: it copies names less surely, and no plan mends that.",
)
ABLATIONS = Claim(
    "Ablations",
    "The paper has none of these; the public code takes mean and deviation over turns and weighs tokens alike.",
)
