# The commands of every day. `make ci` runs what .ci/run lists.
.PHONY: build test lint fmt vuln ci

build:
	go build -o scenario-mcp .

test:
	go test ./...

lint:
	.ci/run format vet lint

fmt:
	gofmt -w .

# Needs the network: the database of known vulnerabilities is at vuln.go.dev.
vuln:
	go run golang.org/x/vuln/cmd/govulncheck@v1.9.0 ./...

ci:
	.ci/run
