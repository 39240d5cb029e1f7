# The commands of every day. `make ci` runs what .ci/run lists.
.PHONY: build test lint fmt ci

build:
	go build -o scenario-mcp .

test:
	go test ./...

lint:
	.ci/run format vet lint

fmt:
	gofmt -w .

ci:
	.ci/run
