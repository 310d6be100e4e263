// What Flux makes of standard input. `flux status`: a line with the kstatus of the resource, by which Flux waits, and a
// line with its message. `flux kustomization`: fails where a Kustomization of Flux has a field that Flux does not know.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/fluxcd/cli-utils/pkg/kstatus/status"
	kustomizev1 "github.com/fluxcd/kustomize-controller/api/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	if len(os.Args) == 2 && os.Args[1] == "kustomization" {
		err = yaml.UnmarshalStrict(text, &kustomizev1.Kustomization{})
	} else {
		err = printStatus(text)
	}
	if err != nil {
		log.Fatal(err)
	}
}

func printStatus(text []byte) error {
	// Its own decoder: kstatus reads integers, where a plain one gives floats.
	resource := &unstructured.Unstructured{}
	if err := resource.UnmarshalJSON(text); err != nil {
		return err
	}
	result, err := status.Compute(resource)
	if err != nil {
		return err
	}
	fmt.Printf("%s\n%s\n", result.Status, result.Message)
	return nil
}
