"""Measurements on real data: what each part costs beside its floor, and whether the statistics keep their word."""
