"""`python -m agentflow_core`: see `cli`."""

import sys

from agentflow_core.cli import main

sys.exit(main())
