package scenario

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Forms in which a service could send back what it was sent.
func quotedForms(key, secret string) map[string]string {
	forms := map[string]string{}
	add := func(name, value string) {
		forms[name] = value
		forms[name+", percent-encoded"] = url.QueryEscape(value)
		forms[name+", each byte percent-encoded"] = each(value, "%%%02x")
		forms[name+", in JSON"] = strings.Trim(string(must(json.Marshal(value))), `"`)
		forms[name+", in JSON, each letter escaped"] = each(value, `\u%04x`)
		forms[name+", percent-encoded, each byte again"] = each(url.QueryEscape(value), "%%%02X")
	}
	for name, s := range map[string]string{"key": key, "secret": secret, "pair": key + ":" + secret} {
		add(name, s)
		for kind, encoding := range map[string]*base64.Encoding{
			"base64": base64.StdEncoding, "base64 without padding": base64.RawStdEncoding,
			"base64url": base64.URLEncoding, "base64url without padding": base64.RawURLEncoding,
		} {
			add(name+", "+kind, encoding.EncodeToString([]byte(s)))
		}
	}
	forms["key with invisible marks"] = key[:3] + "\u200b" + key[3:]
	return forms
}

func each(s, format string) string {
	var b strings.Builder
	for i := range len(s) {
		fmt.Fprintf(&b, format, s[i])
	}
	return b.String()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// shows reports whether a text gives the credentials away, in whatever form.
func shows(text, key, secret string) bool {
	for range 4 {
		for _, s := range []string{key, secret} {
			for _, form := range []string{
				s, s[:len(s)-2], base64.RawStdEncoding.EncodeToString([]byte(s))[:8], base64.RawURLEncoding.EncodeToString([]byte(s))[:8],
			} {
				if strings.Contains(text, form) {
					return true
				}
			}
		}
		if plain, err := url.PathUnescape(text); err == nil {
			text = plain
		}
		var plain string
		if json.Unmarshal([]byte(`"`+text+`"`), &plain) == nil {
			text = plain
		}
	}
	return false
}

// Keys and secrets with and without letters that are escaped somewhere.
var samplePairs = [][2]string{{"api_SampleKey123", "Sample+Secret/45"}, {`key<"\>&%41x`, `se?cret~%~///??`}}

func TestRedaction(t *testing.T) {
	for _, pair := range samplePairs {
		key, secret := pair[0], pair[1]
		redact := NewCredentials(key, secret).redactor()
		for name, form := range quotedForms(key, secret) {
			got := redact(Clean("before "+form+" behind", 0))
			if shows(got, key, secret) || !strings.Contains(got, redacted) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " behind") {
				t.Errorf("%s: %q of %q", name, got, form)
			}
		}
		for _, text := range []string{
			"", "a", "Draws small heroes.", "100% of \\ 100%", "api_Sample", "%zz %4 \\u12 \\", strings.Repeat("x", 3000), "[redacted]",
		} {
			if got := redact(text); got != text {
				t.Errorf("%q became %q", text, got)
			}
		}
	}
	for _, c := range []Credentials{{}, NewCredentials("k", "s"), NewCredentials("key", "abc")} {
		const text = "a key, abc and k and s: everything stays"
		if got := c.redactor()(text); got != text {
			t.Errorf("short samples are redacted: %q", got)
		}
	}
	redact := NewCredentials("ab", "a-real-secret").redactor()
	if got := redact("ab and a-real-secret"); got != "ab and [redacted]" {
		t.Errorf("one of two: %q", got)
	}
}

