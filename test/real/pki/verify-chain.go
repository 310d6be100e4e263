// Verifies a leaf below one root as crypto/x509 does: verify-chain ROOT LEAF server|client [HOST...]
package main

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
)

func main() {
	if err := verify(os.Args[1], os.Args[2], os.Args[3], os.Args[4:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func verify(rootFile, leafFile, role string, hosts []string) error {
	root, err := read(rootFile)
	if err != nil {
		return err
	}
	leaf, err := read(leafFile)
	if err != nil {
		return err
	}
	options := x509.VerifyOptions{Roots: x509.NewCertPool(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if role == "client" {
		options.KeyUsages[0] = x509.ExtKeyUsageClientAuth
	}
	options.Roots.AddCert(root)
	if _, err := leaf.Verify(options); err != nil {
		return err
	}
	for _, host := range hosts {
		if err := leaf.VerifyHostname(host); err != nil {
			return err
		}
	}
	return nil
}

func read(file string) (*x509.Certificate, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM", file)
	}
	return x509.ParseCertificate(block.Bytes)
}
