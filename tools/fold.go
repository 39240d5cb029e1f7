package tools

import (
	"slices"
	"strings"
)

// foldFamilies names each family of capabilities once, by its base word, where
// its first member stands. Rows are short with it; get_models names all.
func foldFamilies(capabilities []string) []string {
	if !slices.ContainsFunc(capabilities, func(c string) bool { return family(c) != c }) {
		return capabilities
	}
	var folded []string
	for _, c := range capabilities {
		if word := family(c); !slices.Contains(folded, word) {
			folded = append(folded, word)
		}
	}
	return folded
}

// family returns the base word of a capability's family, or the capability
// where it belongs to none.
func family(capability string) string {
	if strings.HasPrefix(capability, "controlnet_") {
		return "controlnet"
	}
	for _, word := range []string{"ip_adapter", "texture"} {
		if strings.HasSuffix(capability, "_"+word) {
			return word
		}
	}
	return capability
}
