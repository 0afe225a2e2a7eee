"""The ground everything stands on: settings, database, lake, jobs, facts, errors; no business."""
