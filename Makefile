# Two commands do all the set-up: `make demo` and `make test`.
SWIFT ?= swift
# An import of a sibling target has to be declared; without this an incremental build may hide one.
BUILD_FLAGS = --explicit-target-dependency-import-check error
STATIC = .build-static
# Libraries that a release has inside, so that it needs nothing but glibc: what is here has no other form.
ARCHIVES = $(STATIC)/archives
ifeq ($(shell uname),Linux)
# Nothing is loaded into the program, so it exports nothing: 25,000 names would be searched at each start.
HARDENING = -Xlinker --no-export-dynamic -Xlinker --build-id=none -Xlinker -z -Xlinker relro -Xlinker -z -Xlinker now
LINK_FLAGS = $(HARDENING) -Xlinker -L$(abspath $(ARCHIVES)) -Xswiftc -Xclang-linker -Xswiftc -static-libgcc
# What the compiler notes of its modules depends on their folders, and is for the compiler alone: it is
# blanked. (Without the section, strip would drop what protects others.)
define finish
strip --remove-section=.comment $(1)
objcopy -O binary --only-section=.swift_modhash $(1) $(1).notes
head -c $$(stat -c %s $(1).notes) /dev/zero >$(1).blank
objcopy --update-section .swift_modhash=$(1).blank $(1)
rm -f $(1).notes $(1).blank
endef
else
define finish
strip $(1)
endef
endif
# The checks of exclusive access are for tests: they cost a twelfth of an action. Generic types are made by
# calls and not from their names: a name makes the runtime look at every conformance in the program. The names of the
# sources' folders are left out, so that two builds in different folders are the same.
PREFIX_MAP = -ffile-prefix-map=$(abspath .)/=
RELEASE_FLAGS = -c release --product flexsh --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked \
  -Xswiftc -Xfrontend -Xswiftc -disable-concrete-type-metadata-mangled-name-accessors \
  -Xcc $(PREFIX_MAP) -Xcxx $(PREFIX_MAP) -Xswiftc -file-prefix-map -Xswiftc $(abspath .)/= $(EXTRA_FLAGS) --scratch-path $(STATIC)
PREFIX ?= /usr/local
SHARE = $(DESTDIR)$(PREFIX)/share
COMPLETIONS = $(SHARE)/bash-completion/completions $(SHARE)/zsh/site-functions $(SHARE)/fish/vendor_completions.d
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: demo test torture build release archives format lint bench bench-shards instructions install uninstall dist libedit clean

demo: build ## build, and run a real script against the simulator
	.build/debug/flexsh run --simulate examples/shift-end.flex

test: build ## build and run all tests
	$(SWIFT) test $(BUILD_FLAGS) --parallel

build: libedit
	$(SWIFT) build $(BUILD_FLAGS) --product flexsh

torture: libedit ## kill runs at two thousand places, and see that each goes on
	FLEXSH_ROUNDS=10 $(SWIFT) test $(BUILD_FLAGS) --filter ResumeTests

release: libedit archives ## the binary that is shipped: needs only glibc, stripped
	PKG_CONFIG_PATH=$(abspath $(ARCHIVES)):$$PKG_CONFIG_PATH $(SWIFT) build $(RELEASE_FLAGS) $(LINK_FLAGS)
	cp $(STATIC)/release/flexsh $(STATIC)/flexsh
	$(call finish,$(STATIC)/flexsh)
	@ls -l $(STATIC)/flexsh

# Links to the archives of the libraries, and how to link them; one without an archive is linked as usual.
archives: libedit
	mkdir -p $(ARCHIVES)
	for library in edit tinfo bsd md stdc++; do \
	  archive=$$(cc -print-file-name=lib$$library.a); \
	  if [ -f "$$archive" ]; then ln -sf "$$archive" $(ARCHIVES)/; fi; \
	done
	if [ -e $(ARCHIVES)/libedit.a ]; then \
	  printf 'Name: libedit\nDescription: line editing\nVersion: %s\nLibs: -L%s -ledit -ltinfo -lbsd -lmd\nCflags: %s\n' \
	    "$$(pkg-config --modversion libedit)" "$(abspath $(ARCHIVES))" "$$(pkg-config --cflags libedit)" \
	    >$(ARCHIVES)/libedit.pc; \
	fi

