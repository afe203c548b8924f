"""Whatever comes in and whatever breaks: files that are damaged or hostile, a disk that is full, a home that moves."""
