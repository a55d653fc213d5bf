# Two commands do all the set-up: `make demo` and `make test`.
SWIFT ?= swift
# An import of a sibling target has to be declared; without this an incremental build may hide one.
BUILD_FLAGS = --explicit-target-dependency-import-check error
STATIC = .build-static
# The checks of exclusive access are for tests: they cost a twelfth of an action.
RELEASE_FLAGS = -c release --product flexsh --static-swift-stdlib -Xswiftc -enforce-exclusivity=unchecked
PREFIX ?= /usr/local
SUDO = $(shell [ "$$(id -u)" = 0 ] || echo sudo)

.PHONY: demo test torture build release format lint bench instructions install libedit clean

demo: build ## build, and run a real script against the simulator
	.build/debug/flexsh run --simulate examples/shift-end.flex

test: build ## build and run all tests
	$(SWIFT) test $(BUILD_FLAGS) --parallel

build: libedit
	$(SWIFT) build $(BUILD_FLAGS) --product flexsh

torture: libedit ## kill runs at two thousand places, and see that each goes on
	FLEXSH_ROUNDS=10 $(SWIFT) test $(BUILD_FLAGS) --filter ResumeTests

release: libedit ## the binary that is shipped: static Swift libraries, stripped
	$(SWIFT) build $(RELEASE_FLAGS) --scratch-path $(STATIC)
	cp $(STATIC)/release/flexsh $(STATIC)/flexsh
	strip $(STATIC)/flexsh
	@ls -l $(STATIC)/flexsh

format:
	$(SWIFT) format -i -r Sources Tests Package.swift

lint:
	$(SWIFT) format lint --strict -r Sources Tests Package.swift

bench: release ## measure; compares in turn, prints ratios
	python3 Benchmarks/bench.py $(STATIC)/flexsh
	python3 Benchmarks/keys.py $(STATIC)/flexsh
	python3 Benchmarks/throughput.py $(STATIC)/flexsh
	python3 Benchmarks/reach.py $(STATIC)/flexsh

instructions: $(STATIC)/flexsh ## count instructions with valgrind
	python3 Benchmarks/instructions.py $(STATIC)/flexsh

$(STATIC)/flexsh:
	$(MAKE) release

install: release
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(STATIC)/flexsh $(DESTDIR)$(PREFIX)/bin/flexsh

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
	rm -rf .build $(STATIC)

.PHONY: fuzz fuzz-replies
fuzz-replies: libedit ## compare the reader of replies with NIO's decoder, FUZZ_ROUNDS times 4,000 replies
	FLEXSH_ROUNDS=$(or $(FUZZ_ROUNDS),1000) $(SWIFT) test $(BUILD_FLAGS) -c release -Xswiftc -enable-testing \
	  --scratch-path .build-fuzz --filter ResponseReaderTests

fuzz: ## fuzz the language for FUZZ_SECONDS
	Fuzz/run $(or $(FUZZ_SECONDS),60)
