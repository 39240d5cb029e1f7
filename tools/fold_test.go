package tools

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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

func TestTagsBeside(t *testing.T) {
	tags := []string{"Flux.1 LoRA", "demo labs", "anime", "flux", "…"}
	got := tagsBeside(tags, "Demo Labs", "flux.1-lora", "…", "")
	if diff := cmp.Diff([]string{"anime", "flux", "…"}, got); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if tags[0] != "Flux.1 LoRA" {
		t.Error("the model's own tags were changed")
	}
}
