package main

import (
	"bytes"
	"compress/gzip"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"flag"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"scenario-mcp/scenario/pictures"
)

// attack is what somebody sends to make the program use memory: answers of the
// service, pictures of its CDN, and calls of a host.
type attack struct {
	name    string
	list    func(page int) []byte // both lists, in gzip; nil: a few models
	answers map[string][]byte     // others, by path
	picture []byte                // what the CDN has for every asset
	calls   [][2]string           // tools and arguments, all asked at once
	says    string                // what one of the answers must tell
}

// zipped is a body that begins and ends like this and has n parts between.
func zipped(begin string, n int, part func(i int) string, end string) []byte {
	var b bytes.Buffer
	w, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	_, _ = io.WriteString(w, begin)
	for i := range n {
		if i > 0 {
			_, _ = io.WriteString(w, ",")
		}
		_, _ = io.WriteString(w, part(i))
	}
	_, _ = io.WriteString(w, end)
	_ = w.Close()
	return b.Bytes()
}

// joined is n parts with commas between.
func joined(n int, part func(i int) string) string {
	parts := make([]string, n)
	for i := range parts {
		parts[i] = part(i)
	}
	return strings.Join(parts, ",")
}

// same is one part n times, with commas between.
func same(n int, part string) string { return joined(n, func(int) string { return part }) }

// endless is a list that goes on for ever. row makes what a row has beside its
// id, by its number.
func endless(rows int, row func(i int) string) func(page int) []byte {
	var mu sync.Mutex
	made := map[int][]byte{}
	return func(page int) []byte {
		mu.Lock()
		defer mu.Unlock()
		if made[page] == nil {
			made[page] = zipped(`{"models":[`, rows, func(i int) string {
				return fmt.Sprintf(`{"id":"model_%d",%s}`, rows*page+i, row(rows*page+i))
			}, fmt.Sprintf(`],"nextPaginationToken":"%d"}`, page+1))
		}
		return made[page]
	}
}

// ending is a list of so many pages of rows that are like each other.
func ending(pages, rows int, row func(i int) string) func(page int) []byte {
	list := endless(rows, row)
	return func(page int) []byte {
		if page < pages {
			return list(page)
		}
		return zipped(`{"models":[`, 0, nil, `]}`)
	}
}

func calling(n int, tool string, arguments func(i int) string) (calls [][2]string) {
	for i := range n {
		calls = append(calls, [2]string{tool, arguments(i)})
	}
	return calls
}

func asking(n int, tool, arguments string) [][2]string {
	return calling(n, tool, func(int) string { return arguments })
}

// ids is the argument for n models, from the given one on.
func ids(from, n int) string {
	return `{"ids":[` + joined(n, func(i int) string { return fmt.Sprintf(`"model_%d"`, from+i) }) + `]}`
}

