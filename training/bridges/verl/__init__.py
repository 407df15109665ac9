"""The same flows, trained by verl (0.9.1 or a later 0.9): for models that one process of our trainer cannot hold.

    python -m training.bridges.verl.train --config training/configs/qwen_7b.yaml --gpus 8 [--nodes 2]

What runs a flow, scores it and says what each of its actions weighs stays ours (`training.rollout`,
`training.flow_grpo`); verl samples from the planner, computes log-probabilities, shards and updates the weights.

| module | idea | needs verl |
|---|---|---|
| `rows` | a flow as verl's rows, one for each action, and back | |
| `advantages` | what `flow_grpo.assign` says of a batch of rows, and as verl's token advantages | |
| `planner` | verl's servers as the planner of a flow | |
| `overrides` | our settings as verl's | |
| `loop`, `trainer` | the classes that verl calls, and the trainer that uses the above | yes |

The part without verl is tested on a CPU. `loop` and `trainer` were written from the source of verl 0.9.1 and are
UNTESTED: nothing of them has run yet.
"""
