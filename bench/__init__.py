"""The bench: every claim about speed and fairness as a ratio, measured in one run."""
