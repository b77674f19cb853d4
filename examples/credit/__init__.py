"""Credit risk: a plain scorecard and its challenger on the Statlog German Credit Data."""
