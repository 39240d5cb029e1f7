package fakeapi

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

//go:embed sample.json
var sampleJSON []byte

// sampleModel is a model as sample.json has it: short, because it is written
// by hand. Ids are without "model_sample-", names without "Sample ".
type sampleModel struct {
	ID, Name, Type string
	About          string   // shortDescription
	Does           string   // capabilities, separated by spaces
	Tags           []string // a deprecated:… tag is added
	By             string   // provider
	Kept           string   // maintainer; the provider if empty
	Plan           int
	Made, Changed  string // days
	Inputs         string // see parseInputs; by capability if empty
	Pictures       *int   // example assets; 4 if null
	RunsOn         []string
	Parts          []string // of a composition
	Successor      string   // makes it deprecated
	Status         string   // trained if empty
	Progress       *float64 // of a training
	Images         int      // trained on
	Collection     string
}

// Sample returns the catalog of -demo: some eighty invented public models of
// every sort and the eight of a made-up studio. Every name starts with "Sample",
// every id with "model_sample-". Callers may change what they get.
func Sample() (public, private []Row) {
	var file struct{ Public, Private []sampleModel }
	if err := json.Unmarshal(sampleJSON, &file); err != nil {
		panic(fmt.Sprintf("fakeapi: sample.json: %v", err)) // it is part of the program
	}
	for _, m := range file.Public {
		public = append(public, m.row("public"))
	}
	for _, m := range file.Private {
		private = append(private, m.row("private"))
	}
	return public, private
}

// What ids of sample models and of their pictures start with.
const (
	sampleID    = "model_sample-"
	sampleAsset = "asset_sample-"
)

func (m sampleModel) row(privacy string) Row {
	tags := append([]string{}, m.Tags...)
	if m.Successor != "" {
		tags = append(tags, "deprecated:"+sampleID+m.Successor)
	}
	status := m.Status
	if status == "" {
		status = "trained"
	}
	kept := m.Kept
	if kept == "" {
		kept = m.By
	}
	r := Row{
		"id":                   sampleID + m.ID,
		"name":                 "Sample " + m.Name,
		"shortDescription":     m.About,
		"type":                 m.Type,
		"custom":               m.Type == "custom",
		"status":               status,
		"privacy":              privacy,
		"source":               "scenario",
		"capabilities":         strings.Fields(m.Does),
		"tags":                 tags,
		"createdAt":            m.Made + "T09:00:00.000Z",
		"updatedAt":            m.Changed + "T16:30:00.000Z",
		"collectionIds":        []string{},
		"exampleAssetIds":      []string{},
		"trainingImagesNumber": m.Images,
		"parameters":           map[string]any{},
		"description":          "# Sample " + m.Name + "\n\n" + m.About + "\n\nThis model is invented. It is part of the sample catalog and cannot be run.\n",
	}
	if m.By != "" {
		r["complianceMetadata"] = map[string]any{"modelProvider": m.By, "maintainer": kept}
	}
	if m.Plan > 0 {
		r["accessRestrictions"] = m.Plan
	}
	if m.Progress != nil {
		r["trainingProgress"] = *m.Progress
	}
	if m.Collection != "" {
		r["collectionIds"] = []string{"collection_sample-" + m.Collection}
	}
	if len(m.RunsOn) > 0 {
		ids := []string{}
		for _, id := range m.RunsOn {
			ids = append(ids, sampleID+id)
		}
		r["compliantModelIds"] = ids
		if privacy == "private" {
			r["parentModelId"] = ids[0]
		}
	}
	if len(m.Parts) > 0 {
		parts := []map[string]any{}
		for _, id := range m.Parts {
			parts = append(parts, map[string]any{"modelId": sampleID + id, "scale": 0.8})
		}
		r["concepts"] = parts
	}
	pictures := 4
	if m.Pictures != nil {
		pictures = *m.Pictures
	}
	var assets []string
	for i := range pictures {
		assets = append(assets, sampleAsset+m.ID+"-"+strconv.Itoa(i+1))
	}
	if len(assets) > 0 {
		r["exampleAssetIds"] = assets
		r["thumbnail"] = map[string]any{"assetId": assets[0], "url": "/cdn/thumbnails/" + assets[0]}
	}
	if m.Inputs != "" {
		inputs, err := parseInputs(m.Inputs)
		if err != nil {
			panic(fmt.Sprintf("%v, in sample.json", err))
		}
		r["inputs"] = inputs
	}
	return r
}
