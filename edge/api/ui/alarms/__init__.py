"""The pages of alarms: what is active, what was, and the whole story of one."""
