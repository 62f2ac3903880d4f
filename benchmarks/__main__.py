"""`python -m benchmarks` measures what there is to measure: see `guided_step`."""

from __future__ import annotations

import sys

from benchmarks.guided_step import main

sys.exit(main())
