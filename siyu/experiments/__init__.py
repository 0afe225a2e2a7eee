"""Who was left alone, and what the difference was worth: assignment, comparisons, intervals, returns."""
