// Asks the apiextensions code of one version of Kubernetes, that of its .mod file: would an API server take these
// CustomResourceDefinitions, and what would it say of these resources? Reads {crds, resources} as JSON and writes one
// verdict for each, in their order. It judges as the API server does on create, and has no server and no store.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	v1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	crdvalidation "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structuralschema "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

type question struct {
	Crds      []v1.CustomResourceDefinition `json:"crds"`
	Resources []unstructured.Unstructured   `json:"resources"`
}

type cause struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// verdict holds causes where it was refused; the spec of a resource is as it would be stored.
type verdict struct {
	Causes []cause `json:"causes"`
	Spec   any     `json:"spec,omitempty"`
}

type answer struct {
	Crds      []verdict `json:"crds"`
	Resources []verdict `json:"resources"`
}

// definition is what the API server makes of a CRD that it took.
type definition struct {
	schema    *structuralschema.Structural
	validator validation.SchemaValidator
	rules     *cel.Validator
}

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	var asked question
	if err := json.NewDecoder(os.Stdin).Decode(&asked); err != nil {
		return err
	}
	told := answer{Crds: []verdict{}, Resources: []verdict{}}
	definitions := map[schema.GroupVersionKind]definition{}
	for i := range asked.Crds {
		crd, err := toInternal(&asked.Crds[i])
		if err != nil {
			return err
		}
		refusal := crdvalidation.ValidateCustomResourceDefinition(ctx, crd)
		told.Crds = append(told.Crds, verdict{Causes: toCauses(refusal)})
		if len(refusal) > 0 {
			continue
		}
		if err := define(crd, definitions); err != nil {
			return err
		}
	}
	for i := range asked.Resources {
		judged, err := judge(ctx, &asked.Resources[i], definitions)
		if err != nil {
			return err
		}
		told.Resources = append(told.Resources, judged)
	}
	return json.NewEncoder(os.Stdout).Encode(told)
}

func toInternal(crd *v1.CustomResourceDefinition) (*apiextensions.CustomResourceDefinition, error) {
	v1.SetDefaults_CustomResourceDefinition(crd)
	v1.SetDefaults_CustomResourceDefinitionSpec(&crd.Spec)
	internal := &apiextensions.CustomResourceDefinition{}
	err := v1.Convert_v1_CustomResourceDefinition_To_apiextensions_CustomResourceDefinition(crd, internal, nil)
	for _, version := range internal.Spec.Versions {
		if version.Storage {
			internal.Status.StoredVersions = []string{version.Name}
		}
	}
	return internal, err
}

// define follows getOrCreateServingInfoFor of customresource_handler.go.
func define(crd *apiextensions.CustomResourceDefinition, definitions map[schema.GroupVersionKind]definition) error {
	for _, version := range crd.Spec.Versions {
		props, err := apiextensions.GetSchemaForVersion(crd, version.Name)
		if err != nil {
			return err
		}
		structural, err := structuralschema.NewStructural(props.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		structural = structural.DeepCopy()
		if err := defaulting.PruneDefaults(structural); err != nil {
			return err
		}
		validator, _, err := validation.NewSchemaValidator(props.OpenAPIV3Schema)
		if err != nil {
			return err
		}
		kind := schema.GroupVersionKind{Group: crd.Spec.Group, Version: version.Name, Kind: crd.Spec.Names.Kind}
		rules := cel.NewValidator(structural, true, celconfig.PerCallLimit)
		definitions[kind] = definition{structural, validator, rules}
	}
	return nil
}

// judge does what the API server does on create: prune, default, validate.
func judge(ctx context.Context, resource *unstructured.Unstructured, definitions map[schema.GroupVersionKind]definition) (verdict, error) {
	kind := resource.GroupVersionKind()
	defined, found := definitions[kind]
	if !found {
		return verdict{}, fmt.Errorf("there is no accepted CustomResourceDefinition of %s", kind)
	}
	pruning.Prune(resource.Object, defined.schema, true)
	defaulting.PruneNonNullableNullsWithoutDefaults(resource.Object, defined.schema)
	defaulting.Default(resource.Object, defined.schema)
	causes := toCauses(defined.validate(ctx, resource.Object))
	return verdict{Causes: causes, Spec: resource.Object["spec"]}, nil
}

// validate follows Validate of registry/customresource/strategy.go, which would bring in all of the API server.
func (d definition) validate(ctx context.Context, resource map[string]any) field.ErrorList {
	errors := validation.ValidateCustomResource(nil, resource, d.validator)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, d.schema, resource)...)
	for _, err := range errors {
		switch err.Type {
		case field.ErrorTypeNotSupported, field.ErrorTypeRequired, field.ErrorTypeTooLong, field.ErrorTypeTooMany, field.ErrorTypeTypeInvalid:
			return errors
		}
	}
	broken, _ := d.rules.Validate(ctx, nil, d.schema, resource, nil, celconfig.RuntimeCELCostBudget)
	return append(errors, broken...)
}

func toCauses(errors field.ErrorList) []cause {
	causes := []cause{}
	for _, err := range errors {
		causes = append(causes, cause{Field: err.Field, Message: err.ErrorBody()})
	}
	return causes
}
