package tools

import (
	"slices"
	"strings"
	"testing"
)

func TestFoldFamilies(t *testing.T) {
	for from, want := range map[string]string{
		"":                 "",
		"txt2img img2img":  "txt2img img2img",
		"txt2img_texture":  "texture",
		"controlnet_depth": "controlnet",
		"img2img controlnet controlnet_inpaint_ip_adapter txt2img_ip_adapter controlnet_depth img2img_ip_adapter txt2img img2img_texture txt2img_texture": "img2img controlnet ip_adapter txt2img texture",
		"controlnet_ texture ip_adapters my_texture_map": "controlnet texture ip_adapters my_texture_map",
	} {
		capabilities := strings.Fields(from)
		if got := strings.Join(foldFamilies(capabilities), " "); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
		if !slices.Equal(capabilities, strings.Fields(from)) {
			t.Errorf("%q was changed to %q", from, capabilities)
		}
	}
}
