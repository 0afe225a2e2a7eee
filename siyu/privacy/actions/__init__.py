"""What privacy does: requests, erasures, exports, keys and retention."""