func attacks(t *testing.T) []attack {
	word := 0
	distinct := func(n int) string { // words that no other text has
		words := make([]string, n)
		for i := range words {
			word++
			words[i] = fmt.Sprintf("q%xq", word)
		}
		return strings.Join(words, " ")
	}
	tagged := func(tags, words int) func(int) string {
		return func(int) string {
			return `"tags":[` + joined(tags, func(int) string { return `"` + distinct(words) + `"` }) + `]`
		}
	}
	wide := joined(64, func(i int) string { return fmt.Sprintf(`"%d%s"`, i, strings.Repeat("😀", 58)) }) // the same in all rows
	detailed := func(input string) map[string][]byte {
		answers := map[string][]byte{}
		for i := range 10 {
			answers[fmt.Sprintf("/models/model_%d", i)] = zipped(fmt.Sprintf(`{"model":{"id":"model_%d","inputs":[`, i), 200, func(int) string { return input }, `]}}`)
		}
		return answers
	}
	line := func(part string) string { return same((1<<20-1000)/(len(part)+1), part) } // nearly as long as a line may be
	pictured := func(i int) string { return fmt.Sprintf(`"name":"plain","thumbnail":{"assetId":"asset_%d"}`, i) }
	show := append(asking(1, "list_public_models", `{}`), calling(24, "show_models", func(i int) string { return ids(12*i, 12) })...)

	noise := image.NewRGBA(image.Rect(0, 0, 700, 700))
	_, _ = rand.Read(noise.Pix)
	var asJPEG, asPNG bytes.Buffer
	if err := jpeg.Encode(&asJPEG, noise, &jpeg.Options{Quality: 100}); err != nil {
		t.Fatal(err)
	}
	if err := png.Encode(&asPNG, image.NewRGBA(image.Rect(0, 0, 2048, 2048))); err != nil {
		t.Fatal(err)
	}
	return []attack{
		{
			name:    "hits of a search",
			answers: map[string][]byte{"/search/models": zipped(`{"hits":[`, 5_000_000, func(int) string { return `{"id":"a"}` }, `]}`)},
			calls:   asking(1, "search_models", `{"query":"zzyzx"}`),
		},
		{
			name:    "values of details",
			answers: detailed(`{"name":"n","allowedValues":[` + same(1024, `"v1"`) + `]}`),
			calls:   asking(12, "get_models", ids(0, 10)),
		},
		{
			name:    "texts of details",
			answers: detailed(`{"name":"n","description":"` + strings.Repeat("é", 4000) + `","default":"` + strings.Repeat("ü", 4000) + `"}`),
			calls:   asking(6, "get_models", ids(0, 10)),
		},
		{
			name:  "tags",
			list:  endless(50, tagged(64, 1)),
			calls: append(asking(32, "list_model_tags", `{}`), asking(16, "search_models", `{"query":"zzyzx","tags":["none"]}`)...),
		},
		{
			name:  "phrases in tags",
			list:  endless(50, tagged(64, 9)),
			calls: asking(12, "search_models", `{"query":"q1q q2q"}`),
		},
		{
			name: "texts",
			list: endless(500, func(int) string {
				return `"name":"` + distinct(20) + `","shortDescription":"` + distinct(60) + `"`
			}),
			calls: asking(24, "search_models", `{"query":"q1q q2q"}`),
		},
		{
			name:  "rows to keep",
			list:  ending(6, 500, func(int) string { return `"tags":[` + wide + `]` }),
			calls: asking(8, "list_public_models", `{}`),
		},
		{
			name:  "small rows",
			list:  endless(5000, func(int) string { return `"name":"x"` }),
			calls: asking(32, "search_models", `{"query":"x"}`),
		},
		{
			name: "nested arguments",
			calls: append(asking(24, "list_public_models", `{"tags":[`+line(`{"":{}}`)+`]}`),
				asking(24, "list_public_models", `{"tags":`+strings.Repeat("[", 9000)+line(`[]`)[:1<<20-20_000]+strings.Repeat("]", 9000)+`}`)...),
		},
		{
			name:  "arguments in a string",
			calls: asking(48, "list_public_models", `"{\"tags\":[`+line("[]")+`]}"`),
		},
		{
			name:  "sheets",
			list:  endless(500, pictured),
			calls: show,
		},
		{
			name:    "pictures of many bytes",
			list:    endless(500, pictured),
			picture: asJPEG.Bytes(),
			calls:   show[:5],
		},
		{
			name:    "pictures of many pixels",
			list:    endless(500, pictured),
			picture: asPNG.Bytes(),
			calls:   show[:5],
		},
	}
}

var memoryEach = flag.Bool("memory.each", false, "have TestMemory make each attack by itself as well, which takes 15 s")

// TestMemory: whatever a service, its CDN and a host send, alone or together,
// the program stays within its memory and answers everything.
func TestMemory(t *testing.T) {
	if raceDetector() {
		t.Skip("the detector uses the memory itself")
	}
	t.Parallel()
	list := attacks(t)
	if len(list) != len(hostileSizes) {
		t.Fatalf("%d attacks, and %d in the document", len(list), len(hostileSizes))
	}
	for i, size := range hostileSizes {
		if list[i].name != size.name {
			t.Fatalf("the document has %q in place of %q", size.name, list[i].name)
		}
		list[i].says = size.says
	}
	made := []attack{together(list)}
	if *memoryEach {
		made = append(made, list...)
	}
	for _, a := range made {
		t.Run(a.name, func(t *testing.T) {
			t.Parallel()
			a.run(t)
		})
	}
}

