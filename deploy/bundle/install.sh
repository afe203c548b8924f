#!/bin/sh
# sh install.sh FOLDER; PYTHON names another interpreter than python3. See docs/operator.md, installation without internet.
exec "${PYTHON:-python3}" -B -X utf8 "$(dirname "$0")/install.py" "$@"
