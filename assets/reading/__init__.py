"""The door: one file becomes readable rows and unreadable rows. Polars and the workbook reader are used here and nowhere else."""
