"""The regulators' door: reads masked publications, writes feedback files into the inbox and an audit log; nothing else."""
