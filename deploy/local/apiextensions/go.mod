// Only marks where the module begins: every version is built from a .mod file of its own (go build -modfile).
module mtls-operator.dev/local/apiextensions

go 1.26.0
