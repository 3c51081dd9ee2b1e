"""From a sized option to what creates it: the calls, in files of several kinds, and what takes it down again."""
