.PHONY: build run test race lint fuzz bench acceptance
build: ; CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/postern ./cmd/postern
run: ; go run ./cmd/postern serve
test: ; go test ./...
race: ; go test -race ./...
lint: ; go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run
fuzz: ; ./bench/fuzz.sh
bench: ; ./bench/run.sh
acceptance: ; ./acceptance/run.sh
