"""Counted faults against what was shipped, the rules that raise alarms, early warnings. Owns no case and no issue."""
