"""Pure statistics, one file per noun; every formula works on single numbers and on arrays of looks."""
