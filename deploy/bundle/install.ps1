# powershell -ExecutionPolicy Bypass -File install.ps1 FOLDER; PYTHON names another interpreter than python. See docs/operator.md, installation without internet.
$python = if ($env:PYTHON) { $env:PYTHON } else { "python" }
& $python -B -X utf8 (Join-Path $PSScriptRoot "install.py") @args
exit $LASTEXITCODE