format:
	$(SWIFT) format -i -r Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict -r Sources Tests Package.swift

bench: release ## measure; compares in turn, prints ratios
	python3 Benchmarks/bench.py $(STATIC)/flexsh
	python3 Benchmarks/keys.py $(STATIC)/flexsh
	python3 Benchmarks/throughput.py $(STATIC)/flexsh
	python3 Benchmarks/reach.py $(STATIC)/flexsh
	python3 Benchmarks/lsp.py $(STATIC)/flexsh

bench-shards: $(STATIC)/flexsh ## kill shards under GNU parallel and Slurm, which have to be installed
	python3 Benchmarks/shards.py $(STATIC)/flexsh --kills 12
	python3 Benchmarks/shards.py $(STATIC)/flexsh --engine slurm --kills 4

instructions: $(STATIC)/flexsh ## count instructions with valgrind
	python3 Benchmarks/instructions.py $(STATIC)/flexsh

$(STATIC)/flexsh:
	$(MAKE) release

# Everything that the package has, too.
install: release ## the program, manual pages, completions, files for editors, examples, licences
	install -d $(DESTDIR)$(PREFIX)/bin $(COMPLETIONS) $(SHARE)/doc/flexsh/examples
	install -m 755 $(STATIC)/flexsh $(DESTDIR)$(PREFIX)/bin/flexsh
	$(STATIC)/flexsh help man --out $(SHARE)/man >/dev/null
	$(STATIC)/flexsh --generate-completion-script bash >$(SHARE)/bash-completion/completions/flexsh
	$(STATIC)/flexsh --generate-completion-script zsh >$(SHARE)/zsh/site-functions/_flexsh
	$(STATIC)/flexsh --generate-completion-script fish >$(SHARE)/fish/vendor_completions.d/flexsh.fish
	for editor in vim vscode emacs pygments; do \
	  $(STATIC)/flexsh help editor $$editor --out $(SHARE)/flexsh/editors/$$editor >/dev/null || exit 1; done
	install -m 644 LICENSE README.md CHANGELOG.md $(SHARE)/doc/flexsh/
	install -m 644 examples/* $(SHARE)/doc/flexsh/examples/

uninstall: ## remove what install has installed
	rm -f $(DESTDIR)$(PREFIX)/bin/flexsh $(SHARE)/man/man1/flexsh.1 $(SHARE)/man/man1/flexsh-*.1 \
	  $(SHARE)/man/man5/flexsh-language.5 $(SHARE)/bash-completion/completions/flexsh \
	  $(SHARE)/zsh/site-functions/_flexsh $(SHARE)/fish/vendor_completions.d/flexsh.fish
	rm -rf $(SHARE)/flexsh $(SHARE)/doc/flexsh

dist: release ## archives, a Debian package, checksums, SPDX, a Homebrew formula, a Dockerfile
	# A package of a distribution uses the libraries of that distribution.
	$(SWIFT) build $(RELEASE_FLAGS) $(HARDENING)
	cp $(STATIC)/release/flexsh $(STATIC)/flexsh-shared
	$(call finish,$(STATIC)/flexsh-shared)
	python3 Packaging/dist.py $(STATIC) dist

# macOS has libedit; elsewhere the headers come as a package.
libedit:
	@if [ "$$(uname)" = Linux ] && ! pkg-config --exists libedit; then \
	  if command -v apt-get >/dev/null; then \
	    $(SUDO) apt-get update -qq && $(SUDO) apt-get install -y -qq libedit-dev pkg-config; \
	  else \
	    echo "please install libedit's headers (libedit-dev or libedit-devel)" >&2; exit 1; \
	  fi; \
	fi

clean:
	rm -rf .build $(STATIC) dist

.PHONY: fuzz fuzz-replies
fuzz-replies: libedit ## compare what reads replies with its slow counterparts, FUZZ_ROUNDS times as long as a test
	FLEXSH_ROUNDS=$(or $(FUZZ_ROUNDS),1000) $(SWIFT) test $(BUILD_FLAGS) -c release -Xswiftc -enable-testing \
	  --scratch-path .build-fuzz --filter 'ResponseReaderTests|JSONTextTests|SecretProbeTests|RowTests|RowFilterTests'

fuzz: ## fuzz the language for FUZZ_SECONDS
	Fuzz/run $(or $(FUZZ_SECONDS),60)
