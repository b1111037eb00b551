# Two commands do all the set-up on a fresh Debian with Go: make demo, make test.
GO      ?= go
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo development)
export CGO_ENABLED = 0
STATICCHECK ?= honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build demo tour test bench bytes bench-parts torture race lint clean setup screenshots

build: ## the binary, bin/garant
	$(GO) build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/garant ./cmd/garant

demo: build ## an invented company in garant-demo/: the console opens on it; without a terminal, the whole tour in text
	rm -rf garant-demo
	@if [ -t 0 ] && [ -t 1 ] && [ -z "$$CI" ]; then bin/garant demo --serve --dir garant-demo; else bin/garant demo --yes --dir garant-demo; fi

tour: build ## the same company, in text: broken, planned, approved, carried out, verified
	rm -rf garant-demo
	bin/garant demo --yes --dir garant-demo

setup: ## what the tests need: PostgreSQL, MariaDB, percona-toolkit, Chromium
	bash internal/testserver/setup.sh

test: setup ## everything, against throwaway servers that are stopped afterwards
	$(GO) run ./internal/testserver/cmd/withservers $(GO) test -timeout 20m ./...

torture: setup ## the long version of the sixteen promises, a table at the end; GARANT_TORTURE_MINUTES=30
	$(GO) test -c -o bin/torture.test ./cmd/torture
	cd cmd/torture && GARANT_TORTURE_MINUTES=$${GARANT_TORTURE_MINUTES:-30} ../../bin/torture.test -test.parallel 64 -test.timeout 60m

screenshots: setup ## the console as a newcomer sees it, light and dark, desk and phone, in docs/screens
	GARANT_SCREENSHOTS=$(CURDIR)/docs/screens $(GO) test -count 1 -run 'TestNewcomer|TestBannerInBrowser' ./cmd/garant

bytes: ## what the cookie banner weighs beside four open ones, from their npm packages
	$(GO) run ./cmd/bytes

bench-parts: ## the benchmarks there are: ledger, state, counting by atoms
	$(GO) test -run '^$$' -bench . -benchtime 1s ./ledger ./db ./store/relational

bench: setup ## what safety costs, as ratios to bare statements and pt-archiver; writes docs/benchmarks.md
	$(GO) run ./internal/testserver/cmd/withservers $(GO) run ./cmd/bench -o docs/benchmarks.md

race: setup ## the parts with goroutines of their own, under the race detector
	CGO_ENABLED=1 $(GO) test -race -short -timeout 20m ./apply ./db ./ledger ./store/mem

lint: staticcheck ## formatting, vet and the house rules
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "run gofmt -w ."; exit 1; }
	$(GO) vet ./...
	$(GO) test . ./internal/house

staticcheck: ## the analysis of staticcheck.dev, at a pinned version
	$(GO) run $(STATICCHECK) ./...

clean:
	rm -rf bin garant-demo
