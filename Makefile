# Everything sets itself up, from Python 3.11 or newer alone. uv is used where there is one, because it is quicker.

VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
PIN := uv pip compile --quiet --universal --generate-hashes --no-annotate --python-version 3.11 \
	--custom-compile-command "make lock"
VERSIONS := 2.0 2.1

.PHONY: help play run doctor test crash simulate check format lock

help: ## Show what there is to make
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1 \t\2/p' $(MAKEFILE_LIST) | expand -t 20

play: $(VENV)/installed ## Play a drill in this terminal; needs no token
	@$(BIN)/python -m bot play

run: $(VENV)/installed ## Run the bot on every platform that has its tokens in the environment
	@$(BIN)/python -m bot run

doctor: $(VENV)/installed ## Say what is wrong with the settings, the database and each platform, and how to mend it
	@$(BIN)/python -m bot doctor

test: $(VENV)/installed-dev ## Run the whole suite; ARGS="-k story" for a part of it
	$(BIN)/python -m pytest -n auto --dist loadfile $(ARGS)

crash: $(VENV)/installed-dev ## Kill ten thousand processes of the bot on each database and count; ARGS="--kills 300" for fewer
	$(BIN)/python -m tests.crash $(ARGS)

simulate: $(VENV)/installed-dev ## Play a million days of sending on which everything fails; ARGS="--seed 7" for one
	$(BIN)/python -m tests.simulation --seeds 1000000 $(ARGS)

check: $(VENV)/installed-dev ## Lint, types, walls between the rooms, and every claim of the question bank
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m bot check --all-versions

format: $(VENV)/installed-dev ## Put the code into its one format
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

# The bank's own pins are always the newest, and so is the quiz's SQLAlchemy, which serves for one of them.
lock: ## Pin every dependency anew, with hashes (needs uv)
	$(PIN) --upgrade-package sqlalchemy pyproject.toml --output-file requirements.txt
	$(PIN) --upgrade-package sqlalchemy pyproject.toml --group dev --constraint requirements.txt \
		--output-file requirements-dev.txt
	@for version in $(VERSIONS); do \
		printf '%s\n' "sqlalchemy[asyncio]==$$version.*" aiosqlite | \
			$(PIN) --upgrade - --output-file content/sqlalchemy/$$version.txt || exit; \
	done

$(VENV)/installed: requirements.txt
	@$(call install,requirements.txt)
	@touch $@

# With what the questions are proved on, so that the suite needs no network.
$(VENV)/installed-dev: requirements-dev.txt $(wildcard content/sqlalchemy/*.txt)
	@$(call install,requirements-dev.txt)
	@$(BIN)/python -m bot check --prepare
	@touch $@ $(VENV)/installed

define install
	if [ -z "$(PYTHON)" ]; then echo "sqla-quiz needs Python 3.11 or newer, and none was found on the PATH." >&2; exit 2; fi; \
	echo "Installing $(1) into $(VENV) …"; \
	if command -v uv >/dev/null 2>&1; then \
		{ [ -x $(BIN)/python ] || uv venv --quiet --python "$(PYTHON)" $(VENV); } && \
		uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes --requirement $(1); \
	else \
		{ [ -x $(BIN)/python ] && $(BIN)/python -m pip --version >/dev/null 2>&1 || "$(PYTHON)" -m venv --clear $(VENV); } && \
		$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $(1); \
	fi
endef
