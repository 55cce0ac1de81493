"""The view of label issues: samples whose label is probably wrong, reviewed one by one."""
