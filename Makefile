.PHONY: build run test race lint fuzz bench acceptance
build: ; CGO_ENABLED=0 go build -trimpath -ldflags "-s -w" -o bin/postern ./cmd/postern
run: ; go run ./cmd/postern serve
test: ; go test ./...
race: ; go test -race ./...
lint: ; ./.ci/lint
fuzz: ; ./bench/fuzz.sh
bench: ; ./bench/run.sh
acceptance: ; ./acceptance/run.sh
