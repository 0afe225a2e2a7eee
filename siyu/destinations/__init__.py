"""Ways out: webhooks, folders and buckets to which a brand's facts and segments go."""