// A hostile service sends the credentials back wherever text is read. None of
// it comes out.
func TestCredentialsSentBack(t *testing.T) {
	for _, pair := range samplePairs {
		key, secret := pair[0], pair[1]
		for name, form := range quotedForms(key, secret) {
			sentence := string(must(json.Marshal("x " + form + " y")))
			word := string(must(json.Marshal(form)))
			row := strings.NewReplacer("QUOTED", sentence, "WORD", word,
				"LICENCE", string(must(json.Marshal("https://example.com/"+url.PathEscape(form)+"?a="+url.QueryEscape(form))))).Replace(`{"id":"model_1","name":QUOTED,"shortDescription":QUOTED,"type":WORD,
				"status":WORD,"privacy":WORD,"capabilities":[WORD],"tags":[WORD,QUOTED],"complianceMetadata":{"modelProvider":QUOTED,"maintainer":WORD,"licenseTerms":LICENCE,
				"subProcessor":WORD,"dataProcessingComment":QUOTED,"enterpriseStatus":WORD},
				"compliantModelIds":[WORD],"concepts":[{"modelId":WORD}],"thumbnail":{"assetId":WORD},"exampleAssetIds":[WORD],
				"inputs":[{"name":QUOTED,"type":WORD,"label":QUOTED,"description":QUOTED,"default":QUOTED,"allowedValues":[QUOTED],
					"required":{"ifDefined":QUOTED}},{"name":"a","default":{"b":QUOTED}},{"name":"b","default":[QUOTED],"required":{"if":WORD}}]}`)
			long := string(must(json.Marshal(strings.Repeat("long ", 80)[:maxDescription-8] + form)))
			s := serve(t, func(w http.ResponseWriter, r *http.Request, n int) {
				switch r.URL.Path {
				case "/models":
					fmt.Fprintf(w, `{"models":[%s,{"id":%s},{"id":"model_2","shortDescription":%s,"thumbnailUrl":"https://cdn.example.com/%s"},
						{"id":"model_3","tags":[%[1]s,%[2]s],"thumbnailUrl":"https://%[4]s.example.com/"}]}`, row, word, long, url.PathEscape(form))
				case "/models/model_1":
					fmt.Fprintf(w, `{"model":%s}`, row)
				case "/models/model_1/examples":
					fmt.Fprintf(w, `{"examples":[{"inferenceParameters":{"prompt":%s,"image":%s,%s:1}}]}`, sentence, word, word)
				case "/models/model_1/description":
					fmt.Fprintf(w, `{"description":{"value":%s}}`, sentence)
				case "/search/models":
					fmt.Fprintf(w, `{"hits":[{"id":%s},{"id":"model_1"}]}`, word)
				case "/models/error":
					w.WriteHeader(http.StatusUnprocessableEntity)
					fmt.Fprintf(w, `{"reason":%s}`, sentence)
				case "/models/redirect":
					w.Header().Set("Location", "https://"+form+".example.com/")
					w.WriteHeader(http.StatusFound)
				}
			})
			c := s.client(t)
			c.credentials = NewCredentials(key, secret)
			c.redact = c.credentials.redactor()
			c.firstWait = 0
			check := func(what string, v any) {
				if text := fmt.Sprintf("%+v", v); shows(text, key, secret) {
					t.Errorf("%s, %s: %s", what, name, text)
				}
			}
			n := 0
			for page, err := range c.Pages(t.Context(), Private) {
				check("list", page)
				check("list", err)
				n += len(page.Models)
			}
			if n < 3 {
				t.Errorf("%s: %d models", name, n)
			}
			d, err := c.Model(t.Context(), "model_1")
			if err != nil || len(d.Inputs) != 3 {
				t.Errorf("%s: %v", name, err)
			}
			check("detail", d)
			examples, err := c.Examples(t.Context(), "model_1")
			if err != nil || len(examples) != 1 {
				t.Errorf("%s: %v", name, err)
			}
			check("examples", examples)
			about, err := c.About(t.Context(), "model_1")
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			check("about", about)
			hits, err := c.Search(t.Context(), Public, "otter", 5)
			if err != nil || len(hits) == 0 {
				t.Errorf("%s: %v", name, err)
			}
			check("search", hits)
			for _, id := range []string{"error", "redirect"} {
				_, err := c.Model(t.Context(), id)
				if err == nil {
					t.Errorf("%s: no error", id)
				}
				check(id, err)
			}
			s.Close()
		}
	}
}
