# The commands of a newcomer: `make run` and `make test`. Everything they write lies in this folder.

SHELL := /bin/sh
PYTHON ?= python3
HOST ?= 127.0.0.1
PORT ?= 8000
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --require-hashes
export HOST PORT

.PHONY: run test lint bench

# Serves the site with the real server. Loads the demonstration where no site stands yet.
run: .venv/run.stamp
	@$(BIN)/python manage.py migrate --verbosity 0
	@$(BIN)/python manage.py demo --first-run
	@$(BIN)/python manage.py collectstatic --no-input --verbosity 0
	@$(BIN)/python manage.py check --database default
	@echo ""
	@echo "  网站 Site   http://$(HOST):$(PORT)$(PATH_PREFIX)/        （按 Ctrl+C 停止 stops it）"
	@echo "  后台 Admin  http://$(HOST):$(PORT)$(PATH_PREFIX)/admin/"
	@echo "  演示账号，每个角色一个 demonstration accounts, one per role: $${DATA_DIR:-var}/demo-accounts.txt"
	@echo "  新建账号 a new one: 后台“用户”，由安全管理员新建    改密码 a new password: $(BIN)/python manage.py changepassword NAME"
	@echo ""
	@exec $(BIN)/gunicorn --config portal/gunicorn.py

# The whole suite; browser tests say so when Chromium is missing. ARGS go to pytest: make test ARGS=tests/news
test: .venv/dev.stamp
	$(BIN)/pytest -rs $(ARGS)

lint: .venv/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy portal news partnerships honors publishing audit
	$(BIN)/python manage.py makemigrations --check --dry-run

bench: .venv/dev.stamp
	$(BIN)/pytest -o addopts= -s -q tests/benchmarks

.venv/run.stamp: requirements.txt .venv/bin/python
	@echo "安装依赖 Installing $< ..."
	@$(INSTALL) -r $<
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/bin/python
	@echo "安装依赖 Installing $< ..."
	@$(INSTALL) -r $<
	@touch $@

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "需要 Python 3.11 或更新的版本。 Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=python3.12" >&2; exit 1; }
	@$(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "不能建立 .venv。 Cannot make .venv; on Debian: apt install python3-venv" >&2; exit 1; }