// together is all attacks as one, with a list that has what is worst of theirs.
func together(list []attack) attack {
	all := attack{name: "all together", answers: map[string][]byte{}, says: "image/jpeg"}
	word := 0
	all.list = endless(50, func(i int) string {
		return fmt.Sprintf(`"thumbnail":{"assetId":"asset_%d"},"tags":[%s]`, i, joined(64, func(int) string {
			word++
			return fmt.Sprintf(`"q%xq"`, word)
		}))
	})
	for _, a := range list {
		maps.Copy(all.answers, a.answers)
		all.calls = append(all.calls, a.calls[:min(len(a.calls), 3)]...)
		if a.picture != nil {
			all.picture = a.picture
		}
	}
	return all
}

func (a attack) run(t *testing.T) {
	if a.list == nil {
		few := zipped(`{"models":[`, 3, func(i int) string { return fmt.Sprintf(`{"id":"model_%d","name":"plain"}`, i) }, `]}`)
		a.list = func(int) []byte { return few }
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := strings.TrimPrefix(r.URL.Path, "/v1")
		answer, ok := a.answers[path]
		if path == "/models" || path == "/models/public" {
			page, _ := strconv.Atoi(r.URL.Query().Get("paginationToken"))
			answer, ok = a.list(page), true
		}
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(answer)
	}))
	t.Cleanup(service.Close)
	env := account(service.URL+"/v1", "SCENARIO_LOG_LEVEL=error", "SCENARIO_CACHE_DIR="+t.TempDir())
	p := startProcess(t, append(env, inPlaceOfCDN(t, a.picture)...))
	e := eras()[0]
	p.greet(e)
	start := time.Now()
	go func() {
		for i, call := range a.calls {
			p.send(e.call(fmt.Sprint(i), call[0], call[1]))
		}
	}()
	time.Sleep(500 * time.Millisecond) // answers wait for who does not read
	var got []string
	for range a.calls {
		got = append(got, p.read().raw)
	}
	if !slices.ContainsFunc(got, func(raw string) bool { return strings.Contains(raw, a.says) }) {
		t.Errorf("no answer says %q; the first is %.1000s", a.says, got[0])
	}
	time.Sleep(500 * time.Millisecond) // what is kept on the disk is written behind the answers
	peak := p.peakMemory()
	t.Logf("%d MB after %v", peak>>20, time.Since(start))
	if peak > memoryLimit {
		t.Errorf("%d MB of memory, want at most %d", peak>>20, memoryLimit>>20)
	}
	p.end()
}

// inPlaceOfCDN stands between the program and the CDN, under a certificate that
// the program is made to trust, and has the same picture for every asset. It
// returns what the program's environment must hold.
func inPlaceOfCDN(t *testing.T, picture []byte) []string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{strings.TrimPrefix(pictures.DefaultBase, "https://")},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	cdn := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if picture == nil {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", http.DetectContentType(picture))
		_, _ = w.Write(picture)
	}))
	cdn.TLS = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}
	cdn.StartTLS()
	t.Cleanup(cdn.Close)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		to, err := net.Dial("tcp", cdn.Listener.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		defer to.Close()
		from, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer from.Close()
		_, _ = io.WriteString(from, "HTTP/1.1 200 OK\r\n\r\n")
		go func() {
			_, _ = io.Copy(to, from)
			_ = to.Close()
		}()
		_, _ = io.Copy(from, to)
	}))
	t.Cleanup(proxy.Close)
	return []string{"HTTPS_PROXY=" + proxy.URL, "SSL_CERT_FILE=" + file}
}
